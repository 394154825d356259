"""The articles that a refresh picked: their pages asked one after the other, and read side by side.

A page is asked here, read in a worker process while the next one is asked. What cannot be had now
stays pending: it is remembered and asked for by a later refresh, whatever its listing says then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from feeder.changes.identity import Reading
from feeder.changes.picking import Pick, resource_address
from feeder.errors import (
    BudgetError,
    SourceError,
    StatusError,
    StillChangingError,
    TooHungryError,
    TooSlowError,
    UnforeseenError,
    WaitError,
    WorkError,
)
from feeder.fetch import Fetcher
from feeder.models import Candidate, Fault, Page, Resource, Validators
from feeder.refresh.asking import Keep
from feeder.refresh.drawing import drawn
from feeder.refresh.faults import fault_of, is_final, shortened, unforeseen
from feeder.refresh.further import Whole, complete
from feeder.refresh.job import Job
from feeder.refresh.memory import Memory, is_whole
from feeder.refresh.reading import Read, read_article, wall_behind
from feeder.rules.further import NOTHING_FURTHER
from feeder.workers import Task, Work

UNDER_WAY = 4
"""Pages of one refresh that are read while the next is asked. Each holds its bytes in memory."""
MOST_BYTES = 1_000_000
"""Of pages that are read while the next is asked: real ones have 120 kB, hostile ones 8 MB."""
TRIES_FOR_WHOLE = 3
"""How often in a row a page may fail before what its feed tells of it has to do."""


@dataclass(slots=True)
class Gathered:
    """What came of some picks."""

    readings: list[Reading] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    waiting: list[Candidate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that was asked for, or none where the listing has the article, and its reading."""

    pick: Pick
    page: Page | None
    task: Task[Read]
    because: SourceError | None = None
    """Why what the listing tells of it has to do."""
    is_drawn: bool = False


@dataclass(slots=True)
class Articles:
    """The articles of one refresh."""

    job: Job
    fetcher: Fetcher
    work: Work
    now: datetime
    stopping: Callable[[], bool]
    keep: Keep
    asked: int = 0
    made: Gathered = field(default_factory=Gathered)
    _memory: Memory = field(init=False)
    _over: bool = False
    _said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._memory = Memory(self.job, self.now)

    def gather(self, picks: Sequence[Pick]) -> Gathered:
        """Ask for and read what was picked, in its order."""
        self.made = Gathered()
        under_way = deque[_Asked]()
        for pick in picks:
            asked = self._begin(self._memory.prepared(pick))
            if asked is not None:
                under_way.append(asked)
            while len(under_way) > UNDER_WAY or _bytes_of(under_way) > MOST_BYTES:
                self._finish(under_way.popleft())
        while under_way:
            self._finish(under_way.popleft())
        return self.made

    @property
    def _on_web(self) -> bool:
        return self.job.host is not None

    # Asking

    def _begin(self, pick: Pick) -> _Asked | None:
        is_full = self._over or (self._on_web and self.asked >= self.job.max_articles)
        if self.stopping() or (is_full and not pick.candidate.complete):
            self._leave(pick)
            return None
        if pick.candidate.complete:
            return self._submit(pick, None)
        self.asked += 1
        try:
            page = self.fetcher.fetch(pick.candidate.address, self._validators(pick))
        except StillChangingError:
            self.made.waiting.append(pick.candidate)
        except SourceError as error:
            return self._not_had(pick, error)
        except Exception as error:
            return self._not_had(pick, unforeseen(error, self.job.name, pick.candidate.address))
        else:
            if page is not None:
                return self._submit(pick, page)
            self._as_it_was(pick)
        return None

    def _submit(self, pick: Pick, page: Page | None, because: SourceError | None = None) -> _Asked:
        task = self.work.submit(read_article, self.job.manner, pick.candidate, page)
        return _Asked(pick, page, task, because)

    def _validators(self, pick: Pick) -> Validators | None:
        is_kept = self._on_web and pick.resource is not None
        return self.job.unmarked(pick.resource.validators) if is_kept and pick.resource else None

    def _as_it_was(self, pick: Pick) -> None:
        if pick.resource is not None and self._on_web:
            self._stands(pick.resource, self._memory.kept(pick))
        else:
            self.made.faults.append(
                fault_of(SourceError("it gave no answer"), pick.candidate.address)
            )

    def _stands(self, known: Resource, kept: Resource) -> None:
        """What is on record stays, and so does the fault that is known of it."""
        self.made.faults += [known.fault] if known.fault else []
        self.made.resources.append(replace(kept, validators=known.validators, fault=known.fault))

    def _leave(self, pick: Pick, at: datetime | None = None) -> None:
        """Leave it to a later refresh. Of a folder nothing needs to be remembered for that."""
        if not self._on_web:
            return
        self.made.waiting.append(pick.candidate)
        known = pick.resource or Resource(resource_address(pick.candidate), Validators())
        # What waits for longest has the first turn.
        since = min(known.look_at or self.now, self.now)
        self.made.resources.append(replace(known, candidate=pick.candidate, look_at=at or since))

    def _not_had(self, pick: Pick, error: SourceError) -> _Asked | None:
        """What becomes of a page that gave no answer, or one that says no."""
        if not self._on_web:
            # Not remembered: what is in the way of a file (a folder's mode, a link, a disk) goes
            # away again without a trace on the file itself.
            self.made.faults.append(fault_of(error, pick.candidate.address))
            return None
        if isinstance(error, BudgetError | WaitError):
            self._over = self._over or isinstance(error, BudgetError)
            self._say_once(error)
            self._leave(pick, error.until if isinstance(error, WaitError) else None)
            return None
        if isinstance(error, StatusError) and error.body:
            error = self._named(error, pick)
        kept = self._memory.tried(pick)
        if pick.resource and pick.resource.entry_id:  # it stays, though its page may have gone
            self._stands(pick.resource, kept)
            return None
        if pick.candidate.draft and (kept.looks >= TRIES_FOR_WHOLE or is_final(error)):
            return self._submit(pick, None, because=error)
        fault = fault_of(error, pick.candidate.address)
        self.made.faults.append(fault)
        validators = pick.resource.validators if pick.resource else kept.validators
        self.made.resources.append(replace(kept, validators=validators, fault=fault))
        return None

    def _named(self, error: StatusError, pick: Pick) -> SourceError:
        """The wall that the answer shows, or the error itself."""
        try:
            wall = self.work.submit(wall_behind, error, pick.candidate.address).result()
        except SourceError:
            return error
        return wall or error

    def _say_once(self, error: SourceError) -> None:
        """Of what keeps all that follows waiting, one fault is enough."""
        if error.kind not in self._said:
            self._said.add(error.kind)
            self.made.faults.append(fault_of(error))

    # Reading

    def _finish(self, asked: _Asked) -> None:
        pick = asked.pick
        try:
            whole = self._whole(asked, asked.task.result())
        except SourceError as error:
            self._drawn_or_not(asked, error)
        except Exception as error:
            self._not_read(asked, unforeseen(error, self.job.name, pick.candidate.address))
        else:
            if whole.fault is not None and pick.resource and is_whole(pick.resource):
                self._stands(pick.resource, self._memory.tried(pick))
                return
            if self._on_web and asked.page is not None and whole.is_one_page:
                self.keep(resource_address(pick.candidate), asked.page)
            self.made.readings.append(whole.reading)
            self.made.resources.append(self._read(asked, whole))

    def _whole(self, asked: _Asked, read: Read) -> Whole:
        if asked.page is None or read.further == NOTHING_FURTHER:
            return Whole(read.reading, is_one_page=True)
        return complete(
            self.job.manner,
            asked.pick.candidate,
            asked.page,
            read,
            fetch=self.fetcher.fetch,
            work=self.work,
        )

    def _read(self, asked: _Asked, whole: Whole) -> Resource:
        """What is remembered of an article that was read."""
        if not self._on_web:
            return self._memory.local(asked.pick, asked.page, None)
        because, kept = asked.because, self._memory.kept(asked.pick)
        fault = shortened(because, asked.pick.candidate.address) if because else whole.fault
        if fault is not None:
            self.made.faults.append(fault)
            # Without validators, so that an unchanged first page does not keep the rest away.
            return replace(self._memory.tried(asked.pick), candidate=kept.candidate, fault=fault)
        if asked.page is None:
            return replace(kept, look_at=None)  # its listing shows when it changes
        return replace(kept, validators=self.job.marked(asked.page.validators))

    def _drawn_or_not(self, asked: _Asked, error: SourceError) -> None:
        """Have a browser draw the page, where that may help, and read what it shows then."""
        page = asked.page
        if page is None or asked.is_drawn:
            self._not_read(asked, error)
            return
        try:
            page = drawn(self.fetcher, page, error)
        except (BudgetError, WaitError) as too_early:
            self._not_had(asked.pick, too_early)
        except SourceError as not_drawn:
            self._not_read(asked, not_drawn)
        else:
            if page is None:
                self._not_read(asked, error)
            else:
                self._finish(replace(self._submit(asked.pick, page), is_drawn=True))

    def _not_read(self, asked: _Asked, error: SourceError) -> None:
        pick, known = asked.pick, asked.pick.resource
        if asked.page is not None and pick.candidate.draft and not (known and known.entry_id):
            self._finish(self._submit(pick, None, because=error))
            return
        fault = fault_of(error, pick.candidate.address)
        self.made.faults.append(fault)
        if not self._on_web:
            if not _may_pass(error):
                self.made.resources.append(self._memory.local(asked.pick, asked.page, fault))
            return
        self.made.resources.append(
            replace(self._memory.unread(asked.pick, asked.page, error), fault=fault)
        )


def _may_pass(error: SourceError) -> bool:
    """Whether the same file may be read next time, as it is.

    The next feeder may be without a bug; and a worker may have been ended, or not be had, since
    the machine was short of something.
    """
    if isinstance(error, TooSlowError | TooHungryError):
        return False
    return isinstance(error, UnforeseenError | WorkError)


def _bytes_of(under_way: Iterable[_Asked]) -> int:
    return sum(len(asked.page.body) for asked in under_way if asked.page)
