"""What is known of single sites: rules in the Five Filters format, in layers of folders.

`grammar` reads a file, `model` is what is in it, `rulebook` chooses and merges files for a page,
`fingerprints` knows publishing systems by their pages, `options` are a source's own rules,
`expressions` are what rules are written in. `sites/` holds the files that come with feeder.
"""
