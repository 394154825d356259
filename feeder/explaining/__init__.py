"""Why an entry is what it is, and why an address is none: what the record, the configuration and
kept pages tell, put together. Only looked at: nothing is fetched and nothing changed.

`naming` finds what a person points at, `entry` explains an entry (its `feeds`, its `dates`, the
`words` that changed), `absent` an address that is none.
"""
