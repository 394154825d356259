"""What is read while the machine ends worker processes, or has room for none, is read later."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import ParamSpec, TypeVar

import pytest

from feeder.errors import TooHungryError, TooSlowError, WorkError
from feeder.refresh.reading import read_article
from feeder.rounds.once import refresh_once
from feeder.workers import Task
from feeder.workers.here import Here
from tests.refresh.room import Room

P = ParamSpec("P")
R = TypeVar("R")
STORY = (
    "Story number {0}\n\nThe first paragraph of story {0} is a quiet one, and it tells what "
    "happened on day {0} of the month.\n\nThe second tells why it matters to the people here.\n"
)


class Ended(Here):
    """Workers that are ended whenever they read an article."""

    def __init__(self, error: WorkError) -> None:
        self.error = error

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Task[R]:
        """Listings are read."""
        if function is not read_article:
            return super().submit(function, *args, **kwargs)
        done: Future[R] = Future()
        done.set_exception(self.error)
        return done


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "read"),
    [(WorkError("ended"), 2), (TooSlowError("slow"), 0), (TooHungryError("m"), 0)],
)
def test_a_file_is_read_again_if_its_worker_was_ended_but_not_if_it_was_too_much_for_one(
    error: WorkError, read: int, room: Room
) -> None:
    folder = room.root / "articles"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(STORY.format(number))
    room.source(f'kind = "files"\nroot = "{folder}"\n')
    with room.open() as app:
        (outcome,) = refresh_once(replace(app, work=Ended(error))).outcomes
        assert (outcome.new, len(outcome.faults)) == (0, 2)
        (again,) = refresh_once(app).outcomes
    assert (again.new, len(again.faults)) == (read, 2 - read)
