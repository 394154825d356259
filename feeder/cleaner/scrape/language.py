"""Which language a scrape is in, where that can be told with confidence.

Scripts that one language writes tell at once; elsewhere the commonest small words vote.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_SAMPLE = 800  # characters looked at: enough for a vote, and no more for a long article
_LETTERS = 40  # fewer say nothing
_LETTERS_OF_SCRIPT = 300
# A language must have this share of all words, and this much more than the next one. On the
# labelled documents no wrong language passes both; short ones pass neither.
_SHARE, _LEAD = 0.12, 1.35

_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("th", re.compile("[\u0e01-\u0e4e]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("hy", re.compile("[\u0531-\u0587]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("bn", re.compile("[\u0985-\u09b9]")),
    ("ta", re.compile("[\u0b85-\u0bb9]")),
    ("te", re.compile("[\u0c05-\u0c39]")),
    ("kn", re.compile("[\u0c85-\u0cb9]")),
    ("ml", re.compile("[\u0d05-\u0d39]")),
    ("gu", re.compile("[\u0a85-\u0ab9]")),
    ("pa", re.compile("[\u0a05-\u0a39]")),
    ("si", re.compile("[\u0d85-\u0dc6]")),
    ("my", re.compile("[\u1000-\u109f]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("lo", re.compile("[\u0e81-\u0eae]")),
    ("am", re.compile("[\u1200-\u137f]")),
)
# Japanese mixes kana with Chinese characters: a fifth of kana is plenty.
_MOSTLY = {"ja": 0.15}
_HAN = re.compile("[\u4e00-\u9fff]")
_APART = re.compile(r"[!-&(-@\[-`{-~“”„«»…–—،؟।。、\u200c]+")  # what parts words beside spaces
_TELLING = re.compile("[\u0370-\u03ff\u0531-\u05ea\u0980-\u1fff\u3041-\ud7af]")  # all of these


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    """Small word → the languages that use it."""
    table: dict[str, list[str]] = {}
    text = (files("feeder.cleaner.scrape") / "data" / "small_words.tsv").read_text(encoding="utf-8")
    for row in text.splitlines():
        if row and not row.startswith("#"):
            language, _, words = row.partition("\t")
            for word in words.split():
                table.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in table.items()}


def told_language(text: str) -> str | None:
    """The ISO 639 code of the language of a text, or None where that is not sure."""
    sample = text[:_SAMPLE]
    words = _APART.sub(" ", sample.casefold().replace("’", "'")).split()
    letters = "".join(words)
    return _by_script(letters) or _by_words(words) if len(letters) >= _LETTERS else None


def _by_script(letters: str) -> str | None:
    if letters.isascii() or not _TELLING.search(letters):
        return None
    # Digits and marks are of no script; a part of the letters tells as much as all.
    letters = "".join(filter(str.isalpha, letters))[:_LETTERS_OF_SCRIPT]
    for language, script in _SCRIPTS:
        if len(script.findall(letters)) >= len(letters) * _MOSTLY.get(language, 0.6):
            return language
    return "zh" if len(_HAN.findall(letters)) >= len(letters) * 0.6 else None


def _by_words(words: list[str]) -> str | None:
    known = _words()
    votes: dict[str, int] = {}
    for word in words:
        for language in known.get(word, ()):
            votes[language] = votes.get(language, 0) + 1
    if not votes:
        return None
    best = max(votes, key=lambda language: votes[language])
    most = votes.pop(best)
    enough = most >= len(words) * _SHARE
    return best if enough and most >= max(votes.values(), default=0) * _LEAD else None
