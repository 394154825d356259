"""Images that show nothing and only count readers, told by their address."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


def counts_only(url: str) -> bool:
    """Whether an absolute address is known to serve counting pixels and nothing else."""
    rest = url.partition("://")[2]
    known = _known().get(_site(rest.partition("/")[0]))
    return known is not None and known.match(rest) is not None


def _site(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])


@cache
def _known() -> dict[str, re.Pattern[str]]:
    """By the last two labels of the host: what an address there begins with."""
    lines = (files("feeder.cleaner") / "pixels.txt").read_text(encoding="utf-8").splitlines()
    beginnings: dict[str, list[str]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            labels = re.escape(line).replace(r"\*\.", r"(?:[a-z0-9_-]+\.)*")
            beginnings.setdefault(_site(line.partition("/")[0]), []).append(labels)
    return {site: re.compile("|".join(known)) for site, known in beginnings.items()}
