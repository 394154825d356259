"""Work in this very process: for one page, for use as a library, and for tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from feeder.workers import Task

P = ParamSpec("P")
R = TypeVar("R")


class Here:
    """Work in the calling process, at once. Nothing bounds its time or its memory.

    What a page does to a parser, it does to the caller; so it is for pages one asked for, while
    somebody looks on.
    """

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Task[R]:
        """Do `function` now; what it raises is raised by the task's `result`."""
        done: Future[R] = Future()
        try:
            done.set_result(function(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done
