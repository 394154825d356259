"""Work in processes of their own, which can be ended.

A lane is a thread here that minds one worker process at a time, so that what a task does, or how
it ends, is no other's matter. Workers bound time, memory and crashes; they are no sandbox.
"""

from __future__ import annotations

import atexit
import os
import pickle
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar
from weakref import WeakSet

from feeder.errors import WorkError
from feeder.workers import Task
from feeder.workers.nursery import Nursery
from feeder.workers.worker import Worker

P = ParamSpec("P")
R = TypeVar("R")

QUEUED = 4
"""Tasks under way for each process: enough that none waits, few enough to hold their pages."""


class _Job(NamedTuple):
    name: str
    call: bytes
    done: Future[Any]


class Workers:
    """Work in processes of their own, `processes` at a time; safe to use from many threads.

    No process runs before the first task, nor `idle` seconds after the last. A task that takes
    longer than `seconds` ends its worker, as does one that takes more than `memory` bytes above
    what a worker starts with. `preload` names modules that workers find imported, and functions
    (`module:name`) that were called before, once for all of them; neither may start a thread. A
    process that is forked off this one has none of the workers, and may begin afresh.
    """

    def __init__(
        self,
        *,
        processes: int | None = None,
        seconds: float = 30.0,
        memory: int = 1 << 30,
        idle: float = 30.0,
        preload: Sequence[str] = (),
    ) -> None:
        self._processes = processes or _cpus()
        self._seconds = seconds
        self._memory = memory
        self._idle = idle
        self._preload = tuple(preload)
        self._closed = False
        self._begin()
        _OPEN.add(self)

    def _begin(self) -> None:
        self._lock = threading.Lock()  # guards all that follows
        self._room = threading.Condition(self._lock)
        self._work = threading.Condition(self._lock)
        self._jobs: deque[_Job] = deque()
        self._lanes: dict[threading.Thread, Worker | None] = {}
        self._free = 0
        self._under_way = 0
        self._nursery: Nursery | None = None
        self._nursing = threading.Lock()  # held by the lane that starts a nursery

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Task[R]:
        """Begin `function`, which must be importable by name, with arguments that can be pickled.

        Waits while four tasks for each process are under way.

        Raises:
            WorkError: the workers are closed, or no thread can be started.
        """
        call = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        job = _Job(getattr(function, "__qualname__", repr(function)), call, Future())
        job.done.set_running_or_notify_cancel()
        with self._lock:
            self._room.wait_for(self._has_room)
            if self._closed:
                raise WorkError(f"{job.name} was not done: the workers are closed")
            self._staff(len(self._jobs) + 1)
            self._under_way += 1
            self._jobs.append(job)
            self._work.notify()
        return job.done

    def close(self) -> None:
        """End all workers, also those at work: what is under way ends in WorkError."""
        with self._lock:
            self._closed = True
            jobs, self._jobs = self._jobs, deque()
            lanes, nursery = tuple(self._lanes), self._nursery
            self._room.notify_all()
            self._work.notify_all()
        if nursery is not None:
            nursery.close()
        for job in jobs:
            error = WorkError(f"{job.name} was not done: the workers were closed before its turn")
            job.done.set_exception(error)
        for lane in lanes:
            lane.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def forget(self) -> None:
        """Begin afresh in a process that was forked off the one whose workers these are."""
        for worker in self._lanes.values():
            if worker is not None:
                worker.forget()
        if self._nursery is not None:
            self._nursery.forget()
        self._begin()

    def _has_room(self) -> bool:
        return self._closed or self._under_way < self._processes * QUEUED

    def _staff(self, jobs: int) -> None:
        """See that there is somebody for so many jobs."""
        if jobs <= self._free or len(self._lanes) >= self._processes:
            return
        lane = threading.Thread(target=self._lane, name="feeder-lane", daemon=True)
        self._lanes[lane] = None
        try:
            lane.start()
        except RuntimeError as error:  # the system gives us no more threads
            del self._lanes[lane]
            if not self._lanes:
                raise WorkError(f"no worker could be started: {error}") from error

    def _lane(self) -> None:
        """The thread of one lane, from its first job until there are none."""
        worker: Worker | None = None
        while (job := self._next_job()) is not None:
            worker = self._do(job, worker)
            del job  # an idle lane holds nobody's page
        if worker is not None:
            worker.end()
        self._dismiss_nursery()

    def _next_job(self) -> _Job | None:
        """The job whose turn it is, or None where none came for long; the lane is off then."""
        with self._lock:
            self._free += 1
            self._work.wait_for(lambda: self._jobs or self._closed, self._idle)
            self._free -= 1
            if self._jobs:
                return self._jobs.popleft()
            self._lanes.pop(threading.current_thread(), None)
            return None

    def _do(self, job: _Job, worker: Worker | None) -> Worker | None:
        """Have the job done, by a new worker where there is none; the worker, if still good."""
        result: Any = None
        failure: BaseException | None = None
        try:
            worker = self._good(worker)
            result = worker.do(job.call, job.name, self._seconds)
        except BaseException as error:  # a lane must outlive whatever a task brings
            failure = error
        with self._lock:
            self._under_way -= 1
            self._room.notify()
        if failure is None:
            job.done.set_result(result)
        else:
            job.done.set_exception(failure)
        return worker

    def _good(self, worker: Worker | None) -> Worker:
        """The worker, or a new one where it is spent, or was ended while nothing was to do."""
        if worker is not None:
            if worker.is_good():
                return worker
            worker.end()
        worker = Worker(self._good_nursery(), self._memory)
        with self._lock:
            self._lanes[threading.current_thread()] = worker
        return worker

    def _good_nursery(self) -> Nursery:
        """The nursery; a new one where there is none or it is gone."""
        with self._nursing:
            nursery = self._nursery
            if nursery is not None and nursery.is_gone() and not self._closed:
                nursery.close()
                nursery = None
            if nursery is None:
                nursery = Nursery(self._memory, self._preload)
            with self._lock:
                self._nursery = nursery
                closed = self._closed
        if closed:
            nursery.close()
        return nursery

    def _dismiss_nursery(self) -> None:
        """End the nursery when no lane is left that may want it."""
        with self._lock:  # whoever asks for it is a lane already
            if self._lanes:
                return
            nursery, self._nursery = self._nursery, None
        if nursery is not None:
            nursery.close()


def _cpus() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


_OPEN: WeakSet[Workers] = WeakSet()


def _close_all() -> None:
    for workers in tuple(_OPEN):
        workers.close()


def _forget_all() -> None:
    for workers in tuple(_OPEN):
        with suppress(OSError):
            workers.forget()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
