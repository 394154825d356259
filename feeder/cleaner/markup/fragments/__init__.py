"""Fragments as feeds carry them: all is the article but what was put around it."""
