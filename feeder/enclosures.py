"""Files that belong to an article: which addresses are such, and of which media type."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from feeder.models import Enclosure

MOST = 10
"""Of one article. A podcast's episode has one, or the same in three formats."""
PLAYED = ("audio/", "video/")

_TYPE = re.compile(
    r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"
)  # RFC 6838, 4.2
_LONGEST_LENGTH = 15
_BY_ENDING = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
}


def enclosure_of(url: str | None, media_type: str = "", length: str = "") -> Enclosure | None:
    """The file at a web address, or None where that is none which a reader could fetch and play.

    Args:
        media_type: as it was told; else the address's ending tells it. Pictures are none.
        length: in bytes, as it was told; 0 and what is no number stand for "not told".
    """
    if url is None:
        return None
    told = media_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(told):
        told = _BY_ENDING.get(urlsplit(url).path.rpartition(".")[2].lower(), "")
    if not told or told.startswith("image/"):
        return None
    return Enclosure(url, told, _length(length))


def _length(written: str) -> int | None:
    is_number = written.isascii() and written.isdigit() and len(written) <= _LONGEST_LENGTH
    return (int(written) or None) if is_number else None
