"""Whatever a site sends, in all the forms that the test site knows, and with real workers."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest

from tests.refresh.misbehaviours import (
    ANSWERS,
    BROKEN,
    CONNECTION,
    CONTENTS,
    ENDLESSLY,
    ODD,
    PATIENCE,
    WALLS,
    Forms,
)
from tests.refresh.room import Room
from tests.refresh.stands import MAIN, no_names
from tests.refresh.test_hostile import some
from tests.refresh.test_partial import with_feed
from tests.refresh.test_web import KINDS
from tests.refresh.trials import (
    at_articles,
    at_fronts,
    at_hosts_that_want_to_be_left_alone,
    at_robots,
)
from tests.site.behaviour import Door
from tests.site.blog import Blog
from tests.site.server import Site

SOAK = float(os.environ.get("FEEDER_SOAK", "1"))


def drawn(forms: Forms) -> Forms:
    """All of them, or the share of a soak run that there is time for, another each time."""
    if SOAK >= 1:
        return forms
    return dict(random.sample(sorted(forms.items()), k=max(6, int(len(forms) * SOAK))))


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_every_form_at_a_sources_own_address(room: Room) -> None:
    at_fronts(room, drawn({**BROKEN, **CONTENTS, **ODD}), KINDS, each=12, articles=5)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_every_form_at_an_articles_address(room: Room) -> None:
    at_articles(room, drawn({**CONNECTION, **ENDLESSLY, **ANSWERS, **WALLS}), each=12)


@pytest.mark.slow
def test_every_way_to_ask_for_patience(room: Room) -> None:
    at_hosts_that_want_to_be_left_alone(room, PATIENCE)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_every_form_at_robots_txt(room: Room) -> None:
    at_robots(room, drawn({**CONNECTION, **ENDLESSLY, **ANSWERS, **WALLS}))


@pytest.mark.slow
def test_forms_at_the_address_of_a_pages_own_feed(room: Room) -> None:
    """It is waited for, or the page itself has to do: the latter after a day, whatever it is."""
    blog = Blog(articles=4)
    room.main = MAIN
    with no_names(), Site(address="127.1.0.1") as site:
        room.source(f'kind = "listing"\nurl = "{with_feed(site, blog)}"\n')
        assert room.refresh().new == 4
        before = room.entries()
        for name, form in some({**BROKEN, **CONTENTS, **ODD}).items():
            if isinstance(form.behaviour, Door):
                continue
            blog.replaced["feed.atom"] = form.behaviour
            failure = room.refresh(later=timedelta(minutes=5)).failure
            assert failure is None or failure.kind in form.kinds, name
            assert room.refresh(later=timedelta(hours=25)).failure is None, name
            assert all(entry in room.entries() for entry in before), name
            del blog.replaced["feed.atom"]
            mended = room.refresh(later=timedelta(hours=25))
            assert (mended.failure, mended.found) == (None, 4), name
