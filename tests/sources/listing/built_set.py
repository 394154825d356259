"""Thirty listings as different systems and languages build them, made from `built/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, urljoin

from tests.sources.listing.pages_set import Case

_BUILT = Path(__file__).parent / "built"
_MONTHS = ("January", "February", "March", "April", "May", "June")


def built(name: str) -> Iterator[Case]:
    """The pages of a half: "open" or "sealed"."""
    for page in _read(name)["page"]:
        yield _case(page)


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_BUILT / f"{name}.toml").read_text(encoding="utf-8"))


def _case(page: Mapping[str, Any]) -> Case:
    lists = {name: list(_items(page, one)) for name, one in page["lists"].items()}
    shown = {name: "\n".join(html for _, html in items) for name, items in lists.items()}
    addresses = [urljoin(page["address"], href) for href in page.get("truth", ())]
    for name, one in page["lists"].items():
        if one.get("articles"):
            addresses += (urljoin(page["address"], href) for href, _ in lists[name])
    body = Template(page["html"]).substitute(shown)
    head = f'<!DOCTYPE html>\n<html lang="{page["language"]}"><head><meta charset="utf-8"></head>'
    return Case(
        page["name"], page["address"], frozenset(addresses), f"{head}\n{body}</html>".encode()
    )


def _items(page: Mapping[str, Any], one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The items of a list, each with where it leads."""
    words = _read("headlines")[page["language"]]
    forms = [one["item"]] if isinstance(one["item"], str) else one["item"]
    if "links" in one:
        told = [link.split("|") for link in one["links"]]
    else:
        first = one.get("first", 0)
        told = [["", title] for title in words["titles"][first : first + one["count"]]]
        assert len(told) == one["count"], page["name"]
    for place, (href, title) in enumerate(told):
        values = _values(words, title, place)
        values["href"] = href or Template(page["path"]).substitute(values)
        yield values["href"], Template(_form(forms, place)).substitute(values)


def _form(forms: Sequence[str], place: int) -> str:
    """The first item of a list may be built otherwise: one that is pinned."""
    return forms[min(place, len(forms) - 1)]


def _values(words: Mapping[str, Any], title: str, place: int) -> dict[str, str]:
    number = sum(map(ord, title)) * 7 % 9_000 + 1_000
    month, day = 5 - place // 5, 28 - 5 * (place % 5)
    plain = normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return {
        "title": title,
        "summary": words["summary"],
        "author": words["author"],
        "more": words["more"],
        "n": str(place + 1),
        "id": str(number),
        "user": words["titles"][place % 4][:1].encode("ascii", "replace").decode() + f"user{place}",
        "slug": "-".join("".join(c if c.isalnum() else " " for c in plain).split()),
        "quoted": quote("-".join(title.split())),
        "y": "2026",
        "m": f"{month:02}",
        "d": f"{day:02}",
        "month": _MONTHS[month - 1],
        "date": f"{day} {_MONTHS[month - 1]} 2026",
        "iso": f"2026-{month:02}-{day:02}T10:00:00+00:00",
    }
