"""What a person does with site rules: lint them, see which hold, try them, have the public ones.

`linting` looks at files and at sources' selectors, `showing` at what holds for a page, `trying` at
how often rules match the pages that are kept, `updating` fetches the public collection.
"""
