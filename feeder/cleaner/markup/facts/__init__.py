"""What a page tells of its article besides the text: each fact with the place that told it."""
