"""What a run published, held against what the sites wrote: who leaves out work is no faster."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from lxml import etree, html
from newsroom import Site

_ATOM = {"a": "http://www.w3.org/2005/Atom"}
_WORD = re.compile(r"\w+")
_WHOLE = 0.95  # of the words of an article and of its entry; what has less lacks a part


class Verdict(NamedTuple):
    """Entries, how much of their articles they have on average (F1 of words), and how many lack."""

    entries: int
    agreement: float
    lacking: int


def name_of(site: Site) -> str:
    """What a site is called in both configurations."""
    return f"site-{site.number:04}"


def judge(folder: Path, sites: Iterable[Site], count: int) -> Verdict:
    """Hold the feeds of a folder against all articles of the sites."""
    agreements = [agreement for site in sites for agreement in _agreements(folder, site, count)]
    lacking = sum(agreement < _WHOLE for agreement in agreements)
    return Verdict(len(agreements), mean(agreements or [0.0]), lacking)


def _agreements(folder: Path, site: Site, count: int) -> Iterator[float]:
    entries = dict(_entries(folder / f"{name_of(site)}.atom"))
    for story in site.stories(count):
        text = next((text for url, text in entries.items() if url.endswith(story.path)), None)
        if text is not None:
            yield _agreement(_words(text), _words(story.text))


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    if not path.exists():
        return
    for entry in etree.parse(path).iterfind("a:entry", _ATOM):
        link = entry.find("a:link[@rel='alternate']", _ATOM)
        link = entry.find("a:link", _ATOM) if link is None else link
        content = entry.findtext("a:content", "", _ATOM) or "<p></p>"
        if link is not None:
            yield link.get("href", ""), " ".join(map(str, html.fromstring(content).itertext()))


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _agreement(found: Counter[str], wanted: Counter[str]) -> float:
    return 2 * (found & wanted).total() / ((found.total() + wanted.total()) or 1)


def files_in(folder: Path) -> Mapping[Path, Sequence[int]]:
    """All files of a folder and when each was last put there."""
    stats = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in stats.items()}
