"""Files and folders that an export makes: whole or not at all, and never over what is there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from feeder.errors import FeederError


class NotWrittenError(FeederError):
    """An export cannot be written there. What lay there is as it was."""


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file for its owner alone (0600).

    Raises:
        NotWrittenError: there is one already, or it cannot be written.
    """
    with named_failures(path):
        if os.path.lexists(path):  # link() tells too, once all is written
            raise FileExistsError
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            os.link(part, path)  # over no other
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def named_failures(path: Path) -> Iterator[None]:
    """What the operating system refuses at a place, as a `NotWrittenError`."""
    try:
        yield
    except FileExistsError:
        advice = "nothing is written over: name another one"
        raise NotWrittenError(f"{path} is there already", advice=advice) from None
    except OSError as error:
        raise NotWrittenError(f"{path} cannot be written: {error.strerror}") from error
