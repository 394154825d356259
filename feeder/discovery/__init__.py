"""What could be subscribed to at an address: asked for in few requests, and ranked with evidence.

`asking.py` decides what is asked for, `articles.py` which article, and `site.py` asks; `reading.py`
says what a page is, of a web page by `web_page.py`, of JSON by `json_lists.py` (pure, in a worker);
`ranking.py` puts what was found in order (pure); `writing.py` makes the best of it a source.
"""
