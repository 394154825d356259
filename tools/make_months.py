"""Compile feeder/months.tsv, the names of months and weekdays, from CLDR.

`python tools/make_months.py` needs Babel, which the program itself does without.
A row is month, name, languages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import product
from pathlib import Path

from babel import Locale

from feeder.dates import fold_word

TARGET = Path(__file__).resolve().parent.parent / "feeder/months.tsv"
# Case endings that dates write onto the month, where CLDR gives the bare name.
ENDINGS = {"eu": "ren", "ckb": "ی", "mn": "ын"}
WEEKDAY = 0  # the words of weekdays, which stand beside dates and name no month
LANGUAGES = (
    "af am ar az be bg bn br bs ca ckb cs cy da de el en eo es et eu fa fi fo fr ga gd gl gu he hi "
    "hr hu hy id is it ja jv ka kk km kn ko ku ky lo lt lv mk ml mn mr ms mt my nb ne nl nn pa pl "
    "ar_IQ ar_DZ ar_MA ar_TN de_AT "
    "ps pt ro ru rw si sk sl so sq sr sr_Latn su sv sw ta te tg th tk tl tr tt ug uk ur uz vi yo zu"
).split()


def names(language: str) -> dict[str, int]:
    """Every name of a month or weekday, folded; months and long names win where two clash."""
    found: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for month, name in Locale.parse(language).months[context][width].items():
                word = fold_word(name)
                if not any(char.isdigit() for char in word) and len(word) > 1:
                    found.setdefault(word, month)
                    found.setdefault(word.rpartition("-")[2], month)
                    found.setdefault(word + ENDINGS.get(language, ""), month)
    days = Locale.parse(language).days
    for width, context in product(("wide", "abbreviated"), ("format", "stand-alone")):
        for name in days[context][width].values():
            for word in re.findall(r"[^\s,.()]+", name):
                if len(folded := fold_word(word)) > 1:
                    found.setdefault(folded, WEEKDAY)
    return found


def main() -> None:
    table: dict[tuple[int, str], set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for word, month in names(language).items():
            table[month, word].add(language.partition("_")[0])
    rows = [f"{m}\t{word}\t{' '.join(sorted(langs))}" for (m, word), langs in sorted(table.items())]
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(rows)} names")  # noqa: T201


if __name__ == "__main__":
    main()
