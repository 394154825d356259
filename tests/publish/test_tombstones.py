"""What the person's own rules remove is named for a while, and nothing else ever is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feeder.config.settings import FilterSettings
from feeder.generator.atom import Atom
from tests.atom import find, valid
from tests.publish.test_history import put
from tests.publish.test_publish import Newsroom, ids, newsroom

__all__ = ["newsroom"]

DROP_4 = (FilterSettings(title="Story 4$"),)


def told(newsroom: Newsroom, **changes: Any) -> list[str]:
    """The ids that the feed says were removed."""
    changes = {"history": False, "tombstones": True, **changes}
    put(newsroom, formats={"atom": Atom()}, **changes)
    named = find(valid(newsroom.document), "*[local-name()='deleted-entry']/@ref")
    return [ref.rpartition(":")[2] for ref in named]


@pytest.mark.parametrize("history", [False, True])
def test_what_a_filter_removes_is_named(newsroom: Newsroom, history: bool) -> None:
    newsroom.write("river", *range(8))
    assert told(newsroom, history=history) == []
    assert told(newsroom, history=history, drop=DROP_4) == ["river/004"]
    assert "river/004" not in ids(newsroom.document)


def test_what_never_was_in_the_feed_is_not_named(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(8))
    assert told(newsroom, drop=DROP_4) == []


def test_what_grows_too_old_is_named(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(1, 5))
    age = timedelta(days=4)
    assert told(newsroom, max_age=age) == []
    assert "river/004" in told(newsroom, max_age=age, days=1)


def test_what_leaves_for_newer_entries_is_not_named(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(10, 20))
    told(newsroom)
    newsroom.write("river", *range(10))
    assert told(newsroom) == []


def test_it_is_named_for_thirty_days(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(8))
    told(newsroom)
    assert told(newsroom, drop=DROP_4) == ["river/004"]
    assert told(newsroom, drop=DROP_4, days=29) == ["river/004"]
    assert told(newsroom, drop=DROP_4, days=31) == []


def test_what_comes_back_is_named_no_more(newsroom: Newsroom) -> None:
    newsroom.write("river", *range(8))
    told(newsroom)
    told(newsroom, drop=DROP_4)
    assert told(newsroom) == []
    assert "river/004" in ids(newsroom.document)
