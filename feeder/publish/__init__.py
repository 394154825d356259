"""Entries on record become feeds, documents, and what readers are given."""
