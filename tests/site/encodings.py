"""Pages whose encoding or type is not what they say, or is not said."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from tests.site.pages import Page

LATIN = "Grüße aus Köln: «Ça alors», sagte José — 20 € für ein Fischbrötchen."
CHINESE = "中文新聞：昨天下午，港口的燈塔重新開放，市民紛紛前往參觀。朱镕基、囍。"
JAPANESE = "昨日の午後、港の灯台が再び公開され、多くの市民が訪れました。カタカナも。"
RUSSIAN = "Вчера днём маяк в порту снова открылся, и жители города пришли посмотреть."


class Spelt(NamedTuple):
    """A page, and what it must be read as."""

    page: Page
    text: str


def spelt(
    text: str, codec: str, header: str | None = None, meta: str | None = None, mark: bytes = b""
) -> Spelt:
    """A page in an encoding, with what the header and the page itself say about it."""
    said = f'<meta charset="{meta}">' if meta else ""
    markup = f"<!doctype html><html><head>{said}<title>{text[:12]}</title></head><body><article>"
    markup += "".join(f"<p>{text}</p>" for _ in range(6)) + "</article></body></html>"
    body = mark + markup.encode(codec, "xmlcharrefreplace")
    media_type = "text/html" + (f"; charset={header}" if header else "")
    return Spelt(Page(body, media_type), text)


ENCODINGS: dict[str, Spelt] = {
    "as it says": spelt(LATIN, "utf-8", "utf-8"),
    "the header lies": spelt(LATIN, "utf-8", "us-ascii-of-old", "utf-8"),
    "the meta lies": spelt(LATIN, "utf-8", "utf-8", "windows-1251"),
    "header wins over meta": spelt(LATIN, "cp1252", "windows-1252", "utf-8"),
    "a mark wins over both": spelt(LATIN, "utf-8", "koi8-r", "gbk", codecs.BOM_UTF8),
    "UTF-16 little": spelt(LATIN, "utf-16-le", None, "utf-8", codecs.BOM_UTF16_LE),
    "UTF-16 big": spelt(CHINESE, "utf-16-be", "utf-8", None, codecs.BOM_UTF16_BE),
    "UTF-16 by header": spelt(LATIN, "utf-16-le", "utf-16le"),
    "meta says UTF-16 in ASCII": spelt(LATIN, "utf-8", None, "utf-16"),
    "gb2312 that is gb18030": spelt(CHINESE, "gb18030", "gb2312"),
    "latin-1 that is cp1252": spelt(LATIN, "cp1252", "iso-8859-1"),
    "Shift_JIS by meta": spelt(JAPANESE, "shift_jis", None, "shift_jis"),
    "EUC-JP by header": spelt(JAPANESE, "euc_jp", "euc-jp"),
    "KOI8-R by header": spelt(RUSSIAN, "koi8-r", "KOI8-R"),
    "no charset, UTF-8": spelt(CHINESE, "utf-8"),
    "no charset, cp1251": spelt(RUSSIAN, "cp1251"),
    "quoted label": spelt(LATIN, "utf-8", '"UTF-8"'),
    "label in quotes of one kind": spelt(LATIN, "utf-8", "'utf-8'"),
    "several labels": spelt(LATIN, "utf-8", "utf-8; charset=koi8-r"),
}
"""How browsers read them (WHATWG Encoding): a mark, the header, the page, then a look."""

BAD_LABELS: dict[str, Page] = {
    label: Page(f"<!doctype html><p>{LATIN}</p>".encode(), f"text/html; charset={label}")
    for label in ("utf-7", "x-user-defined", "rot13", "zlib", "base64", "x" * 5_000, "", "\x00")
}
"""Labels that are no encoding of the web, some of them codecs of Python."""

_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\6\0\0\0\x1f\x15\xc4\x89"
_ARTICLE = f"<!doctype html><title>A page</title><article><p>{LATIN}</p></article>"

WRONG_TYPES: dict[str, Page] = {
    "a page as an image": Page(_ARTICLE, "image/png"),
    "a page as bytes": Page(_ARTICLE, "application/octet-stream"),
    "a page as a download": Page(_ARTICLE, "application/zip"),
    "a page as text": Page(_ARTICLE, "text/plain"),
    "a page as a feed": Page(_ARTICLE, "application/rss+xml"),
    "a page as JSON": Page(_ARTICLE, "application/json"),
    "a page without a type": Page(_ARTICLE, None),
    "a page with junk for a type": Page(_ARTICLE, "; ;;=,text"),
    "an image as a page": Page(_PNG + bytes(2_000), "text/html"),
    "an image as a feed": Page(_PNG + bytes(2_000), "application/atom+xml"),
    "a PDF as a page": Page(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(500), "text/html"),
    "a zip as a page": Page(b"PK\x03\x04" + bytes(500), "text/html"),
    "zeros as a page": Page(bytes(5_000), "text/html"),
}
"""What it says it is, and what it is."""
