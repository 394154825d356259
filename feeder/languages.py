"""Language tags (BCP 47), such as `en`, `pt-BR` and `zh-Hant`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def is_language(tag: str) -> bool:
    """Whether `tag` has the form of a language tag that starts with an ISO 639 code."""
    return bool(_TAG.fullmatch(tag))


def read_language(text: str) -> str | None:
    """The tag that pages and programs mean with `en_GB`, `de_DE.UTF-8` or `iw`.

    None where no language has its code: to validators that is an error of the whole feed.
    """
    tag = text.strip().replace("_", "-").partition(".")[0]
    if not is_language(tag):
        return None
    code, dash, rest = tag.partition("-")
    known = _codes().get(code.lower())
    return f"{known}{dash}{rest}" if known else None


@cache
def _codes() -> dict[str, str]:
    """The codes that there are, and which each is now (`he`, of `iw`)."""
    lines = files("feeder").joinpath("languages.tsv").read_text(encoding="utf-8").splitlines()
    told = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: now[0] if now else code for code, *now in told}
