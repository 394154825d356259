"""The baseline of `web.py`: trafilatura, feedgen and 16 threads, as somebody would write it.

    python benchmarks/baseline.py SITES.json FOLDER

It reads each site's front page for links of a form that it is told, fetches the articles that it
has not seen, takes them apart with metadata and without comments, and writes an Atom feed of all
it has seen. Pages are asked for with validators; connections are kept; a feed is written aside,
synced and renamed, and so is what it remembers of a site. It obeys no robots.txt, sanitises
nothing, guards nothing and recognises an article by nothing but its address.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import trafilatura
import urllib3
from feedgen.feed import FeedGenerator
from lxml import html

_THREADS = 16
_POOL = urllib3.PoolManager(
    num_pools=2 * _THREADS, timeout=urllib3.Timeout(connect=10, read=20), retries=False
)


def fetch(address: str, etag: str = "") -> urllib3.BaseHTTPResponse:
    """The answer for an address."""
    fields = {"Accept-Encoding": "gzip", "User-Agent": "baseline/1.0"}
    return _POOL.request("GET", address, headers=fields | ({"If-None-Match": etag} if etag else {}))


def refresh(name: str, site: Mapping[str, str], folder: Path) -> int:
    """Bring one site's feed up to date; how many articles were new."""
    memory = folder / f"{name}.json"
    known: dict[str, Any] = {"etag": "", "entries": {}}
    if memory.exists():
        known = json.loads(memory.read_text())
    answer = fetch(site["url"], known["etag"])
    if answer.status != 200:
        return 0
    new = {}
    for address in links(answer.data, site):
        if address not in known["entries"]:
            entry = read(address)
            if entry:
                new[address] = entry
    known = {"etag": answer.headers.get("ETag", ""), "entries": new | known["entries"]}
    put(folder / f"{name}.atom", feed(site["url"], known["entries"]))
    put(memory, json.dumps(known).encode())
    return len(new)


def links(page: bytes, site: Mapping[str, str]) -> list[str]:
    """The addresses of articles on a front page, in its order."""
    found = html.document_fromstring(page).xpath("//a/@href")
    wanted = re.compile(site["links"])
    return list(dict.fromkeys(urljoin(site["url"], one) for one in found if wanted.fullmatch(one)))


def read(address: str) -> dict[str, str] | None:
    """The article at an address."""
    answer = fetch(address)
    if answer.status != 200:
        return None
    found = trafilatura.bare_extraction(
        answer.data, url=address, with_metadata=True, include_comments=False
    )
    if found is None:
        return None
    told = {"title": found.title or address, "author": found.author or "", "date": found.date or ""}
    return {**told, "text": found.text or ""}


def feed(url: str, entries: Mapping[str, Mapping[str, str]]) -> bytes:
    """The feed of all entries."""
    generator = FeedGenerator()
    generator.id(url)
    generator.title(url)
    generator.link(href=url)
    generator.author({"name": url})
    for address, told in entries.items():
        entry = generator.add_entry(order="append")
        entry.id(address)
        entry.link(href=address)
        entry.title(told["title"])
        if told["author"]:
            entry.author({"name": told["author"]})
        day = f"{told['date'] or '2026-01-01'}T00:00:00Z"
        entry.published(day)
        entry.updated(day)
        lines = told["text"].split("\n")
        entry.content("".join(f"<p>{escape(line)}</p>" for line in lines), type="html")
    body: bytes = generator.atom_str()
    return body


def put(path: Path, body: bytes) -> None:
    """Have a file in place, whole and on the disk."""
    aside = path.with_suffix(".new")
    with aside.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def main() -> None:
    sites, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(_THREADS) as threads:
        done = [threads.submit(refresh, name, site, folder) for name, site in sites.items()]
        print(sum(each.result() for each in done), "new articles")


if __name__ == "__main__":
    main()
