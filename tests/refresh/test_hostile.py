"""Whatever a site sends, from its address to the published feed: one name, and nothing lost.

Here are some of the forms at the source's own address; all of them, and those at articles and at
robots.txt, are soak runs in `test_hostile_slow.py`.
"""

from __future__ import annotations

import pytest

from tests.refresh.misbehaviours import BROKEN, CONTENTS, ODD, Forms
from tests.refresh.room import Room
from tests.refresh.test_web import KINDS
from tests.refresh.trials import LATER, PAGES_OF_A_KIND, SOON, at_fronts
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site

SOME = (
    "connection: refused",
    "connection: silent in the headers",
    "connection: dripping body",
    "endless: chunks",
    "endless: bomb in gzip",
    "framing: short body",
    "coding: cut",
    "loop: 302",
    "led to: http://127.0.0.1/",
    "led to: file:///etc/passwd",
    "status: 403",
    "status: 500",
    "status: 410",
    "wall: log-in",
    "wall: soft 404",
    "wall: shell",
    "wall: empty listing",
    "wall with 403: challenge",
    "bomb: billion laughs",
    "bomb: quadratic blow-up",
    "entity: general",
    "cut: xml",
    "depth: xml",
    "depth: divs",
    "attributes: many",
    "type: an image as a page",
)


def some(forms: Forms) -> Forms:
    return {name: forms[name] for name in SOME}


@pytest.mark.slow
def test_at_a_sources_own_address_it_is_named_and_no_entry_is_touched(room: Room) -> None:
    at_fronts(room, some({**BROKEN, **CONTENTS, **ODD}), KINDS, each=8, articles=3)


@pytest.mark.parametrize("kind", PAGES_OF_A_KIND)
@pytest.mark.parametrize("paragraphs", [1, 4])
def test_a_wall_in_words_that_nobody_knows_overwrites_no_entry(
    kind: str, paragraphs: int, room: Room, site: Site
) -> None:
    blog = Blog(articles=4)
    room.source(KINDS[kind].format(base=site.at("/", blog)))
    room.clock = blog.stories[0].published + SOON
    room.refresh()
    before = room.entries()
    told = "<p>Kérjük, erősítse meg, hogy a böngészője megfelel az oldal követelményeinek.</p>"
    wall = Page(f"<!doctype html><title>Hírek</title><h1>Kérjük</h1>{told * 3 * paragraphs}")
    for story in blog.stories:
        blog.replaced[story.path] = wall
    outcome = room.refresh(later=2 * LATER)
    assert (outcome.failure, outcome.changed) == (None, 0)
    assert {fault.kind for fault in outcome.faults} == {"no-article"}
    assert len(outcome.faults) > 1
    assert room.entries() == before
    blog.replaced.clear()
    blog.edit(blog.stories[0], more="And a word that was added to it on the day after.")
    outcome = room.refresh(later=10 * LATER)
    assert (outcome.faults, outcome.changed) == ((), 1)
