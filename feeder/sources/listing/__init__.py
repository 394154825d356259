"""Pages of links to articles: by a person's selectors, or found by what they are like."""
