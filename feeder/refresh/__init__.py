"""One source brought up to date.

`flow` is what happens, from top to bottom; `survey` finds out what a source lists, by the requests
in `asking`; `articles` has their pages fetched and read, and `memory` is what is remembered of
them; `reading` is what is done to strangers' bytes in worker processes.
"""
