"""What a look at an address costs: `feeder discover` on pages of this machine, all processes.

Somebody waits for it, so it is a second of CPU at most (the second that is kept between two
requests is not in it). A page that names nothing, so that usual places are tried; one that names a
feed of whole texts, and one of teasers; both feeds by themselves. Articles are read where there is
no whole text.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import measure
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site

RUNS = 5
FEEDER = Path(sys.executable).with_name("feeder")


def listing(blog: Blog, feed: str) -> Page:
    """The blog's page, with a feed in its head."""
    items = "".join(
        f'<article class="teaser"><h2><a href="/{one.path}">{one.title}</a></h2>'
        f"<time>{one.published:%d %B %Y}</time><p>{one.paragraphs[0]}</p></article>"
        for one in blog.stories[:20]
    )
    kind = "atom" if feed.endswith("atom") else "rss"
    head = f'<link rel="alternate" type="application/{kind}+xml" href="/{feed}">'
    return Page(f'<!doctype html><html lang="en"><title>Courier</title>{head}<main>{items}</main>')


def main() -> None:
    """Print the median of each."""
    with Site() as site, tempfile.TemporaryDirectory() as folder:
        blog = Blog(articles=30)
        site.at("/", blog)
        for name in ("feed.atom", "teasers.rss"):
            site.at(f"/{name}.html", listing(blog, name))
        for what, path in (
            ("a page, nothing named", "/"),
            ("one that names whole texts", "/feed.atom.html"),
            ("one that names teasers", "/teasers.rss.html"),
            ("a feed of whole texts", "/feed.atom"),
            ("a feed of teasers", "/teasers.rss"),
        ):
            command = [str(FEEDER), "discover", site.url(path), "--allow-network", "127.0.0.1/32"]
            costs = [measure(command, Path(folder)) for _ in range(RUNS)]
            assert all(cost.status == 0 for cost in costs), costs[0].output
            cpu, first, peak = (
                statistics.median(getattr(cost, name) for cost in costs)
                for name in ("cpu", "first", "peak")
            )
            print(f"{what:27} {cpu:.2f} s of CPU, {first:.2f} in the first process, {peak:.0f} MB")


if __name__ == "__main__":
    main()
