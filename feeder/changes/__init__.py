"""Deciding, in pure functions: what is new, what changed, and when to look again."""
