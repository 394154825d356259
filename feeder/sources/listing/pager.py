"""The next page of a listing: as it says itself, or by how its row of page numbers is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from feeder.sources.listing.links import Link, text_of
from feeder.sources.listing.shapes import host_of
from feeder.sources.listing.sheet import Sheet
from feeder.sources.listing.words import is_next
from feeder.text import fold

_MOST_LINKS = 5_000
_MOST_NUMBERS = 200
"""Links of a row of page numbers; and elements of it among which the current one is found."""
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)


def next_of(sheet: Sheet, links: list[Link]) -> str | None:
    """The next page: `rel=next`, else the number behind the current one, else "older posts"."""
    return _told(sheet) or _by_row(sheet, links)


def page_after(address: str, parameter: str, most: int) -> str | None:
    """The address with the next number in a parameter; pages are counted from one."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
    current = next((value for name, value in query if name == parameter), "1")
    if not _NUMBER.fullmatch(current) or int(current) >= most:
        return None
    others = [(name, value) for name, value in query if name != parameter]
    return urlunsplit(parts._replace(query=urlencode([*others, (parameter, int(current) + 1)])))


def of_this_site(sheet: Sheet, address: str | None) -> str | None:
    """An address, if it is another page of the same host."""
    if address is None or address == sheet.address.partition("#")[0]:
        return None
    return address if host_of(address) == host_of(sheet.address) else None


def _told(sheet: Sheet) -> str | None:
    for tag in ("link", "a"):
        for one in islice(sheet.root.iter(tag), _MOST_LINKS):
            if "next" in (one.get("rel") or "").lower().split():
                found = of_this_site(sheet, sheet.address_of(one.get("href")))
                if found:
                    return found
    return None


def _by_row(sheet: Sheet, links: list[Link]) -> str | None:
    row = [link for link in links if link.area == "pager"][:_MOST_NUMBERS]
    numbers = {link.title: link.address for link in row if _NUMBER.fullmatch(link.title)}
    for current in _current(row):
        found = of_this_site(sheet, numbers.get(str(current + 1)))
        if found:
            return found
    older = (link.address for link in row if is_next(link.title))
    return next(filter(None, (of_this_site(sheet, address) for address in older)), None)


def _current(row: list[Link]) -> Iterator[int]:
    """Numbers in the row that are no links, or are marked as the page that is shown."""
    if not row:
        return
    above = row[0].element.getparent()
    for _ in range(2):  # <ul><li><a>: the row is around what is around the link
        above = above.getparent() if above is not None and len(above) < 2 else above
    for one in islice(above.iter(etree.Element), _MOST_NUMBERS) if above is not None else ():
        if one.tag == "a" and one.get("aria-current") is None and one.get("href"):
            continue
        for text in (one.text, one.tail, text_of(one, 8) if one.get("aria-current") else ""):
            number = fold(text or "")[:8].strip("[]() ")
            if _NUMBER.fullmatch(number) and number.isascii():
                yield int(number)
