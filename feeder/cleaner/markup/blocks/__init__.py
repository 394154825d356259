"""Where the article is on a page: blocks measured once, looked at twice, and chosen."""
