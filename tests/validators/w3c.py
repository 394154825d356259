"""What the W3C's feed validator complains of, by its own names, where no schema knows it.

Read in its source (github.com/w3c/feedvalidator), which is no package. Each check gives
`Class: what` for a fault. Not checked, and why: `DuplicateUpdated`, which warns of any two entries
of one second, as all articles of one refresh are; `ImplausibleDate` before 1990, where an old
article tells the truth; `SecurityRiskAttr` of `controls`, without which nobody can play a film.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html.entities import name2codepoint
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

import html5lib
from babel import Locale
from feedparser.sanitizer import _HTMLSanitizer as Kept
from html5lib.html5parser import ParseError

# Younger than the lists, and the W3C's has them too.
_ELEMENTS = {*Kept.acceptable_elements, *"mark picture rp rt ruby summary wbr".split()}
_ALL_ELEMENTS = _ELEMENTS | set("body embed head html iframe object script style title".split())
_ELEMENTS -= set("button command datalist fieldset form input keygen label select textarea".split())
_ATTRIBUTES = {*Kept.acceptable_attributes, "srcset", "sizes", "loading"} - {"style", "action"}
_LOADED = ("href", "src", "cite", "poster", "longdesc")

_LINK = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]+)?"
    r"(?:[/?#](?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'(),#]|%[0-9A-Fa-f]{2})*)?"
)
_TAG = re.compile(
    r"tag:[a-z0-9.-]+,\d{4}(?:-\d{2}(?:-\d{2})?)?:"
    r"(?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'(),]|%[0-9A-F]{2})*"
)
_UUID = re.compile(r"urn:uuid:[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:(?:[a-zA-Z0-9()+,.:=@;$_!*'-]|%[0-9A-F]{2})+")
_MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+(?:\s*;\s*\w+=[\w-]+)*")
_END_TAG = re.compile(r"</([a-z0-9]+)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(#?\w+)")
_BAD = re.compile("[\x80-\x9f]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SRCSET = re.compile(r"(?:^|,\s+)(\S+)")


def texts(text: str) -> Iterator[str]:
    """Of any text or value at all."""
    if found := _BAD.search(text):
        yield f"BadCharacters: U+{ord(found.group()):04X} in {text[:60]!r}"


def labels(text: str) -> Iterator[str]:
    """Of a title, a name or a summary, which are plain text."""
    if not text.strip():
        yield "NotBlank: a text says nothing"
    if _OVERRIDES.search(text):
        yield f"BadCharacters: {text[:60]!r} turns its neighbours' direction round"


def plain(text: str, line: bytes) -> Iterator[str]:
    """Of a plain text that looks like markup: it is meant so where it is written in hexadecimal."""
    if b"&#x" in line:
        return
    tags = any(tag.lower() in _ALL_ELEMENTS for tag in _END_TAG.findall(text))
    if tags or any(name in name2codepoint or name[0] == "#" for name in _ENTITY.findall(text)):
        yield f"ContainsUndeclaredHTML: {text[:60]!r}"


def language(tag: str) -> Iterator[str]:
    """Of a language tag: its first part is one that ISO 639 and CLDR know."""
    if tag.partition("-")[0].lower() not in _languages():
        yield f"InvalidLanguage: {tag!r}"


@cache
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


def link(url: str) -> Iterator[str]:
    """Of an address that a reader may follow or load."""
    if not _LINK.fullmatch(url):
        yield f"InvalidUriChar: {url!r} is no web address"


def identifier(uri: str) -> Iterator[str]:
    """Of an id, which is compared character by character (RFC 4287, 4.2.6.1)."""
    if not any(form.fullmatch(uri) for form in (_TAG, _UUID, _URN, _LINK)):
        yield f"InvalidTAG: {uri!r} is no id that lasts"
    elif uri != _canonical(uri):
        yield f"NonCanonicalURI: {uri!r} should be {_canonical(uri)!r}"


@lru_cache(maxsize=10_000)
def _canonical(uri: str) -> str:
    parts = urlsplit(uri)
    ports = {"http": ":80", "https": ":443"}
    host = parts.netloc.lower().removesuffix(ports.get(parts.scheme, "\0"))
    path = parts.path or ("/" if parts.netloc else "")
    if {".", ".."} & set(path.split("/")):
        path = "/not/canonical"
    path, query, fragment = (_requoted(each) for each in (path, parts.query, parts.fragment))
    return parts._replace(netloc=host, path=path, query=query, fragment=fragment).geturl()


def _requoted(part: str) -> str:
    """Percent-encoding where it must be, in upper case, of NFC."""
    kept = re.split("(%(?:2[1-9A-CF]|3[ABDF]|40|5[BD]))", part, flags=re.IGNORECASE)
    kept[1::2] = [mark.upper() for mark in kept[1::2]]
    kept[::2] = [quote(normalize("NFC", unquote(text)), "/?!$&'()*+,;=:@") for text in kept[::2]]
    return "".join(kept)


def media_type(text: str) -> Iterator[str]:
    """Of a `type` of a link or a file."""
    if not _MIME.fullmatch(text):
        yield f"InvalidMIMEType: {text!r}"


def own_address(url: str, path: str) -> Iterator[str]:
    """Of the address that a document says it is at."""
    if not urlsplit(url).path.endswith(f"/{path}"):
        yield f"SelfDoesntMatchLocation: {url!r} is not where {path} lies"


@lru_cache(maxsize=10_000)
def content(html: str) -> tuple[str, ...]:
    """Of an entry's content: HTML without a mistake in it, whole addresses, nothing that acts."""
    return tuple(_content(html))


def _content(html: str) -> Iterator[str]:
    yield from texts(html)
    try:
        fragment = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parseFragment(html)
    except ParseError as error:
        yield f"NotHtml: {error} in {html[:200]!r}"
        return
    if not html.strip():
        yield "NotBlank: the content is empty"
    for element in fragment.iter():
        if element.tag != "DOCUMENT_FRAGMENT" and isinstance(element.tag, str):
            yield from _faults_of_element(element.tag, element.attrib)


def _faults_of_element(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag not in _ELEMENTS:
        yield f"SecurityRisk: an element {tag}"
    for name in attributes:
        if name not in _ATTRIBUTES:
            yield f"SecurityRiskAttr: {tag} has {name}"
    addresses = [attributes[name] for name in _LOADED if name in attributes]
    addresses += _SRCSET.findall(attributes.get("srcset", ""))
    for url in addresses:
        if ":" not in url.partition("/")[0]:
            yield f"ContainsRelRef: {tag} leads to {url!r}"
        elif not url.startswith("mailto:"):
            yield from link(url)
