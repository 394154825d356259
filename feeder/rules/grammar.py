"""The lines of a rule file, in the format of Full-Text RSS and its `ftr-site-config`.

    # a comment
    body: //div[@id='story']
    strip_id_or_class: sharebar
    replace_string(<noscript>): <div>

A line that is not understood never spoils the others: it is noted, and the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from feeder.rules.model import Example, Header, LinkRule, Replacement, Rule, SiteRules, Targeted

MAX_LENGTH = 262_144
"""Characters of the longest file that is read; the longest of 2,040 known ones has 5,876."""

WRAPPERS = frozenset(
    "article aside b blockquote cite code center dd del div dl dt em fieldset figcaption figure"
    " h1 h2 h3 h4 h5 h6 i ins li main mark ol p pre q s section small span strong sub sup table"
    " tbody td th tr u ul".split()
)
"""Tags that matches may be wrapped in: those that hold text and do nothing else."""

HEADERS = frozenset({"accept", "accept-language", "cookie", "referer", "user-agent"})
"""Request headers that a file may set. Others steer the connection or carry credentials."""

LISTS = frozenset(
    "title author date body strip strip_id_or_class strip_image_src post_strip_attr native_ad_clue"
    " dissolve src_lazy_load_attr skip_id_or_class single_page_link_in_feed".split()
)
LINKS = frozenset({"single_page_link", "next_page_link"})
SWITCHES = frozenset(
    "prune tidy autodetect_on_failure autodetect_next_page skip_json_ld strip_comments"
    " insert_detected_image convert_double_br_tags footnotes requires_login inherit".split()
)
WORDS = frozenset(
    "parser login_uri login_username_field login_password_field not_logged_in_xpath".split()
)
UNHEEDED = frozenset({"tidy", "parser", "footnotes"})
_TRUE = frozenset({"yes", "true"})
_WITH_ARGUMENT = re.compile(r"(http_header|wrap_in|move_into)\s*\((.*)\)", re.DOTALL)
_ARGUMENT = re.compile(r"(?:http_header|wrap_in|move_into)\s*\(")
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]+")
_REPLACE = "replace_string("


@dataclass(slots=True)
class _Reading:
    """What was read of a file so far."""

    origin: str
    general: bool
    impersonate: bool
    lists: dict[str, list[Any]] = field(default_factory=dict)
    single: dict[str, Any] = field(default_factory=dict)
    finds: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, value: object) -> None:
        self.lists.setdefault(name, []).append(value)

    def rule(self, value: str) -> Rule:
        return Rule(value, self.origin, self.general)

    def note(self, text: str) -> None:
        self.notes.append(f"{self.origin}: {text}" if self.origin else text)


def read_rules(
    text: str, origin: str = "", *, general: bool = False, impersonate: bool = False
) -> SiteRules:
    """The rules that a file's text holds.

    `origin` is the name that rules carry with them. A user-agent of a search engine's crawler
    or a social network's is left out unless `impersonate`.
    """
    reading = _Reading(origin, general, impersonate)
    if len(text) > MAX_LENGTH:
        reading.note(f"longer than {MAX_LENGTH} characters; not read")
        text = ""
    for line in text.removeprefix("\ufeff").splitlines():
        _read_line(reading, line.strip())
    _pair_replacements(reading)
    told: dict[str, Any] = {name: tuple(values) for name, values in reading.lists.items()}
    return SiteRules(
        **told,
        **reading.single,
        origins=(origin,) if origin else (),
        notes=tuple(reading.notes),
    )


def _read_line(reading: _Reading, line: str) -> None:
    if not line or line.startswith("#"):
        return
    command, value = split_line(line)
    if not command:
        reading.note(f"no rule: {line[:80]}")
        return
    if command.startswith(_REPLACE) and command.endswith(")"):
        found = command[len(_REPLACE) : -1]
        if found:
            reading.add("replacements", Replacement(found, value, reading.origin))
        return
    argued = _WITH_ARGUMENT.fullmatch(command)
    if argued is not None:
        _ARGUED[argued[1]](reading, argued[2].strip(), value)
    else:
        _read_plain(reading, command, value)


def split_line(line: str) -> tuple[str, str]:
    """Command and value of a line, split at the first colon that is not in the command's own
    brackets; both empty where there is none."""
    end = -1
    if line.startswith(_REPLACE):  # the text to find may hold anything
        end = line.rfind("):")
    elif _ARGUMENT.match(line):
        end = line.find("):")
    at = end + 1 if end >= 0 else line.find(":")
    return (line[:at].strip(), line[at + 1 :].strip()) if at >= 0 else ("", "")


def _read_plain(reading: _Reading, command: str, value: str) -> None:
    if command == "strip_attr":
        command = "strip"
    if command in {"find_string", "replace_string"}:
        (reading.finds if command == "find_string" else reading.replaces).append(value)
    elif command in SWITCHES:
        reading.single[command] = value.lower() in _TRUE
    elif not value:
        reading.note(f"{command} without a value")
    elif command in LISTS:
        reading.add(command, reading.rule(value))
    elif command in LINKS:
        reading.add(command, LinkRule(reading.rule(value)))
    elif command in WORDS:
        reading.single[command] = value
    elif command in _SPECIAL:
        _SPECIAL[command](reading, value)
    else:
        reading.note(f"{command} is not known")
    if command in UNHEEDED:
        reading.note(f"{command} is not heeded")


def _guard(reading: _Reading, value: str) -> None:
    """`if_page_contains` belongs to the last single_page_link, else to the last next_page_link."""
    links = reading.lists.get("single_page_link") or reading.lists.get("next_page_link")
    if not links:
        reading.note("if_page_contains before any link; not heeded")
        return
    links[-1] = links[-1]._replace(guard=value)


def _test_url(reading: _Reading, value: str) -> None:
    reading.add("examples", Example(value))


def _test_contains(reading: _Reading, value: str) -> None:
    examples = reading.lists.get("examples")
    if not examples:
        reading.note("test_contains before any test_url; not heeded")
        return
    examples[-1] = examples[-1]._replace(contains=(*examples[-1].contains, value))


def _extra_field(reading: _Reading, value: str) -> None:
    reading.add("login_extra_fields", value)


def _header(reading: _Reading, name: str, value: str) -> None:
    name = name.lower()
    if not _HEADER_NAME.fullmatch(name) or not (value.isascii() and value.isprintable()):
        reading.note(f"http_header({name[:40]}) is no header")
    elif name not in HEADERS:
        reading.note(f"http_header({name}) may not be set by a rule")
    elif name == "user-agent" and not reading.impersonate and impersonates(value):
        reading.note(f"http_header({name}) would pass feeder off as another's crawler; not heeded")
    elif value:
        headers = reading.lists.setdefault("http_header", [])
        headers[:] = [one for one in headers if one.name != name] + [Header(name, value)]


def _wrap(reading: _Reading, tag: str, value: str) -> None:
    tag = tag.lower()
    if tag not in WRAPPERS:
        reading.note(f"wrap_in({tag[:40]}): nothing can be wrapped in that")
    elif value:
        reading.add("wrap_in", Targeted(tag, reading.rule(value)))


def _move(reading: _Reading, target: str, value: str) -> None:
    if target and value:
        reading.add("move_into", Targeted(target, reading.rule(value)))
    else:
        reading.note("move_into wants a target and an expression")


_ARGUED: dict[str, Callable[[_Reading, str, str], None]] = {
    "http_header": _header,
    "wrap_in": _wrap,
    "move_into": _move,
}
_SPECIAL: dict[str, Callable[[_Reading, str], None]] = {
    "if_page_contains": _guard,
    "test_url": _test_url,
    "test_contains": _test_contains,
    "login_extra_fields": _extra_field,
}


def _pair_replacements(reading: _Reading) -> None:
    """Texts to find and their replacements pair by position; where some do not, none count."""
    if len(reading.finds) != len(reading.replaces):
        reading.note("find_string and replace_string do not pair; no replacement is made")
        reading.lists.pop("replacements", None)
        return
    pairs = zip(reading.finds, reading.replaces, strict=True)
    paired = [Replacement(find, replace, reading.origin) for find, replace in pairs if find]
    reading.lists["replacements"] = paired + reading.lists.get("replacements", [])


@lru_cache(maxsize=1)
def _crawlers() -> re.Pattern[str]:
    names = (files("feeder.rules") / "crawlers.txt").read_text(encoding="utf-8").split("\n")
    known = [re.escape(name.strip()) for name in names if name.strip() and name[0] != "#"]
    return re.compile("|".join(known), re.IGNORECASE)


def impersonates(user_agent: str) -> bool:
    """Whether a user-agent is that of a search engine's or social network's crawler."""
    return bool(_crawlers().search(user_agent))
