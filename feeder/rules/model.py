"""The rules of a site as data, and how those of several files become one set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """One line of a file: an expression or a word, and the file it is from.

    `general` says that the file was not written for the page's own site, but for the system it
    runs on or for all sites.
    """

    value: str
    origin: str = ""
    general: bool = False


class LinkRule(NamedTuple):
    """An expression for the address of another page, heeded only where its guard finds something.

    `guard` is the `if_page_contains` that follows the line; None where there is none.
    """

    rule: Rule
    guard: str | None = None


class Replacement(NamedTuple):
    """Raw text that is replaced, wherever it stands, before the page is parsed."""

    find: str
    replace: str
    origin: str = ""


class Header(NamedTuple):
    """A request header, its name in lower case."""

    name: str
    value: str


class Targeted(NamedTuple):
    """A rule with a target: the tag to wrap matches in, or where they are moved."""

    target: str
    rule: Rule


class Example(NamedTuple):
    """An address that the rules are meant for, and texts that its article must hold."""

    url: str
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteRules:
    """All that files say of a site. In lists the first to match counts, or all do.

    A value of None is one that no file tells. `origins` names the files, the nearest first;
    `notes` says what in them was not understood or is not heeded.
    """

    title: tuple[Rule, ...] = ()
    author: tuple[Rule, ...] = ()
    date: tuple[Rule, ...] = ()
    body: tuple[Rule, ...] = ()
    strip: tuple[Rule, ...] = ()
    strip_id_or_class: tuple[Rule, ...] = ()
    strip_image_src: tuple[Rule, ...] = ()
    post_strip_attr: tuple[Rule, ...] = ()
    native_ad_clue: tuple[Rule, ...] = ()
    dissolve: tuple[Rule, ...] = ()
    wrap_in: tuple[Targeted, ...] = ()
    move_into: tuple[Targeted, ...] = ()
    src_lazy_load_attr: tuple[Rule, ...] = ()
    skip_id_or_class: tuple[Rule, ...] = ()
    single_page_link: tuple[LinkRule, ...] = ()
    single_page_link_in_feed: tuple[Rule, ...] = ()
    next_page_link: tuple[LinkRule, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    http_header: tuple[Header, ...] = ()
    prune: bool | None = None
    tidy: bool | None = None
    autodetect_on_failure: bool | None = None
    autodetect_next_page: bool | None = None
    skip_json_ld: bool | None = None
    strip_comments: bool | None = None
    insert_detected_image: bool | None = None
    convert_double_br_tags: bool | None = None
    footnotes: bool | None = None
    inherit: bool | None = None
    parser: str | None = None
    requires_login: bool | None = None
    login_uri: str | None = None
    login_username_field: str | None = None
    login_password_field: str | None = None
    login_extra_fields: tuple[str, ...] = ()
    not_logged_in_xpath: str | None = None
    examples: tuple[Example, ...] = ()
    origins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What requests for the site's pages are sent with, by name in lower case."""
        return {one.name: one.value for one in self.http_header}

    @property
    def empty(self) -> bool:
        """Whether nothing in it could change what becomes of a page."""
        return all(getattr(self, name) == getattr(_NO_RULES, name) for name in _EFFECTIVE)


RulesFor = Callable[[str | None, str], SiteRules]
"""What is known of the site that a page is from, by its address and its text."""

_NO_RULES = SiteRules()
_EFFECTIVE = tuple(
    one.name for one in fields(SiteRules) if one.name not in {"examples", "origins", "notes"}
)


def merged(files: Iterable[SiteRules]) -> SiteRules:
    """The rules of several files as one, the nearest first.

    Lists are joined, so the rules of the nearest file are tried first. Of single values, headers
    and replacements of the same text that of the nearest file counts.
    """
    rules = list(files)
    if len(rules) == 1:
        return rules[0]
    return SiteRules(**{one.name: _joined(one.name, rules) for one in fields(SiteRules)})


def _joined(name: str, rules: list[SiteRules]) -> Any:
    values = [getattr(one, name) for one in rules]
    if isinstance(getattr(_NO_RULES, name), tuple):
        distinct: dict[Any, Any] = {}
        for line in chain.from_iterable(values):
            distinct.setdefault(_sense(line), line)
        return tuple(distinct.values())
    return next((value for value in values if value is not None), None)


def _sense(line: Any) -> Any:
    """What a line of a list says, whichever file says it."""
    match line:
        case Rule():
            return line.value
        case Replacement():
            return line.find
        case Header():
            return line.name
        case LinkRule(rule, guard):
            return rule.value, guard
        case Targeted(target, rule):
            return target, rule.value
    return line
