"""The page of a preview: written to a file that nobody else can read, and opened."""

from __future__ import annotations

import tempfile
from pathlib import Path

from feeder.errors import FeederError

_BEGINNING = 2_000
"""Bytes in which a page says whose it is."""


def write_page(body: bytes, ours: str, place: Path | None) -> Path:
    """Write a page to `place`, whole or not at all, or to a temporary file; where it is then.

    Args:
        ours: what a page of ours has at its beginning. Only such a one is written over.

    Raises:
        FeederError: another file lies there, or it cannot be written.
    """
    if place is not None:
        refuse_others(ours, place)
    folder = None if place is None else place.absolute().parent
    scratch: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            prefix="feeder-preview-", suffix=".html", dir=folder, delete=False
        ) as file:
            scratch = Path(file.name)
            file.write(body)
        return scratch if place is None else scratch.replace(place)
    except OSError as error:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        message = f"{place or tempfile.gettempdir()} cannot be written: {error.strerror}"
        raise FeederError(message) from error


def refuse_others(ours: str, place: Path) -> None:
    """See that nothing of a person's is written over.

    Raises:
        FeederError: a file lies there that is no page of ours.
    """
    try:
        if place.exists() and not place.is_file():  # to open a pipe may wait for ever
            raise FeederError(f"{place} is no file that a page could take the place of")
        with place.open("rb") as file:
            is_ours = ours.encode() in file.read(_BEGINNING)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FeederError(f"{place} cannot be written: {error.strerror}") from error
    if not is_ours:
        raise FeederError(
            f"{place} exists, and is no preview that could be written over",
            advice="name another file with --output",
        )


def open_page(path: Path) -> bool:
    """Have a browser show it; whether there is one."""
    import webbrowser

    return webbrowser.open(path.absolute().as_uri())
