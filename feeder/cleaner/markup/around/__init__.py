"""What stands around an article: what it is called, comments and their forms, ends of a page."""
