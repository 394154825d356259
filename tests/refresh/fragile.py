"""A kind of source whose parser, written in C as most are, does not bear some pages."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from feeder.models import Candidate, Draft, Page
from feeder.sources import Found, Source

SLOW, HUNGRY, CRASHING = b"takes-minutes", b"takes-gigabytes", b"ends-the-process"


@dataclass(frozen=True)
class Fragile:
    """Another kind, but for those pages."""

    inner: Source

    @property
    def start(self) -> str:
        """As of the other."""
        return self.inner.start

    def discover(self, page: Page) -> Found:
        """As the other, if it lives."""
        _parse(page.body)
        return self.inner.discover(page)

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """As the other, if it lives."""
        _parse(page.body)
        return self.inner.read(candidate, page)


def _parse(body: bytes) -> None:
    if SLOW in body:
        re.match("(?:a|a)*$", "a" * 100 + "b")  # lets nobody in between, as no parser does
    if HUNGRY in body:
        held = []
        while True:
            held.append(bytearray(1 << 24))
    if CRASHING in body:
        os.abort()
