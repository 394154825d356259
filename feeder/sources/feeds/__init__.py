"""What a feed's bytes tell: its document opened, its items read, whole texts told from teasers."""
