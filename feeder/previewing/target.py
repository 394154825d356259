"""What is to be previewed: a source of the configuration, or any address on the web."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from feeder.config.settings import FetchSettings, Settings, SourceSettings
from feeder.config.toml import Place, TomlFile
from feeder.errors import ForbiddenAddressError, LayoutError, SourceError, UnknownSourceError
from feeder.fetch.typed import web_address
from feeder.models import Page
from feeder.refresh.faults import told
from feeder.urls import address_key

UNNAMED = "preview"
"""What a source is called that is none of the configuration's."""

_ADDRESS_MARKS = re.compile(r"[.:/@?#\\]")
_SITEMAP = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_BEGINNING = 4_096
"""Bytes in which a document says what it is."""


def is_address(word: str) -> bool:
    """Whether an address is meant, and no name of a source: no name has such a mark."""
    return _ADDRESS_MARKS.search(word) is not None


def target_of(word: str, settings: Settings | None) -> SourceSettings:
    """The source of that name or at that address; of any other address, one as `listing` has it.

    Args:
        word: what a person wrote.
        settings: None: there is no configuration.

    Raises:
        UnknownSourceError: it is no source's name.
        AddressError: it is no address of http or https, and was meant to be one.
    """
    sources = settings.sources if settings else ()
    if not is_address(word):
        found = next((source for source in sources if source.name == word), None)
        if found is None:
            raise _unknown(word, sources)
        return found
    address = web_address(word)
    key = address_key(address)
    known = (one for one in sources if one.url and address_key(one.url) == key)
    return next(known, None) or unnamed(address, "listing", settings)


def unnamed(address: str, kind: str, settings: Settings | None) -> SourceSettings:
    """A source of nothing but an address, asked as the configuration says for all of them."""
    table = {"kind": kind, "url": address}
    if settings is not None:
        table["timezone"] = str(settings.timezone)
    place = Place(TomlFile(Path(address), table, {}))
    fetch = settings.fetch if settings else FetchSettings()
    return SourceSettings.model_validate(
        {"name": UNNAMED, "title": told(address), **table, "fetch": fetch}, context={"place": place}
    )


def looks_like_sitemap(page: Page) -> bool:
    """Whether it is a sitemap (sitemaps.org), or an index of them."""
    return _SITEMAP.search(page.body[:_BEGINNING]) is not None


def advised(error: SourceError, source: SourceSettings) -> SourceError:
    """The error with what helps where there is no file of a source to be corrected."""
    if source.name == UNNAMED and isinstance(error, ForbiddenAddressError) and error.networks:
        allowed = " ".join(f"--allow-network {network}" for network in error.networks)
        error.advice = f"if that is where the site is, say {allowed}"
    elif source.name == UNNAMED and isinstance(error, LayoutError):
        error.advice = f"feeder discover {source.title} shows what could be subscribed to there"
    return error


def _unknown(word: str, sources: Iterable[SourceSettings]) -> UnknownSourceError:
    names = [source.name for source in sources]
    near = get_close_matches(word, names, n=1)
    if near:
        advice = f"did you mean {near[0]}?"
    else:
        advice = f"there are: {', '.join(names)}" if names else "`feeder init` writes one"
    return UnknownSourceError(f"no source is called {word!r}", advice=advice)
