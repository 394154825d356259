"""What an article says, as a fingerprint that noise does not move."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from feeder.text import fold

# Counters and relative times that a page shows anew at each visit. They are masked before two
# texts are compared; a lone number counts only if the text has just one, since tables have many.
_COUNTED = (
    r"views?|likes?|shares?|comments?|repl(?:y|ies)|reads?|votes?|claps?|visits?|"
    r"kommentare?|aufrufe|commentaires?|vues?|comentarios?|comentários?|visualiza\w+|"
    r"комментари\w+|просмотр\w*|коментар\w*|перегляд\w*|浏览|阅读|评论|コメント|閲覧|조회|댓글"
)
_COUNTER_LINE = re.compile(
    rf"^(?:[\d.,\s]+[km]?\s*(?:{_COUNTED})|(?:{_COUNTED})\s*[:：(]?\s*[\d.,\s]+[km]?\)?)$",
    re.IGNORECASE,
)
_NUMBER_LINE = re.compile(r"^[\d.,\s]+[kKmM]?$")
_UNIT = (
    r"(?:s|sec|min|mins|h|hrs?|d|seconds?|minutes?|hours?|days?|weeks?|sekunden?|minuten?|stunden?|"
    r"tagen?|secondes?|heures?|jours?|segundos?|minutos?|horas?|d[ií]as?|секунд\w*|минут\w*|"
    r"час\w*|хвилин\w*|годин\w*|дн\w*)"
)
_BEHIND = (
    rf"\s*{_UNIT}\.?\s+(?:ago|назад|тому)\b",
    r"\s*(?:秒|分|分钟|分鐘|小时|小時|時間|天|日)前",
    r"\s*(?:초|분|시간|일)\s*전",
)
"""What follows the number of such a time; in other languages a word stands before it."""
_BEFORE = ("vor", "il y a", "hace", "há")
_AGO = re.compile(
    rf"\b\d+{_BEHIND[0]}|\b(?:{'|'.join(_BEFORE)})\s+\d+\s*{_UNIT}\b"
    rf"|\d+{_BEHIND[1]}|\d+{_BEHIND[2]}",
    re.IGNORECASE,
)
# What `_AGO` cannot match without, in a folded line. It begins with one character of a set, which
# `re` finds seven times as fast as any of many words.
_HAS_AGO = re.compile(
    rf"\d(?:(?<!\w\d)\d*{'|'.join(_BEHIND)}|{'|'.join(f'(?<={word} .)' for word in _BEFORE)})",
    re.IGNORECASE,
)


def material(title: str, text: str) -> str:
    """The fingerprint of what an article says: the same for two texts that differ only in white
    space, in counters, or in how long ago something was."""
    lines = [fold(line) for line in unicodedata.normalize("NFKC", text).split("\n")]
    lone = [line for line in lines if _NUMBER_LINE.match(line)]
    said = [
        _AGO.sub("", line) if _HAS_AGO.search(line) else line
        for line in lines
        if line and not _COUNTER_LINE.match(line) and not (len(lone) == 1 and line == lone[0])
    ]
    whole = fold(" ".join([unicodedata.normalize("NFKC", title), "\x00", *said]))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]
