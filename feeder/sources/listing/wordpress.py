"""WordPress's list of posts, as its REST API gives it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from feeder.encoding import decode
from feeder.errors import LayoutError
from feeder.models import Candidate, Draft, Facts, Key, Page
from feeder.sources.moments import moment_of
from feeder.text import one_line
from feeder.urls import address_key, resolve, without_tracking

_MOST = 100
"""Posts; the API gives no more in one answer."""
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_TITLE = 1_000


def is_posts(page: Page) -> bool:
    """Whether a page is such an answer, by how it begins."""
    return page.body.lstrip()[:1] == b"["


def posts(page: Page) -> tuple[Candidate, ...]:
    """The posts of an answer, complete where it holds their text.

    Raises:
        LayoutError: it is no list of posts.
    """
    text = decode(page.body, charset=page.charset).text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LayoutError(f"{page.final_url} is not valid JSON") from error
    rows = data if isinstance(data, list) else []
    found = tuple(filter(None, (_candidate(row, page) for row in rows[:_MOST])))
    if not found:
        raise LayoutError(f"{page.final_url} is no list of WordPress posts")
    return found


def _candidate(row: Any, page: Page) -> Candidate | None:
    link = row.get("link") if isinstance(row, dict) else None
    address = resolve(link, page.final_url) if isinstance(link, str) else None
    if address is None:
        return None
    address = without_tracking(address.partition("#")[0])
    facts = Facts(
        url=address,
        title=one_line(unescape(_TAG.sub("", _rendered(row, "title")[:_LONGEST_TITLE]))) or None,
        published=_moment(row.get("date_gmt")),
        modified=_moment(row.get("modified_gmt")),
    )
    keys = _keys(row, address)
    content = "" if _is_closed(row) else _rendered(row, "content")
    draft = Draft("fragment", content, facts=facts, base_url=address, keys=keys)
    has_text = bool(content.strip())
    return Candidate(
        address,
        keys=keys,
        facts=facts,
        modified=facts.published,
        draft=draft if has_text else None,
        complete=has_text,
    )


def _keys(row: dict[str, Any], address: str) -> tuple[Key, ...]:
    guid = one_line(_rendered(row, "guid")[:_LONGEST_TITLE])
    return (*((Key("guid", guid),) if guid else ()), Key("url", address_key(address)))


def _is_closed(row: dict[str, Any]) -> bool:
    """Whether it is behind a password: then its text is a form."""
    content = row.get("content")
    return isinstance(content, dict) and bool(content.get("protected"))


def _rendered(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    text = value.get("rendered") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _moment(text: Any) -> datetime | None:
    return moment_of(text, UTC) if isinstance(text, str) else None
