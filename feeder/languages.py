"""Language tags (BCP 47), such as `en`, `pt-BR` and `zh-Hant`."""

from __future__ import annotations

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def is_language(tag: str) -> bool:
    """Whether `tag` has the form of a language tag that starts with an ISO 639 code."""
    return bool(_TAG.fullmatch(tag))


def read_language(text: str) -> str | None:
    """The tag that pages and programs mean with `en_GB` or `de_DE.UTF-8`; None where it is none."""
    tag = text.strip().replace("_", "-").partition(".")[0]
    return tag if is_language(tag) else None
