"""Writes the site of the tutorial, docs/examples/site: `python -m tools.make_site`.

A listing and its articles, as the tests' own site has them, in files that any web server serves.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.site.blog import Blog
from tests.site.pages import Conditional

SITE = Path(__file__).resolve().parent.parent / "docs/examples/site"
ARTICLES = 6
_LINK = re.compile(r'(href="[^"]*?articles/[^"]+)"')


def pages() -> dict[str, str]:
    """Each page by its name; what is an address without an ending gets one, for its media type."""
    blog = Blog(articles=ARTICLES, seed="tutorial")
    names = {"index.html": "", **{f"{story.path}.html": story.path for story in blog.stories}}
    return {name: _text(blog, path) for name, path in names.items()}


def _text(blog: Blog, path: str) -> str:
    made = blog._made(path, "/")
    assert isinstance(made, Conditional)
    return _LINK.sub(r'\1.html"', str(made.body))


def main() -> None:
    """Write them all."""
    for name, text in pages().items():
        (SITE / name).parent.mkdir(parents=True, exist_ok=True)
        (SITE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
