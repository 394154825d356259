"""The server: feeds for readers, status pages for people, an API and metrics for programs."""
