"""Which hosts belong together."""

from __future__ import annotations

from urllib.parse import urlsplit


def site_of(address: str) -> str:
    """What hosts of one site share: the name that somebody registered, as nearly as can be told."""
    host = urlsplit(address).hostname or ""
    labels = host.split(".")
    if labels[-1].isdecimal() or ":" in host:
        return host
    # "example.co.uk" and "example.com.au" were registered below a short name of two labels.
    second = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if second else -2 :])
