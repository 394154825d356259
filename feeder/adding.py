"""A new source becomes a file: its TOML, checked with all that is there, and put in its place.

A file is written whole or not at all, and never over another one: what a person wrote stays.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from feeder.app import load
from feeder.config.consistency import RESERVED
from feeder.config.options import NAME
from feeder.config.settings import Settings
from feeder.errors import StateError
from feeder.outputs import files
from feeder.text import one_line

_SCHEMA = "../.schema/source.json"
"""Beside feeder.toml, where `feeder init` and `feeder schema` put it; seen from its sources."""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME = 40
"""Characters of a name that we make up: it stands in addresses, and people type it."""
_TITLE_WORDS = 5
"""A title of more words is a sentence, and names nothing."""
_NO_WORDS = re.compile(r"[^a-z0-9]+")
_HOST_ONLY = ("", "index", "home", "default")
_STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LABELS = re.compile(r"xn--[a-z0-9-]+\.?")
"""Names in another script as DNS has them, which say nothing to anybody."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source that is to be written.

    `keys` are those of its file in their order; a mapping among them is a table. `notes` are
    comments at its head, `remarks` at its end, a line each.
    """

    name: str
    keys: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def source_toml(source: NewSource) -> str:
    """The text of its file (TOML 1.0). Values are texts, numbers, true or false, and lists."""
    notes = [_comment(note) for note in source.notes]
    remarks = ["", *(_comment(remark) for remark in source.remarks)] if source.remarks else []
    return "\n".join([*notes, *_lines(source.keys, ()), *remarks, ""])


def folder_for(settings: Settings) -> Path:
    """Where a new source belongs: beside those that people write, or else in the state folder."""
    own = settings.folder / "sources"
    nearest = own if own.exists() else settings.folder
    return own if os.access(nearest, os.W_OK | os.X_OK) else made_sources(settings)


def made_sources(settings: Settings) -> Path:
    """The folder of sources that feeder itself writes, whoever the configuration belongs to."""
    return settings.state / "sources.d"


def checked(folder: Path, sources: Sequence[NewSource]) -> Settings:
    """The configuration in `folder` as it would be with the sources. Nothing in it is changed.

    Raises:
        ConfigError: it would be wrong.
        StateError: there is no room for the files that are looked at.
    """
    try:
        with TemporaryDirectory(prefix="feeder-") as scratch:
            drafts = [Path(scratch) / f"{source.name}.toml" for source in sources]
            for draft, source in zip(drafts, sources, strict=True):
                draft.write_text(source_toml(source), encoding="utf-8")
            return load(folder, drafts=drafts)
    except OSError as error:
        raise StateError(
            f"no temporary file can be written: {error.strerror}",
            advice="make room, or name a folder with room in TMPDIR",
        ) from error


def keep(folder: Path, source: NewSource) -> Path:
    """Write a source into a folder, readable by all (0644), and give its file's path.

    Raises:
        StateError: there is such a file by now, or it cannot be written.
    """
    place = folder / f"{source.name}.toml"
    text = source_toml(source)
    if (folder / _SCHEMA).is_file():  # so that editors complete and check it, as those around it
        text = f"#:schema {_SCHEMA}\n\n{text}"
    try:
        files.make(folder)
        with (
            files.opened(folder) as opened,
            files.staged(opened, place.name, text.encode()) as staged,
        ):
            os.link(staged, place.name, src_dir_fd=opened, dst_dir_fd=opened)  # over no other
            os.fsync(opened)
    except FileExistsError:
        message = f"there is a source of that name in {place}"
        raise StateError(message, advice="choose another name") from None
    except OSError as error:
        raise StateError(f"{place} cannot be written: {error.strerror}") from error
    return place


def name_for(title: str, url: str, taken: Collection[str] = ()) -> str:
    """A free name for a source: its title's words, or else its host's and the end of its path.

    A title in another script than the Latin one, or of whole sentences, gives none.
    """
    words = _plain(title)
    letters = sum(character.isalnum() for character in title)
    if len(words.replace("-", "")) * 2 <= letters or len(title.split()) > _TITLE_WORDS:
        words = _plain(_of_address(url))
    return free_name(_cut(words) or "source", taken)


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or with a number behind it that makes it free: the one behind those that are taken.

    Of names that are many (8,000 sources called "News") not each number is tried.
    """

    def spelt(number: int) -> str:
        return name if number == 1 else f"{name}-{number}"

    def is_free(number: int) -> bool:
        return spelt(number) not in taken and spelt(number) not in RESERVED

    highest = next(2**power for power in count() if is_free(2**power))
    numbers = range(highest // 2 + 1, highest + 1)
    return spelt(numbers[bisect_left(numbers, True, key=is_free)])


def is_name(text: str) -> bool:
    """Whether a source may be called so."""
    return NAME.fullmatch(text) is not None


def _of_address(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    host = _LABELS.sub("", host)
    end = parts.path.rstrip("/").rpartition("/")[2].rpartition(".")
    last = end[0] or end[2]
    return host if last.lower() in _HOST_ONLY else f"{host} {last}"


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = (character for character in decomposed if not unicodedata.combining(character))
    return _NO_WORDS.sub("-", "".join(letters)).strip("-")


def _cut(words: str) -> str:
    if len(words) <= _LONGEST_NAME:
        return words
    return words[: _LONGEST_NAME + 1].rpartition("-")[0] or words[:_LONGEST_NAME]


def _lines(keys: Mapping[str, Any], table: tuple[str, ...]) -> Iterator[str]:
    """The keys of a table, and then the tables in it."""
    for key, value in keys.items():
        if not isinstance(value, Mapping):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in keys.items():
        if isinstance(value, Mapping):
            path = (*table, key)
            yield from ("", f"[{'.'.join(map(_key, path))}]")
            yield from _lines(value, path)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)  # true, false and numbers are spelt alike


def _text(text: str) -> str:
    """A basic string of TOML 1.0: as JSON writes it, but that DEL must be escaped too, and that
    what steers terminals and editors is for who looks at the file."""
    written = json.dumps(text, ensure_ascii=False)
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def _comment(note: str) -> str:
    """A line of comment, whatever a site wrote in it: no control may stand there (TOML 1.0)."""
    return f"# {one_line(note)}".rstrip()
