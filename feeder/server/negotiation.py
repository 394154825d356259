"""What a client takes, and what it has already (RFC 9110, 12.5.3 and 13). Pure, and linear in what
it is sent."""

from __future__ import annotations

import re
from collections.abc import Collection

from feeder.fetch.retry import http_date
from feeder.outputs.codings import NAMES

IDENTITY = "identity"
_ALIASES = {"x-gzip": "gzip"}
_TAG = re.compile(rb'"[^"]*"')
_WEIGHT = re.compile(r"[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def coding_for(accepted: bytes | None, available: Collection[str]) -> str | None:
    """The coding to send, by what `Accept-Encoding` says; None: there is none that would do.

    Of those that are liked alike, the first of `NAMES`: without any it would be ten times as much.
    """
    if accepted is None:
        return IDENTITY
    weights = _weights(accepted)
    others = weights.get("*")
    # Whoever takes anything may not know what has come up since: all know gzip.
    untold = {"gzip": others or 0.0}
    liked = {n: weights.get(n, untold.get(n, 0.0)) for n in NAMES if n in available}
    # Not being named is no refusal, unless all that is not named is refused.
    plain = weights.get(IDENTITY, 1e-4 if others is None else others)
    best = max(liked.values(), default=0.0)
    if best > 0 and best >= plain:
        return next(name for name, weight in liked.items() if weight == best)
    return IDENTITY if plain > 0 else None


def _weights(accepted: bytes) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in accepted.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        found[_ALIASES.get(name, name)] = _weight(parameters)
    return found


def _weight(parameters: Collection[str]) -> float:
    """What is no weight is none: better too much sent than what nobody can unpack."""
    for parameter in parameters:
        if parameter.startswith("q"):
            known = _WEIGHT.fullmatch(parameter)
            return float(known[1]) if known else 0.0
    return 1.0


def has_already(
    tags: bytes | None, since: bytes | None, etag: bytes, modified: bytes | None
) -> bool:
    """Whether the client has it, by `If-None-Match`, else by `If-Modified-Since`."""
    if tags is not None:
        if tags == etag:
            return True
        # Compared weakly: a W/ that somebody on the way put before it makes no difference.
        return tags.strip() == b"*" or etag in _TAG.findall(tags)
    if since is None or modified is None:
        return False
    if since == modified:
        return True
    known, ours = http_date(since.decode("latin-1")), http_date(modified.decode())
    return known is not None and ours is not None and known >= ours
