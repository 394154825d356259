"""Cleaning: from a draft, with everything around it, to an article and nothing else."""
