"""What an article is recognised by: its names, its addresses, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from feeder.changes.material import material
from feeder.models import Article, Key
from feeder.urls import address_key


@dataclass(frozen=True)
class Reading:
    """An article just read: from which address, and how its source recognises it again.

    `published` is the date to take where the article tells none.
    """

    address: str
    article: Article
    keys: tuple[Key, ...]
    published: datetime | None = None

    @cached_property  # the fingerprint of 5 kB takes .6 ms, and keys are asked for twice
    def all_keys(self) -> tuple[Key, ...]:
        """All keys, the strongest first; the last is the fingerprint of its content."""
        article = self.article
        document = (Key("id", article.id),) if article.id else ()
        own = listed_address(self)
        told = [key for key in self.keys if key == own or not _is_front(key)]
        content = Key("content", material(article.title, article.text))
        return tuple(dict.fromkeys((*document, *told, *_canonical(self, own), content)))


def keys_of(reading: Reading) -> tuple[Key, ...]:
    """All keys of a reading, the strongest first; the last is the fingerprint of its content."""
    return reading.all_keys


def listed_address(reading: Reading) -> Key | None:
    """The address under which its source lists it, if it has one.

    The others are where that led, and what its page says.
    """
    urls = [key for key in reading.keys if key.kind == "url"]
    listed = Key("url", address_key(reading.address)) if urls else None
    return listed if listed in urls else next(iter(urls), None)


def _canonical(reading: Reading, own: Key | None) -> Iterator[Key]:
    """The address that an article of the web gives itself, on a site that it was read from."""
    if own is None or not reading.article.url:
        return
    key = Key("url", address_key(reading.article.url))
    sites = {_site(each) for each in reading.keys if each.kind == "url"}
    if _site(key) in sites and not _is_front(key):
        yield key


def _site(url: Key) -> str:
    return url.value.partition("/")[0].partition("?")[0]


def _is_front(key: Key) -> bool:
    """A site's front page: many themes name it in every page, and what is gone is led to it."""
    return key.kind == "url" and _site(key) == key.value
