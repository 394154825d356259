"""Small answers in plain text. Nothing that a client sent is ever in one of them."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Send

from feeder.server.snapshots import Header

_PLAIN: Sequence[Header] = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
)


async def send_text(send: Send, status: int, text: str, headers: Sequence[Header] = ()) -> None:
    """Answer with a line of text."""
    body = f"{text}\n".encode()
    told = [*_PLAIN, (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


async def send_empty(send: Send, status: int, headers: Sequence[Header]) -> None:
    """Answer without a body."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
