"""A finding: what was looked at, how it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["good", "note", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        area: what it belongs to, in a word or two.
        mark: "broken" keeps feeder from its work or readers from feeds; "note" may, or is a risk.
        message: how it is, in a sentence. No secret is ever in it.
        advice: what to do; empty where nothing is to be done.
    """

    area: str
    mark: Mark
    message: str
    advice: str = ""


def good(area: str, message: str) -> Finding:
    """It is as it should be."""
    return Finding(area, "good", message)


def note(area: str, message: str, advice: str = "") -> Finding:
    """It works, and may not be meant, or not last."""
    return Finding(area, "note", message, advice)


def broken(area: str, message: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(area, "broken", message, advice)
