"""Selectors that find nothing any more: what would find the same now, and where to write it."""
