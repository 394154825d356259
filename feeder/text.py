"""Plain text: white space, what XML can carry, and cutting at a word."""

from __future__ import annotations

import re
import unicodedata

# XML 1.0 (5th ed.), production 2 "Char", turned round; lone surrogates are in D800–DFFF.
# Without what it advises against there too: HTML has no DEL and no non-characters (NotHtml).
_PLANES = "".join(
    f"{chr(first)}-{chr(first + 0xFFFD)}" for first in range(0x10000, 0x110000, 0x10000)
)
_MOST = f"\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}"
_NOT_XML = re.compile(f"[^\t\n\r\u0020-\u007e\u0080-\u009f{_MOST}]")
_C1 = re.compile("[\u0080-\u0084\u0086-\u009f]")
# Anything that either of them would change: one scan where nearly always nothing is found.
_SUSPECT = re.compile(f"[^\t\n\r\u0020-\u007e\u0085{_MOST}]")
_ZERO_WIDTH = "\u200b\u2060\ufeff"
"""White space to `fold`, and not to Unicode."""
_BIDI_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069]")


def xml_safe(text: str) -> str:
    """Any text with everything that XML 1.0 or HTML cannot carry taken out.

    C1 controls are what is left of Windows-1252 read as Latin-1 and become the characters they
    were meant to be; U+0085 (next line) stays white space.
    """
    if not _SUSPECT.search(text):
        return text
    text = _NOT_XML.sub("", text)
    return _C1.sub(_as_cp1252, text)


def _as_cp1252(match: re.Match[str]) -> str:
    try:
        return match.group().encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:  # 81, 8D, 8F, 90 and 9D mean nothing in Windows-1252
        return ""


def one_line(text: str) -> str:
    """Text for a title or a name: XML-safe, NFC, white space folded, no direction overrides."""
    text = _BIDI_OVERRIDE.sub("", xml_safe(text))
    return unicodedata.normalize("NFC", fold(text))


def fold(text: str) -> str:
    """Each run of white space, zero-width space included, as one space; none at the ends.

    Splitting is four times as fast as a pattern, and to ask for three characters costs nothing.
    """
    for white in _ZERO_WIDTH:
        if white in text:
            text = text.replace(white, " ")
    return " ".join(text.split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text` folded, cut at a word and ended with an ellipsis."""
    return cut(fold(text), limit)


def cut(line: str, limit: int) -> str:
    """`shorten` for a text that is folded already."""
    if len(line) <= limit:
        return line
    beginning = line[: limit - 1]
    space = beginning.rfind(" ")
    # Scripts without spaces (Chinese, Japanese, Thai) are cut where the limit falls.
    return (beginning[:space] if space > limit // 2 else beginning).rstrip(" ,;:–—-") + "…"
