"""For programs: the JSON API and its description, health, and Prometheus' metrics."""
