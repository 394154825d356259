"""What is wrong, or can never be of use, in the lines of a rule file. Pure.

Only what holds whatever a site's pages are like: of a rule that once matched and matches no more
`feeder rules test` tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, NamedTuple

from lxml import etree

from feeder.rules.expressions import fault
from feeder.rules.grammar import (
    HEADERS,
    LINKS,
    SWITCHES,
    UNHEEDED,
    WORDS,
    WRAPPERS,
    impersonates,
)
from feeder.rules.lines import DIRECTIVES, Line, read_lines
from feeder.rules.rulebook import host_key

_EXPRESSIONS = frozenset(
    "title author date body strip strip_attr post_strip_attr native_ad_clue dissolve wrap_in"
    " move_into single_page_link next_page_link if_page_contains".split()
)
_ELEMENTS = frozenset({"body", "dissolve", "wrap_in", "move_into"})
"""Directives that want elements, and can do nothing with a text or an attribute."""
_NAMES = frozenset({"strip_id_or_class", "skip_id_or_class"})
_BOOLEANS = frozenset({"yes", "no", "true", "false"})
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
# The name of an element or attribute in a path; the parser writes all of them in lower case.
_UPPER = re.compile(r"(?:^|[/@:\[(|]|\band\s|\bor\s)\s*([A-Z][A-Za-z0-9]*)(?![\w(:-])")
_ATTRIBUTE = re.compile(r"/@[\w:-]+\s*\Z")

Weight = Literal["fault", "hint"]


class Finding(NamedTuple):
    """What is wrong with a line: a fault is not understood or never does anything."""

    number: int
    weight: Weight
    message: str
    advice: str = ""


def lint(text: str, name: str) -> list[Finding]:
    """What is wrong in a rule file.

    Args:
        name: of the file, without its folder: it says for which hosts the rules are.
    """
    lines = read_lines(text)
    found = [each for line in lines for each in _of_line(line)]
    found += _of_order(lines)
    found += _said_twice(lines)
    found += _tests(lines, name)
    if not lines:
        found.append(Finding(1, "hint", "there is no rule in it", "take the file away"))
    return sorted(found, key=lambda one: one.number)


def dead_expression(expression: str) -> str | None:
    """Why an XPath expression can match in no page; None where it may."""
    upper = _UPPER.search(_LITERAL.sub("''", expression))
    if upper is not None:
        return f"{upper[1]} is upper case, and names of elements and attributes never are"
    return None


def _of_line(line: Line) -> Iterator[Finding]:
    directive, value = line.directive, line.value
    if directive not in DIRECTIVES:
        yield _unknown(line)
    elif directive in UNHEEDED:
        yield Finding(line.number, "hint", f"{directive} means nothing here", "leave it out")
    elif directive in SWITCHES:
        if value.lower() not in _BOOLEANS:
            told = f"{directive} is yes or no, and {value!r} counts as no"
            yield Finding(line.number, "fault", told)
    elif not value and directive not in ("find_string", "replace_string", "http_header"):
        yield Finding(line.number, "fault", f"{directive} without a value")
    elif directive in _EXPRESSIONS:
        yield from _of_expression(line)
    elif directive in _NAMES:
        yield from _of_name(line)
    if check := _ARGUED.get(directive):
        yield from check(line)
    if directive in ("wrap_in", "move_into") and not line.argument.strip():
        yield Finding(line.number, "fault", f"{directive} wants a target in brackets")


def _unknown(line: Line) -> Finding:
    if not line.directive:
        return Finding(
            line.number, "fault", f"no rule: {line.text[:80]!r}", "a comment begins with #"
        )
    near = get_close_matches(line.directive, DIRECTIVES, n=1)
    advice = f"did you mean {near[0]}?" if near else "docs/site-rules.md has all there are"
    return Finding(line.number, "fault", f"{line.directive[:80]} is not known", advice)


def _of_expression(line: Line) -> Iterator[Finding]:
    if problem := fault(line.value):
        advice = "it is XPath 1.0; in [article] it may be CSS"
        yield Finding(line.number, "fault", f"{line.directive}: no XPath expression: {problem}",
                      advice)  # fmt: skip
        return
    if why := dead_expression(line.value):
        yield Finding(line.number, "fault", f"{line.directive} can never match: {why}")
    is_text = not isinstance(_on_nothing(line.value), list)
    if is_text and (line.directive in _ELEMENTS or line.directive in ("strip", "strip_attr")):
        yield Finding(line.number, "fault", f"{line.directive} can never match: it gives a text")
    elif line.directive in _ELEMENTS and _ATTRIBUTE.search(line.value):
        told = f"{line.directive} can never match: it gives attributes, and wants elements"
        yield Finding(line.number, "fault", told)


@cache
def _empty() -> etree._Element:
    return etree.fromstring("<html><head/><body/></html>")


def _on_nothing(expression: str) -> Any:
    """What kind of thing an expression gives."""
    try:
        return etree.XPath(expression, regexp=False)(_empty())
    except etree.XPathError:  # an unknown function, for one: it is told when it is tried
        return []


def _of_name(line: Line) -> Iterator[Finding]:
    words = line.value.replace("'", "").replace('"', "").split()
    for word in words:
        if word.startswith((".", "#")) or "[" in word or "=" in word:
            yield Finding(
                line.number,
                "fault",
                f"{line.directive} wants the bare name of a class or id, and {word!r} is none",
                f"write {word.strip('.#')!r}, or strip with an XPath expression",
            )
            return
    if len(words) == 1 and "." in words[0]:
        yield Finding(
            line.number,
            "hint",
            f"hardly a class is called {words[0]!r}: a dot does not part two names here",
            f"for elements with both classes in a row write {words[0].replace('.', ' ')!r}",
        )


def _header(line: Line) -> Iterator[Finding]:
    name = line.argument.strip().lower()
    if name not in HEADERS:
        told = f"http_header({name[:40]}) may not be set by a rule"
        yield Finding(line.number, "fault", told, f"these may: {', '.join(sorted(HEADERS))}")
    elif name == "user-agent" and impersonates(line.value):
        told = "it would pass feeder off as another's crawler, and is not sent"
        yield Finding(line.number, "hint", told, "impersonate = true in [rules] sends it")


def _wrapper(line: Line) -> Iterator[Finding]:
    tag = line.argument.strip().lower()
    if tag and tag not in WRAPPERS:
        yield Finding(line.number, "fault", f"nothing can be wrapped in <{tag[:40]}>")


_ARGUED: dict[str, Callable[[Line], Iterator[Finding]]] = {
    "http_header": _header,
    "wrap_in": _wrapper,
}


def _of_order(lines: Sequence[Line]) -> Iterator[Finding]:
    """What belongs to another line, and has none."""
    met = set[str]()
    for line in lines:
        if line.directive == "if_page_contains" and not met & LINKS:
            told = "if_page_contains before any link, so that it is not heeded"
            yield Finding(line.number, "fault", told, "write it behind the link that it is for")
        if line.directive == "test_contains" and "test_url" not in met:
            told = "test_contains before any test_url, so that it is not heeded"
            yield Finding(line.number, "fault", told, "write it behind its test_url")
        met.add(line.directive)
    finds = [line for line in lines if line.directive == "find_string"]
    replaces = [one for one in lines if one.directive == "replace_string" and not one.argument]
    if len(finds) != len(replaces):
        told = f"{len(finds)} find_string and {len(replaces)} replace_string: no text is replaced"
        yield Finding((finds or replaces)[-1].number, "fault", told, "each find_string wants one")


def _said_twice(lines: Sequence[Line]) -> Iterator[Finding]:
    met: dict[tuple[str, ...], Line] = {}
    for line in lines:
        once = line.directive in SWITCHES | WORDS
        if line.directive not in DIRECTIVES or line.directive in (
            "find_string", "test_contains", "if_page_contains", "login_extra_fields",
        ) or (line.directive == "replace_string" and not line.argument):  # fmt: skip
            continue
        sense = (line.directive,) if once else (line.directive, line.argument, line.value)
        if (first := met.setdefault(sense, line)) is not line:
            told = "overrules" if once and first.value != line.value else "says the same as"
            yield Finding(line.number, "hint", f"it {told} line {first.number}", "leave one out")


def _tests(lines: Sequence[Line], name: str) -> Iterator[Finding]:
    """Addresses to test that are none, or for which the file does not hold."""
    stem = name.removesuffix(".txt")
    for line in lines:
        if line.directive != "test_url" or not line.value:
            continue
        host = host_key(line.value)
        if host is None:
            yield Finding(line.number, "fault", f"test_url is no address: {line.value[:80]!r}")
        elif "." in stem and not stem.startswith("fingerprint.") and not _holds(stem, host):
            told = f"the file does not hold for {host}"
            beside = host.partition(".")[2]
            wildcard = f" or .{beside}.txt" if "." in beside else ""
            advice = f"rules for it are in {host}.txt{wildcard}"
            yield Finding(line.number, "hint", told, advice)


def _holds(stem: str, host: str) -> bool:
    wildcard = stem.removeprefix("_")
    return stem == host or (wildcard.startswith(".") and wildcard[1:] == host.partition(".")[2])
