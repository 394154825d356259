"""What stands in hostile documents: nothing of it harms a reader, and nothing good is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.atom import find, strictly, valid
from tests.refresh import hostile
from tests.refresh.room import MAIN, Room
from tests.refresh.stands import no_names
from tests.refresh.test_web import KINDS
from tests.refresh.trials import PAGES_OF_A_KIND
from tests.site.pages import Page
from tests.site.prose import Prose
from tests.site.server import Site

OWN = "127.0.0.2"
DOCUMENTS: dict[str, Callable[[Iterable[hostile.Item]], Page]] = {
    "listing": hostile.listing,
    "feed": hostile.atom,
    "teasers": hostile.rss,
    "sitemap": hostile.sitemap,
    "json": hostile.api,
}
SECRET = "c4n4ry"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with no_names():
        yield


@pytest.fixture
def victim() -> Iterator[Site]:
    """A server inside of the network, which nobody allowed."""
    with Site() as opened:
        yield opened


@pytest.fixture
def own(room: Room) -> Iterator[Site]:
    """The site that is read."""
    room.main = MAIN.replace("127.0.0.0/8", f"{OWN}/32")
    with Site(address=OWN) as opened:
        yield opened


def document(room: Room) -> bytes:
    room.round()
    return (room.root / "var/public/news.atom").read_bytes()


def put(site: Site, kind: str, told: list[hostile.Item]) -> str:
    """A document at the address of its kind, and the pages that it names; its base."""
    base = site.url("/")
    front = KINDS[kind].split('"')[3].removeprefix("{base}")
    site.at(f"/{front}", DOCUMENTS[kind](told))
    for item in told:
        path = item.link.removeprefix(base)
        if (len(path) < 100 and path != item.link) or path.startswith("bases/"):
            site.at(f"/{path}", hostile.article(item))
    return base


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_values_harm_nobody_and_what_is_good_comes_through(
    kind: str, room: Room, own: Site, victim: Site
) -> None:
    inside = [victim.url("/inside"), victim.url("/a").replace("127.0.0.1", "0x7f.1")]
    told = hostile.items(own.url("/"), inside)
    room.source(KINDS[kind].format(base=put(own, kind, told)))
    outcome = room.refresh()
    assert outcome.failure is None
    assert "bug" not in {fault.kind for fault in outcome.faults}, outcome.faults
    links = {entry.url for entry in room.entries()}
    assert {own.url(f"/good/{n}") for n in range(hostile.GOOD)} <= links
    if kind in PAGES_OF_A_KIND:
        assert {f"/good/{n}" for n in range(hostile.GOOD)} <= set(own.paths)
    published = document(room)
    strictly(published)
    assert victim.connections == 0
    assert b"password" not in published
    for title in find(valid(published), "//a:title/text() | //a:name/text()"):
        assert str(title).isprintable(), title
    before = room.entries()
    assert (room.refresh().changed, room.entries()) == (0, before)


def canaries(own: Site, victim: Site, file: Path) -> list[str]:
    """What stands before a root element so that a reader opens a file, or asks for an address."""
    file.write_text(SECRET)
    inside, outside = victim.url("/dtd"), own.url("/dtd")
    own.at("/dtd", Page(f'<!ENTITY x "{SECRET}">', "application/xml-dtd"))
    return [
        declared
        for system in (file.as_uri(), inside, outside)
        for declared in (
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "{system}">]>',
            f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{system}"> %p;]>',
            f'<!DOCTYPE r SYSTEM "{system}">',
            f'<!DOCTYPE r PUBLIC "-//x//y" "{system}">',
            f'<?xml-stylesheet type="text/xsl" href="{system}"?>',
            f'<?xml-model href="{system}"?>',
        )
    ]


@pytest.mark.parametrize("kind", ["feed", "teasers", "sitemap", "listing"])
def test_no_file_is_read_and_no_address_asked_for_what_a_document_declares(
    kind: str, room: Room, own: Site, victim: Site, tmp_path: Path
) -> None:
    told = [hostile.good(own.url("/"), n)._replace(title=f"Story &x; {n}") for n in range(3)]
    base = put(own, kind, told)
    front = KINDS[kind].split('"')[3].removeprefix("{base}")
    page = DOCUMENTS[kind](told)
    assert isinstance(page.body, bytes)
    # Only as an entity does it say anything. Inclusions go wherever there is room for them.
    file = tmp_path / "canary"
    schema = "http://www.w3.org/2001/XInclude"
    included = f'<i:include xmlns:i="{schema}" href="{file.as_uri()}" parse="text"/></'
    body = page.body.replace(b"&amp;x;", b"&x;").replace(b"</", included.encode(), 3)
    room.source(KINDS[kind].format(base=base))
    for before in canaries(own, victim, file):
        media_type = "application/xhtml+xml" if kind == "listing" else page.media_type
        own.at(f"/{front}", Page(before.encode() + b"\n" + body, media_type))
        outcome = room.refresh()
        assert "bug" not in {f.kind for f in (*outcome.faults, outcome.failure) if f}
    assert victim.connections == 0
    assert "/dtd" not in own.paths
    assert SECRET not in repr(room.entries())
    assert SECRET.encode() not in (document(room) if room.entries() else b"")


@pytest.mark.parametrize(
    ("name", "feed"),
    {
        "moving": lambda n, time: f"{n}-{time}",
        "all the same": lambda n, time: "the-same",
        "in turn": lambda n, time: f"guid-{(n + time) % 5}",
        "none": lambda n, time: "",
    }.items(),
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_guids_that_change_make_no_article_twice(
    name: str, feed: Callable[[int, int], str], room: Room, own: Site
) -> None:
    url = own.url("/feed.atom")
    room.source(KINDS["feed"].format(base=own.url("/")))
    for time in range(4):
        items = [
            hostile.good(own.url("/"), n)._replace(
                guid=feed(n, time),
                content="".join(f"<p>{paragraph}</p>" for paragraph in Prose(n).story()),
            )
            for n in range(5)
        ]
        own.at("/feed.atom", hostile.atom(items))
        outcome = room.refresh(later=HOUR)
        assert (outcome.failure, outcome.new) == (None, 0 if time else 5), (name, url)
    entries = room.entries()
    assert len(entries) == len({entry.id for entry in entries}) == 5
    assert {entry.url for entry in entries} == {own.url(f"/good/{n}") for n in range(5)}


def test_session_ids_and_ids_in_paths_make_no_article_twice(room: Room, own: Site) -> None:
    for n in range(5):
        own.at(f"/good/{n}", hostile.article(hostile.good(own.url("/"), n)))
    url = own.url("/news")
    room.source(f'kind = "listing"\nurl = "{url}"\n')
    for parameter in ("PHPSESSID", "jsessionid", "sid", "ASPSESSIONIDQQ"):
        for time in range(2):
            session = f"{time + 10:032x}"
            own.at(
                "/news",
                hostile.listing(
                    hostile.good(own.url("/"), n)._replace(
                        link=own.url(f"/good/{n}?{parameter}={session}")
                    )
                    for n in range(5)
                ),
            )
            room.refresh()
            asked = [path for path in own.paths if path.startswith("/good/")]
            assert len(asked) == 5, parameter
    assert len(room.entries()) == 5
