"""What a Content-Type header says, read as browsers read it."""

from __future__ import annotations

import re

_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,64}/[\w!#$&^.+-]{1,64})", re.ASCII)
_CHARSET = re.compile(r"""(?:^|[;\s,])charset\s*=\s*["']?\s*([\w.:+-]{1,40})""", re.ASCII | re.I)
_LONGEST = 400


def media_type_of(content_type: str) -> str | None:
    """The media type in lower case, or None where none is told."""
    told = _TYPE.match(content_type[:_LONGEST])
    return told[1].lower() if told else None


def charset_of(content_type: str) -> str | None:
    """The label of its encoding, as it is spelt there."""
    told = _CHARSET.search(content_type[:_LONGEST])
    return told[1] if told else None
