"""Work on strangers' bytes, in processes that can be killed.

A thread cannot be stopped inside of a parser written in C, a process can. `processes.py` has the
workers and their lanes, `nursery.py` and `worker.py` what they mind, `line.py` what lies between,
`inside.py` and `confinement.py` what runs there; `here.py` does without all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Task(Protocol[R_co]):
    """Work under way."""

    def result(self) -> R_co:
        """What it gave, as soon as it is done.

        Raises:
            WorkError: its process was ended, or ended itself.
            Exception: whatever the work raised.
        """
        ...


class Work(Protocol):
    """Where strangers' bytes are worked on."""

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Task[R]:
        """Begin `function`, which must be importable by name, with arguments that can be pickled.

        Waits while too much is under way already.
        """
        ...
