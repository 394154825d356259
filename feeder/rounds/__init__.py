"""Rounds of work: sources claimed, refreshed, published, and the record backed up."""
