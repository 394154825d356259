"""The record: sources, entries with their keys, runs, publications, provenance."""
