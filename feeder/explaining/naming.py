"""What a person points at: an entry by its id, number, address, guid or a part of its title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from feeder.models import Key
from feeder.store.finding import Finder, Match
from feeder.urls import address_key, led_to, resolve

MOST = 12
"""Entries that are named where several fit."""
_LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Pointed:
    """The entries that fit, the newest first, and the address that was meant, if it is one."""

    entries: Sequence[Match]
    address: str | None = None


def pointed_at(finder: Finder, called: str) -> Pointed:
    """The entries that a person may mean.

    What is an id, a number, or an address that leads to an entry is not looked for in titles. Of
    one address or guid several sources may have an entry.
    """
    called = called.strip()
    address = address_of(called)
    entries = (
        finder.by_id(called)
        or _numbered(finder, called)
        or finder.by_keys(tuple(_keys(called, address)), MOST)
        or _remembered(finder, address)
    )
    if not entries and called and "://" not in called:
        entries = finder.by_title(called, MOST)
    return Pointed(entries, address)


def address_of(called: str) -> str | None:
    """The web address that somebody wrote, with or without its scheme; None where it is none."""
    if called.startswith(("http://", "https://")):
        return resolve(called)
    host = called.partition("/")[0]
    if "://" in called or "." not in host or any(character.isspace() for character in called):
        return None
    found = resolve(f"https://{called}")
    # A name of a file, such as `story.txt`, is no host; one with a path is.
    return found if found and ("/" in called or urlsplit(found).port) else None


def forms_of(address: str) -> tuple[str, ...]:
    """What sources remember an address by: its form that all links have in common, of what it
    leads to if it is a redirector's, and as it is."""
    led = led_to(address)
    return tuple(dict.fromkeys((address_key(address), address_key(led), address, led)))


def _numbered(finder: Finder, called: str) -> list[Match]:
    is_number = called.isascii() and called.isdecimal() and len(called) < 20
    number = int(called) if is_number else 0
    return finder.by_number(number) if 0 < number <= _LARGEST_NUMBER else []


def _keys(called: str, address: str | None) -> Iterator[Key]:
    if address is not None:
        yield from (Key("url", form) for form in forms_of(address))
    yield from (Key("guid", called), Key("id", called), Key("path", called))


def _remembered(finder: Finder, address: str | None) -> list[Match]:
    """The entries that an address gave, though by now no key of theirs is of it."""
    if address is None:
        return []
    known = finder.resources_at(forms_of(address))
    uids = dict.fromkeys(one.resource.entry_id for one in known if one.resource.entry_id)
    return [match for uid in uids for match in finder.by_id(uid)]
