"""The token that `[server] token_file` names: read, compared, and tried too often."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from feeder.config.settings import Secret
from feeder.logs import logger

SHORTEST = 16
"""Characters. Of letters and figures by chance they are 95 bits, which nobody tries out."""
LONGEST = 1024
FREE_TRIES = 10
SECONDS_A_TRY = 6.0
"""After the free tries a client gets one more in so many seconds: 14,400 a day."""
_CLIENTS = 4096
"""As many are remembered; of more the ones that tried longest ago are forgotten."""


def read_token(path: Path) -> bytes:
    """The token in a file.

    Raises:
        ValueError: it cannot be read, or is none that protects anything. It is in no message.
    """
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ValueError(f"{path} cannot be read: {reason.lower()}") from None
    if size > LONGEST:
        raise ValueError(f"{path} holds more than {LONGEST:,} bytes: a token is one short line")
    token = Secret(file=path).read()
    if len(token) < SHORTEST:
        raise ValueError(f"the token in {path} is shorter than {SHORTEST} characters")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError(f"the token in {path} has other characters than ASCII's visible ones")
    return token.encode()


def is_same(given: bytes, token: bytes) -> bool:
    """Whether they are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(sha256(given).digest(), sha256(token).digest())


def signed(token: bytes, what: str) -> str:
    """What only somebody who has the token can say of `what`."""
    key = hmac.digest(token, b"feeder server", "sha256")
    return hmac.digest(key, what.encode(), "sha256").hex()


@dataclass
class _Read:
    stamp: object
    token: bytes | None


class Tokens:
    """Tokens as their files hold them now; a file is read again when it has changed.

    One that cannot be used is no token at all, and so nobody has it: that is logged once.
    """

    def __init__(self) -> None:
        self._read: dict[Path, _Read] = {}

    def of(self, path: Path) -> bytes | None:
        """The token in the file; None where there is none that can be used."""
        stamp = _stamp(path)
        known = self._read.get(path)
        if known is None or known.stamp != stamp:
            known = self._read[path] = _Read(stamp, _token_or_none(path))
        return known.token


def _token_or_none(path: Path) -> bytes | None:
    try:
        return read_token(path)
    except ValueError as error:
        advice = "until then nobody gets in: write a long one, as `openssl rand -hex 32` prints it"
        logger().error("token refused", message=str(error), advice=advice)
        return None


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@dataclass
class Tries:
    """Wrong tokens that clients gave, so that each of them has only so many tries.

    Other clients, and whoever has a session, are not kept waiting by it.
    """

    _due: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def wait(self, client: str) -> float:
        """Seconds until that client may try again; 0: now."""
        over = self._due.get(client, 0.0) - time.monotonic()
        return max(0.0, over - (FREE_TRIES - 1) * SECONDS_A_TRY)

    def failed(self, client: str) -> None:
        """It gave a wrong one."""
        now = time.monotonic()
        self._due[client] = max(self._due.get(client, now), now) + SECONDS_A_TRY
        self._due.move_to_end(client)
        if len(self._due) > _CLIENTS:
            self._due.popitem(last=False)
