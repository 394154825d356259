"""Whether a batch of articles may be believed, before any of it is put on record. Pure."""
