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
_AGO = re.compile(
    rf"\b\d+\s*{_UNIT}\.?\s+(?:ago|назад|тому)\b|\b(?:vor|il y a|hace|há)\s+\d+\s*{_UNIT}\b"
    r"|\d+\s*(?:秒|分|分钟|分鐘|小时|小時|時間|天|日)前|\d+\s*(?:초|분|시간|일)\s*전",
    re.IGNORECASE,
)


def material(title: str, text: str) -> str:
    """The fingerprint of what an article says: the same for two texts that differ only in white
    space, in counters, or in how long ago something was."""
    lines = [fold(line) for line in unicodedata.normalize("NFKC", text).split("\n")]
    lone = [line for line in lines if _NUMBER_LINE.match(line)]
    said = [
        _AGO.sub("", line)
        for line in lines
        if line and not _COUNTER_LINE.match(line) and not (len(lone) == 1 and line == lone[0])
    ]
    whole = fold(" ".join([unicodedata.normalize("NFKC", title), "\x00", *said]))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]
