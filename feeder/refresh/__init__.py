"""One source brought up to date.

`flow` is what happens, from top to bottom; `survey` finds out what a source lists, `articles` has
their pages fetched and read, `reading` is what is done to strangers' bytes in worker processes.
"""
