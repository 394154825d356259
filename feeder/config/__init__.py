"""The configuration: TOML in, frozen settings out, or all of its faults at once."""
