"""Text scrapes: what a line is, where the furniture ends, and what the words of a language say."""
