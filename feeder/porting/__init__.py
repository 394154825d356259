"""Lists of sources, and whole states, from elsewhere and to elsewhere. No site is asked."""
