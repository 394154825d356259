"""Previews: what a feed would have, and why, while nothing is put on record."""
