"""From bytes to text, whatever the encoding, and the reason why it was read that way.

The order is that of the WHATWG's encoding standard, with guesses at its end: byte order mark,
what the server said, what the markup says, strict UTF-8, then the encoding in which the bytes
look most like some language. Where one fails, the next is tried.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from feeder.errors import NotTextError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with UTF-16's, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that mean more than Python's codec of that name (WHATWG, 4.2): what is called Latin-1
# is Windows-1252, what is called GB2312 is GB18030, and so on.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "cp950", "cp1252": "cp1252", "utf-16": "utf-16-le",
}  # fmt: skip
_LABELS = {
    "x-sjis": "cp932", "windows-31j": "cp932", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "x-x-big5": "cp950", "cn-big5": "cp950", "big5-hkscs": "big5hkscs", "x-cp1251": "cp1251",
    "x-cp1252": "cp1252", "windows-874": "cp874", "dos-874": "cp874", "windows-949": "cp949",
    "ks_c_5601-1987": "cp949", "x-euc-jp": "euc_jp", "iso-8859-8-i": "iso8859-8",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "logical": "iso8859-8", "unicode-1-1-utf-8": "utf-8", "x-user-defined": "",
}  # fmt: skip
# Encodings that pages may name. UTF-7 and HZ hide markup in what looks like ASCII; they and
# codecs that are no encodings at all (hex, rot13, zlib) are not taken at their word.
_TRUSTED = re.compile(
    r"utf-8|utf-(16|32)-[lb]e|cp(125[0-8]|866|874|932|949|950)|koi8-[ru]|iso8859-\d+|gb18030"
    r"|euc_jp|iso2022_jp|big5hkscs|mac-(roman|cyrillic)"
)
_MARKUP_HEAD = 4_096  # browsers look at 1,024 bytes; some pages have a long comment before it
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:\-]{2,40})"
    rb"|<meta\b[^>]{0,400}?\bcharset\s*=\s*[\"']?\s*([\w.:\-]{2,40})",
    re.IGNORECASE,
)
_MAGIC = (
    (b"%PDF-", "a PDF document"), (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x1f\x8b", "a gzip archive"), (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"), (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"), (b"{\\rtf", "a rich-text (RTF) document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"), (b"RIFF", "a RIFF sound, film or image"),
    (b"ID3", "an MP3 sound"), (b"OggS", "an Ogg sound"), (b"wOF", "a font"),
    (b"%!PS", "a PostScript document"), (b"\xca\xfe\xba\xbe", "a Java class or program"),
)  # fmt: skip
_MULTIBYTE = re.compile("[\u0080-\ufffc\U00010000-\U0010ffff]")
_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\x0b\x0c\r\x1a\x1b"})
_NO_CONTROLS = bytes({*range(0x100)} - {*_CONTROLS})
# Random or compressed bytes hold 10 % of controls, damaged text a few in a thousand.
_MOST_CONTROLS = 0.03
_SAMPLE = 8_192


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding that it was read in (Python's name), and what told so."""

    text: str
    encoding: str
    evidence: str


def decode(data: bytes, *, charset: str | None = None, markup: bool = False) -> Decoded:
    """The text of `data`, without its byte order mark.

    Args:
        charset: what the server says; None for files.
        markup: whether a declaration inside (`<meta charset>`, `<?xml encoding>`) counts.

    Raises:
        NotTextError: it is an image, an archive, or other binary data.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return Decoded(text, encoding, "byte order mark")
    _refuse_known_formats(data)
    wide = _wide(data) if b"\0" in data else None
    if wide:
        return wide
    _refuse_controls(data)
    utf8 = _as_utf8(data)
    for encoding, evidence in _told(data, utf8, charset, markup):
        if encoding == "utf-8":
            if utf8 is not None:
                return Decoded(utf8, encoding, evidence)
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Nearly any bytes are valid UTF-16: there it takes more than that.
        if not encoding.startswith("utf-16") or _plausible(text[:_SAMPLE]):
            return Decoded(text, encoding, evidence)
    return _guessed(data)


def python_name(label: str) -> str | None:
    """Python's codec for an encoding label, as the WHATWG reads it; None where it is refused."""
    label = label.strip().strip("\"'").lower()
    name = _LABELS.get(label)
    if name is None:
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError, UnicodeError):
            return None
    name = _MEANT.get(name, name)
    return name if _TRUSTED.fullmatch(name) else None


def _refuse_known_formats(data: bytes) -> None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise _not_text(f"it is {name}")
    if data[4:8] == b"ftyp":
        raise _not_text("it is a film or image (MP4, HEIC)")


def _refuse_controls(data: bytes) -> None:
    if len(data.translate(None, _NO_CONTROLS)) > len(data) * _MOST_CONTROLS:
        raise _not_text("it is binary data")


def _not_text(what: str) -> NotTextError:
    advice = "convert it to text, Markdown or HTML, or leave it out with glob"
    return NotTextError(f"no text: {what}", advice=advice)


def _wide(data: bytes) -> Decoded | None:
    """UTF-32 or UTF-16 without a byte order mark, if all zero bytes lie where it has them."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    encodings = ["utf-32-le", "utf-32-be"] if len(data) % 4 == 0 else []
    if len(data) % 2 == 0 and not (even and odd):
        encodings.append("utf-16-be" if even else "utf-16-le")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _plausible(text[:_SAMPLE]):
            return Decoded(text, encoding, "zero bytes")
    return None


def _plausible(text: str) -> bool:
    """Whether there is nothing in it that no text has."""
    return not any(unicodedata.category(c) in _NO_TEXT for c in text if c not in "\t\n\r\f\x1a")


def _told(
    data: bytes, utf8: str | None, charset: str | None, markup: bool
) -> Iterator[tuple[str, str]]:
    """Encodings that somebody names, and UTF-8; the most trusted first."""
    if utf8 is not None and _is_surely_utf8(data, utf8):
        yield "utf-8", "valid UTF-8"
    if charset and (name := python_name(charset)):
        yield name, f"content type says {charset}"
    if markup and (match := _DECLARED.search(data[:_MARKUP_HEAD])):
        label = (match[1] or match[2]).decode("ascii", "replace")
        # What could be read so far is no UTF-16, whatever it says (WHATWG, 13.2.3.2).
        name = "utf-8" if label.lower().startswith("utf-16") else python_name(label)
        if name:
            yield name, f"declared as {label}"
    if b"\x1b$" in data:
        yield "iso2022_jp", "escape sequences"
    yield "utf-8", "valid UTF-8"


def _as_utf8(data: bytes) -> str | None:
    """The text, read once; nearly all pages are in UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_surely_utf8(data: bytes, text: str) -> bool:
    """Three characters of many bytes that are all valid: then a declaration that differs lies.

    Text in a one-byte encoding is valid UTF-8 by chance once in thousands of such characters.
    """
    return len(data) - len(text) >= 3 and b"\x1b$" not in data


def _guessed(data: bytes) -> Decoded:
    """What is no valid text in any encoding that was told."""
    text = data.decode("utf-8", "replace")
    damaged, sound = text.count("\ufffd"), len(_MULTIBYTE.findall(text))
    if sound > 10 * damaged:
        return Decoded(text, "utf-8", f"UTF-8 with {damaged} damaged characters")
    sample = _telling(data)
    encoding = max(_ENCODINGS, key=lambda name: _likeness(sample, name))
    return Decoded(data.decode(encoding, "replace"), encoding, "looks most like a language")


def _telling(data: bytes) -> bytes:
    """Lines that are not ASCII, as many as it takes."""
    sample = bytearray()
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            sample += line[:_SAMPLE]
        if len(sample) > _SAMPLE:
            break
    return bytes(sample)


# Letters beyond ASCII of each language, the most frequent first, and the encodings in which it
# was written before UTF-8, the most usual first. Where two fit equally well, the first wins.
_LANGUAGES = (
    ("cp1252", "éèàêçôûîâùœëïÿæ"),  # French
    ("cp1252", "üäößéèà"),  # German
    ("cp1252", "óíáéñúü¿¡ªº"),  # Spanish
    ("cp1252", "ãçáéíóêõâúàôªº"),  # Portuguese
    ("cp1252", "èàùòéìóî"),  # Italian
    ("cp1252", "éëïöüèêá"),  # Dutch
    ("cp1252", "àéóèòíçúïü·"),  # Catalan
    ("cp1252", "äåöéü"),  # Swedish, Finnish
    ("cp1252", "åøæéö"),  # Danish, Norwegian
    ("cp1252", "íáðþéöæúóý"),  # Icelandic
    ("cp1252", "éáíóú"),  # Irish, names in English
    ("cp1250 iso8859-2", "ąęłóśżćńź"),  # Polish
    ("cp1250 iso8859-2", "áíéěřýšžčůúťňóď"),  # Czech
    ("cp1250 iso8859-2", "áíéýčšžťľúňôóďäĺŕ"),  # Slovak
    ("cp1250 iso8859-2", "áéöíóőüúű"),  # Hungarian
    ("cp1250 iso8859-2", "čšžćđ"),  # Croatian, Slovenian
    ("cp1250 iso8859-2", "ăîâşţ"),  # Romanian
    ("cp1254", "ıüşğöçâîû"),  # Turkish
    ("cp1257", "ėųšįžąęčū"),  # Lithuanian
    ("cp1257", "āīēšņļūžčģķ"),  # Latvian
    ("cp1257", "äõüöšž"),  # Estonian
    ("cp1258", "đươăâêô\u0300\u0301\u0309\u0303\u0323áàãéèóòõíìúùý"),  # Vietnamese
    ("cp1251 koi8-r cp866 iso8859-5", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),  # Russian
    ("cp1251 koi8-u iso8859-5", "оаинвіетрслкдумпязгьбчйцхїжюєшщфґ"),  # Ukrainian
    ("cp1251 iso8859-5", "аніоеыраскцлтвуямдзпбьйгчўшжхюёфэ"),  # Belarusian
    ("cp1251 iso8859-5", "аиоетнрсвлкдпмзъгбчужщцйхшюфья"),  # Bulgarian
    ("cp1251 iso8859-5", "аиоенрстјувлкмпдзгбњчшцжљхћђфџ"),  # Serbian
    ("cp1251 iso8859-5", "аоеитнрсвјлкдмпузгбчшцжќѓњљџѕф"),  # Macedonian
    ("cp1253 iso8859-7", "αοιετσνηυρπκμλςωόίθάγέδύχήφβώζξψϊϋΐΰ"),  # Greek
    ("cp1255 iso8859-8", "יוהלאמרתבשנעםדקחפטגצסזכןךףץ"),  # Hebrew
    ("cp1256 iso8859-6", "اليمنوتربعدسفةهكقحجأشصطخضذثإغزىءظئؤآ،؛؟"),  # Arabic
    ("cp1256", "ايرندمهوتبسشکگزفقخعجلچپحطكصضغآژثذظئء،؛؟\u200c"),  # Persian
    ("cp874", "านรอกเ่้งมลวยิัีสทตดห์ปแะคุบูจพไ็ชืำขใึโผซถธณศภษๆฐฉญ๊ฆฏ๋ฎฝฟฤฬฮฯ"),  # Thai
    ("cp932 euc_jp", "のにはをたがでてとしれさあいるなもこすうらかりっまんきよやくせけどめつ"
        "わみえそおばじろちひふねむげごべびぶぐだずよゆょゅゃほへーアイウエオカキクケコサシスセタチッ"
        "テトナニネノフマムメラリルレロンドプブデジグバパ日人年大国本中出時行見月分後上"),
    ("gb18030", "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同"
        "工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物"
        "现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间"),
    ("cp950 big5hkscs", "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主"
        "發年動同工也能下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起"
        "小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表"),
    ("cp949", "이다는의에가을로고하지은들한사를도서기어나인자리대시아있그것과으수면니부정일해만보전"
        "여제주장스구라원상동공성조유우안선오마년게당관경용생비모화신발무계회문국"),
)  # fmt: skip
_ENCODINGS = tuple(dict.fromkeys(name for names, _ in _LANGUAGES for name in names.split()))
_MARKS = frozenset(
    "“”„’‘‚«»‹›–—…•·©®™°§€£¥½¼¾²³ºª×№†\u00a0\u00ad"
    "、。「」『』（）！？：；，・〜【】《》％０１２３４５６７８９\u3000￥～"
)
_IDEOGRAPHS = re.compile("[\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3]")
_OTHER_SCRIPT = "\u0370-\u03ff\u0400-\u1dff\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
_MIXED_SCRIPTS = re.compile(f"[A-Za-z](?=[{_OTHER_SCRIPT}])|[{_OTHER_SCRIPT}](?=[A-Za-z])")

_WRONG = -3.0
"""A character that the language does not have weighs as much as three that it has."""


def _likeness(sample: bytes, encoding: str) -> float:
    """How much `sample`, read in `encoding`, looks like some language written in it, up to 1."""
    reader = codecs.getincrementaldecoder(encoding)("replace")
    text = reader.decode(sample)  # a character cut at the sample's end does not count
    found = Counter(c for c in text if c > "\x7f")
    number = found.total() or 1
    # Wrong readings show as capitals in the middle of words, and as two scripts in one word.
    faults = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    faults += len(_MIXED_SCRIPTS.findall(text))
    return max(
        sum(n * _weight(c, weights) for c, n in found.items()) / number - faults / number
        for names, weights in _weighted()
        if encoding in names
    )


def _weight(character: str, weights: dict[str, float]) -> float:
    if character in _MARKS:
        return 0.5
    if (weight := weights.get(character.lower())) is not None:
        return weight * 0.8 if character.isupper() else weight
    return 0.4 if len(weights) > 70 and _IDEOGRAPHS.match(character) else _WRONG


@cache
def _weighted() -> tuple[tuple[list[str], dict[str, float]], ...]:
    """Each language's encodings and the weight of each letter: 1 for the most frequent."""
    return tuple(
        (names.split(), {c: 1 - 0.7 * rank / len(letters) for rank, c in enumerate(letters)})
        for names, letters in _LANGUAGES
    )
