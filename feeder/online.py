"""A first look at sources: one page of each is asked, and nothing is remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

from feeder.config.settings import Settings
from feeder.errors import SourceError
from feeder.jobs import Door, closed_door, planned_job
from feeder.models import Candidate, Fault
from feeder.refresh.faults import fault_of, unforeseen
from feeder.refresh.job import Job
from feeder.refresh.survey import first_page
from feeder.sources import Found
from feeder.workers import Work
from feeder.workers.processes import Workers

AT_ONCE = 16
_LOOK_SECONDS = 0.2
"""Between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a source would find, or why it would find nothing."""

    source: str
    candidates: tuple[Candidate, ...] = ()
    faults: tuple[Fault, ...] = ()
    hints: tuple[str, ...] = ()
    failure: Fault | None = None


def look_at(
    settings: Settings, names: Collection[str], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Sight]:
    """What each of the sources shows at its address, in their order.

    Args:
        stopping: whether to hang up on all of them, since nobody waits for it any more.
    """
    with closing(closed_door()) as door, Workers() as work, _hanging_up(door, stopping):
        jobs = [
            planned_job(source, settings.rules, settings.pages, "", door)
            for source in settings.sources
            if source.name in names
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from pool.map(partial(_sight, work=work, stopping=stopping), jobs)


@contextmanager
def _hanging_up(door: Door, stopping: Callable[[], bool]) -> Iterator[None]:
    """Close the door as soon as it is to stop: a site that drips would keep us for a minute."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK_SECONDS):
            if stopping():
                door.close()
                break

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _sight(job: Job, work: Work, stopping: Callable[[], bool]) -> Sight:
    try:
        found = first_page(job, job.begin(stopping), work)
    except SourceError as error:
        return Sight(job.name, failure=fault_of(error))
    except Exception as error:
        bug = unforeseen(error, job.name, job.manner.source.start)
        return Sight(job.name, failure=fault_of(bug))
    return Sight(job.name, found.candidates, found.faults, (*found.hints, *_leads(found)))


def _leads(found: Found) -> Iterator[str]:
    """What a refresh would do besides."""
    if found.wanted:
        more = "" if found.candidates else f" {len(found.wanted)}"
        yield f"a refresh goes on to{more} further pages, the first is {found.wanted[0]}"
    if found.instead:
        yield f"a refresh tries whether {found.instead[0]} tells the same, and reads that instead"
