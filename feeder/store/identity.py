"""What minted ids begin with, and how an id is found that nobody else has."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from feeder.models import Entry
from feeder.store.tables import meta

STATE_ID = "state-id"
PREFIX = "tag-prefix"

_DNS_NAME = re.compile(r"(?=.{4,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_TAG = re.compile(r"(tag:[^,:/]+,\d{4}(?:-\d\d(?:-\d\d)?)?):")


def remembered(connection: Connection, key: str) -> str | None:
    """A fact of the whole state, or None."""
    found: str | None = connection.execute(
        select(meta.c.value).where(meta.c.key == key)
    ).scalar_one_or_none()
    return found


def remember(connection: Connection, key: str, value: str) -> None:
    """Note a fact of the whole state that is not noted yet."""
    connection.execute(insert(meta).values(key=key, value=value))


def mint_prefix(host: str | None, state_id: str, now: datetime) -> str:
    """A tag URI's authority and date (RFC 4151): "tag:example.org,2026-01-31".

    Where `host` is none that its owner alone has (none, an address, localhost), the authority is
    made of the state's own id.
    """
    authority = _authority(host) or f"{state_id[:12]}.localhost"
    return f"tag:{authority},{now.astimezone(UTC):%Y-%m-%d}"


def settled_prefix(connection: Connection, now: datetime, host: str | None = None) -> str:
    """The prefix of minted ids, minted here if nobody did before."""
    found = remembered(connection, PREFIX)
    if found is not None:
        return found
    state_id = remembered(connection, STATE_ID)
    assert state_id is not None, "noted when the tables were made"
    minted = mint_prefix(host, state_id, now)
    remember(connection, PREFIX, minted)
    return minted


def _authority(host: str | None) -> str | None:
    name = (host or "").rstrip(".").lower()
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    private = name.endswith((".localhost", ".local", ".localdomain"))
    return name if _DNS_NAME.fullmatch(name) and not private and not _is_address(name) else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        # "127.1" and its like: no top-level domain is made of digits.
        return name.rsplit(".", 1)[-1].isdigit()
    return True


def prefix_of(entries: Iterable[Entry]) -> str | None:
    """The prefix that the ids of these entries were minted with, as far as they show it.

    A document may have a tag of its own, so only those that go on with the source's name count.
    """
    seen: Counter[str] = Counter()
    for entry in entries:
        match = _TAG.match(entry.id)
        if match and entry.id.startswith(f"{match.group()}{entry.source}/"):
            seen[match.group(1)] += 1
    return seen.most_common(1)[0][0] if seen else None


def numbered(uid: str) -> Iterator[str]:
    """`uid`, then `uid`-2, `uid`-3, …"""
    yield uid
    number = 2
    while True:
        yield f"{uid}-{number}"
        number += 1


def first_free(uid: str, taken: Collection[str]) -> str:
    """`uid` itself, or with the first number that makes it nobody else's."""
    return next(candidate for candidate in numbered(uid) if candidate not in taken)
