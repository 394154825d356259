"""Made-up news in several languages, from the phrases in `languages/`: the same for a seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "languages"
NAMES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
_FIELD = re.compile(r"\{(\w+)\}")
_SENTENCES = (2, 6)


@cache
def words(language: str) -> Mapping[str, Any]:
    """The phrases and labels of a language."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


class Prose:
    """Text of a language; each call goes on where the last one ended."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self.words = words(language)
        self.chance = chance

    def one(self, key: str) -> str:
        """One of the phrases of a kind, its own phrases filled in."""
        return self._filled(self.chance.choice(self.words[key]))

    def sentence(self) -> str:
        """One sentence."""
        return _upper(self.one("templates"))

    def headline(self) -> str:
        """A headline of six to twelve words."""
        return _upper(self.one("headlines"))

    def paragraph(self) -> str:
        """Two to six sentences: 25 to 100 words."""
        return " ".join(self.sentence() for _ in range(self.chance.randint(*_SENTENCES)))

    def story(self, length: int) -> Sequence[str]:
        """Paragraphs of as many words together, or a few more."""
        paragraphs = []
        while length > 0:
            paragraphs.append(self.paragraph())
            length -= len(paragraphs[-1].split())
        return paragraphs

    def _filled(self, template: str) -> str:
        return _FIELD.sub(lambda found: self._field(found[1]), template)

    def _field(self, key: str) -> str:
        if key == "n":
            return str(self.chance.randint(3, 90))
        if key == "name":
            return str(self.chance.choice(self.words["names"]))
        kind = "aside" if key == "quoted" else key.lower()
        phrase: str = self.chance.choice(self.words[kind])
        if key == "quoted":
            return phrase.rstrip(".")
        return _upper(phrase) if key != kind else phrase


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
