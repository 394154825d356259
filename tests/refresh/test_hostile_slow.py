"""Whatever a site sends, in all the forms that the test site knows, and with real workers."""

from __future__ import annotations

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
)
from tests.refresh.room import Room
from tests.refresh.test_web import KINDS
from tests.refresh.trials import (
    at_articles,
    at_fronts,
    at_hosts_that_want_to_be_left_alone,
    at_robots,
)

pytestmark = pytest.mark.slow


def test_every_form_at_a_sources_own_address(room: Room) -> None:
    at_fronts(room, {**BROKEN, **CONTENTS, **ODD}, KINDS, each=12, articles=5)


def test_every_form_at_an_articles_address(room: Room) -> None:
    at_articles(room, {**CONNECTION, **ENDLESSLY, **ANSWERS, **WALLS}, each=12)


def test_every_way_to_ask_for_patience(room: Room) -> None:
    at_hosts_that_want_to_be_left_alone(room, PATIENCE)


def test_every_form_at_robots_txt(room: Room) -> None:
    at_robots(room, {**CONNECTION, **ENDLESSLY, **ANSWERS, **WALLS})
