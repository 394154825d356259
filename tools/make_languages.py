"""Writes feeder/languages.tsv from CLDR: codes of languages, and which code an older one is now.

Run it after an upgrade of Babel: `.venv/bin/python tools/make_languages.py`.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale
from babel.core import get_global

PLACE = Path(__file__).parents[1] / "feeder/languages.tsv"
HEAD = """\
# Codes of ISO 639 that CLDR knows, and beside one that has a younger or a shorter form, that form.
# Made by tools/make_languages.py.
"""


def main() -> None:
    known = {code for code in Locale("en").languages if code.isalpha()}
    lines = dict.fromkeys(known, "")
    for old, new in get_global("language_aliases").items():
        # The longer ones ("sr_Latn") say more than a code does.
        if old.isalpha() and 2 <= len(old) <= 3 and new in known:
            lines[old] = f"\t{new}"
    text = HEAD + "".join(f"{code}{lines[code]}\n" for code in sorted(lines))
    PLACE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
