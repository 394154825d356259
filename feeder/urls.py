"""Web addresses: made absolute, checked and spelt as RFC 3986 has them, or refused.

Everything that is published as a link goes through here, so that no reader is handed a
`javascript:` address or one that a validator calls invalid.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urljoin, urlsplit

import idna

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What browsers drop or never send. They drop tab and newline only; the others have no place in
# an address either, and `java\x01script:` must not be read as a relative one.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_LONGEST_HOST = 253
_LONGEST = 8_000
"""Characters of an address. RFC 9110, 4.1 asks for 8,000 at least; no article has a longer one, and
caches keep some thousands of them."""
_MOST_REDIRECTORS = 3
# RFC 3986 with every character it allows and no other; W3C names the rest `InvalidUriChar`.
_URI = re.compile(r"(?i)[a-z][a-z0-9+.-]*:(?:[a-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+")
# An id is no link, but readers without a link take it for one.
_RUNS_OR_OPENS = re.compile(r"(?i)(?:javascript|vbscript|livescript|data|file|blob|about):")
# What `resolve` hands back as it is: most links, in a tenth of the time.
_CHARACTER = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_TAIL = (
    rf"(?:(?!\.{{1,2}}(?:[/?#]|\Z)){_CHARACTER}++|/)*+"
    rf"(?:\?(?:{_CHARACTER}|[/?])++)?+(?:\#(?:{_CHARACTER}|[/?])++)?+"
)
_NORMAL = re.compile(rf"https?://([a-z0-9_-]{{1,63}}(?:\.[a-z0-9_-]{{1,63}})*+\.?)/{_TAIL}")
_ROOTED = re.compile(rf"/(?!/){_TAIL}")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)\Z", re.IGNORECASE)
_PERCENT = re.compile("%[0-9A-Fa-f]{2}")
_HEX_SESSION = re.compile("[0-9a-f]{32}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_MARKS = "%-._~!$&'()*+,;=:@/"
_MAIL_MARKS = "%-._~!$&'*+,;=:@/?"


def resolve(url: str, base: str | None = None) -> str | None:
    """`url` as an absolute http or https address, or None where it is not one.

    Relative addresses are resolved against `base` (RFC 3986, 5.2), and are none without it.
    Hosts become lower case and IDNA, default ports go, spaces and non-ASCII characters are
    percent-encoded as UTF-8. Addresses with a user name or password in them are refused.
    """
    if len(url) > _LONGEST:
        return None
    normal = _NORMAL.fullmatch(url)
    if normal and len(normal[1]) <= _LONGEST_HOST:
        return url
    plain = _plain(url)
    if not plain:
        return None
    scheme = _SCHEME.match(plain)
    if scheme is None:
        return _joined(plain, base)
    # `https:/host` and `https:path` mean different things to different programs.
    if scheme[1].lower() not in _DEFAULT_PORTS or not plain.startswith("//", scheme.end()):
        return None
    return _normal(plain)


def without_tracking(url: str) -> str:
    """An absolute address without the parameters that only tell where a reader came from.

    What is left is spelt as it was.
    """
    address, mark, fragment = url.partition("#")
    if "=" in fragment:
        mark, fragment = _kept(mark, fragment)
    path, question, query = address.partition("?")
    if "=" in query:
        question, query = _kept(question, query)
    return f"{path}{question}{query}{mark}{fragment}"


def _kept(mark: str, parameters: str) -> tuple[str, str]:
    parts = parameters.split("&")
    kept = [part for part in parts if not _tracks(part.partition("=")[0])]
    if len(kept) == len(parts):
        return mark, parameters
    return (mark, "&".join(kept)) if any(kept) else ("", "")


def address_key(url: str) -> str:
    """What two absolute addresses have in common where they are of the same article.

    Without scheme, `www.`, default port, a slash or `index.html` at the end, and parameters that
    track or carry a session; what is left of the parameters is in alphabetical order. A fragment
    goes unless it is a route of a page that is one program (`#!/a`, `#/a`). For comparing only: it
    is no address.
    """
    absolute = resolve(url) or url
    address, _, fragment = absolute.partition("#")
    path, _, query = address.partition("?")
    path = path.partition("://")[2].removeprefix("www.")
    path = _PATH_SESSION.sub("", path)
    path = _INDEX.sub("/", _PERCENT.sub(lambda match: _plainly(match.group()), path)).rstrip("/")
    parameters = sorted(part for part in query.split("&") if _chooses(part))
    key = f"{path}?{'&'.join(parameters)}" if parameters else path
    return f"{key}#{fragment}" if fragment.startswith(("!", "/")) else key


def _plainly(escaped: str) -> str:
    """A percent-encoding as RFC 3986, 6.2.2 has it: upper case, and none where none is needed."""
    character = chr(int(escaped[1:], 16))
    return character if character in _UNRESERVED else escaped.upper()


def _chooses(parameter: str) -> bool:
    """Whether a parameter may choose what is shown."""
    name, _, value = parameter.partition("=")
    name = name.lower().removeprefix("amp;")
    if not name or not value:
        return bool(name) and "=" not in parameter  # `?p123` chooses, `?p=` does not
    if name == "s" and _HEX_SESSION.fullmatch(value):  # phpBB; elsewhere it is what is searched for
        return False
    return not (_tracks(name) or _carries_session(name))


def led_to(url: str) -> str:
    """Where a redirector's absolute address leads, if it holds that in the clear; else `url`."""
    for _ in range(_MOST_REDIRECTORS):
        target = _target(url)
        if target is None:
            break
        url = target
    return url


def _target(url: str) -> str | None:
    address, _, query = url.partition("#")[0].partition("?")
    if not query or "http" not in query:
        return None
    host, _, path = address.partition("://")[2].partition("/")
    for redirector in _redirectors_of(host):
        if f"/{path}".startswith(redirector.path):
            given = [query] if redirector.parameter == "?" else _values(query, redirector.parameter)
            for value in given:
                if "://" in value and (target := resolve(value)):
                    return target
    return None


def _values(query: str, name: str) -> list[str]:
    parts = (part.partition("=") for part in query.split("&"))
    return [unquote_plus(value) for key, _, value in parts if key == name]


def is_uri(text: str) -> bool:
    """Whether `text` is spelt as a URI with a scheme (RFC 3986)."""
    return bool(_URI.fullmatch(text))


def is_id(text: str) -> bool:
    """Whether `text` can be the id of an entry: a URI that no reader would run or open."""
    return is_uri(text) and not _RUNS_OR_OPENS.match(text)


def mail_link(url: str) -> str | None:
    """A `mailto:` address (RFC 6068) as a link, percent-encoded, or None where it is not one."""
    plain = _plain(url)
    if plain[:7].lower() != "mailto:" or "@" not in plain:
        return None
    return "mailto:" + _quoted(plain[7:], _MAIL_MARKS)


def join_path(link_base: str, relative_path: str) -> str | None:
    """The address of a percent-encoded relative path below `link_base`.

    The last part of `link_base` counts as a folder whether or not a slash ends it.
    """
    return resolve(f"{link_base.rstrip('/')}/{relative_path.lstrip('/')}")


class _Redirector(NamedTuple):
    path: str
    parameter: str


@cache
def _redirectors() -> dict[str, tuple[_Redirector, ...]]:
    found: dict[str, tuple[_Redirector, ...]] = {}
    for line in _data("redirectors.tsv"):
        host, path, parameter = line.split("\t")
        found[host] = (*found.get(host, ()), _Redirector(path, parameter))
    return found


@lru_cache(maxsize=1024)
def _redirectors_of(host: str) -> tuple[_Redirector, ...]:
    known = _redirectors()
    labels = host.split(".")
    spellings = [host, ".".join(["*", *labels[1:]])]
    spellings += [".".join([*labels[:kept], "*"]) for kept in (1, 2)]
    return next((known[spelling] for spelling in spellings if spelling in known), ())


@cache
def _sessions() -> tuple[frozenset[str], tuple[str, ...]]:
    return _names("sessions.txt")


@lru_cache(maxsize=1024)
def _carries_session(name: str) -> bool:
    whole, beginnings = _sessions()
    return name in whole or name.startswith(beginnings)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    return _names("tracking.txt")


def _names(file: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names in a file: whole ones, and beginnings of names."""
    names = _data(file)
    whole = frozenset(name for name in names if not name.endswith("*"))
    return whole, tuple(name.rstrip("*") for name in names if name.endswith("*"))


@lru_cache(maxsize=4096)
def _tracks(name: str) -> bool:
    whole, beginnings = _tracking()
    # A page's source has &amp; where some programs write it twice.
    name = name.lower().removeprefix("amp;")
    return name in whole or name.startswith(beginnings)


def _data(name: str) -> list[str]:
    lines = files("feeder").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _plain(url: str) -> str:
    """`url` without controls and surrounding space, backslashes as browsers read them."""
    plain = _CONTROL.sub("", url).strip()
    if "\\" not in plain:
        return plain
    end = min((at for at in (plain.find("?"), plain.find("#")) if at >= 0), default=len(plain))
    return plain[:end].replace("\\", "/") + plain[end:]


def _joined(relative: str, base: str | None) -> str | None:
    absolute = _base(base) if base else None
    if absolute is None:
        return None
    if _ROOTED.fullmatch(relative):
        return absolute[: absolute.index("/", len("https://"))] + relative
    try:
        return _normal(urljoin(absolute, relative))
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _base(base: str) -> str | None:
    """A page's address is the base of all its links: normalised once."""
    return resolve(base)


def _normal(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        authority = _authority(parts)
    except ValueError:  # a port that is no number, brackets without an address in them
        return None
    if authority is None:
        return None
    path = _quoted(_without_dots(parts.path), _MARKS) or "/"
    query = f"?{_quoted(parts.query, _MARKS + '?')}" if parts.query else ""
    fragment = f"#{_quoted(parts.fragment, _MARKS + '?')}" if parts.fragment else ""
    return f"{parts.scheme}://{authority}{path}{query}{fragment}"


def _authority(parts: SplitResult) -> str | None:
    if "@" in parts.netloc or not parts.hostname:
        return None
    host = _host(parts.hostname, bracketed=parts.netloc.startswith("["))
    if host is None or parts.port in (None, _DEFAULT_PORTS[parts.scheme]):
        return host
    return f"{host}:{parts.port}"


@lru_cache(maxsize=1024)
def _host(name: str, *, bracketed: bool) -> str | None:
    if bracketed:
        return f"[{ipaddress.IPv6Address(name)}]" if "%" not in name else None
    name = unquote(name).lower()
    if not name.isascii():
        name = _ascii_host(name)
    return name if len(name) <= _LONGEST_HOST and _HOST.fullmatch(name) else None


def _ascii_host(name: str) -> str:
    """The name as DNS has it, or "" where it cannot be one."""
    if len(name) > _LONGEST_HOST:
        return ""
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        pass
    try:  # IDNA 2003 knows names that IDNA 2008 does not, such as those with emoji
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4: `.` and `..` parts resolved, never above the root."""
    if "/." not in path:
        return path
    parts: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    ends_in_folder = path.endswith(("/.", "/.."))
    return "/" + "/".join(parts) + ("/" if ends_in_folder and parts else "")


def _quoted(text: str, marks: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe=marks)
