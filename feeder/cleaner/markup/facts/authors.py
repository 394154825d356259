"""Who wrote the article: people by name, or the agency or newsroom that readers see named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.classes import is_apart, kinds_of
from feeder.cleaner.markup.facts.jsonld import Linked, Node
from feeder.cleaner.markup.facts.near import Around, Place, place_of
from feeder.cleaner.markup.facts.page import Page, Said, is_short, runs_of, text_of
from feeder.cleaner.markup.facts.people import (
    BOUND,
    Person,
    after_label,
    is_full_name,
    may_be_signed,
    people,
    signed,
)
from feeder.cleaner.markup.facts.title import key_of
from feeder.dates import LONGEST as DATE_LONGEST
from feeder.dates import find_date

_META = (
    "article:author article:author_name og:article:author citation_author"
    " parsely-author sailthru.author byl author dc.creator dcterms.creator"
    " shareaholic:article_author_name"
)
_MOST = 60  # elements that are looked at
_MOST_PEOPLE = 20  # that machines are told of: each is looked for in the page's text
_MOST_SIBLINGS = 10
_MOST_LINES = 3_000  # pages that people write have a tenth of it
_LINES = (
    "p", "div", "span", "em", "i", "b", "strong", "small", "a", "cite", "address", "li", "h3", "h4",
    "h5", "dd", "td", "footer", "section",
)  # fmt: skip
_SHORT = 80  # characters of a line that does nothing but name

_WHOLE = frozenset({"body", "main", "article", "html", "section"})  # named for what they hold
# Of a machine's value must be names, else it is an organisation's. .3 has one more of them wrong
# on trafilatura's set, .8 none fewer.
_COVERED = 0.6

Found = tuple[Said, tuple[Person, ...]]


class Authors(NamedTuple):
    """The names, the rule that gave them, what they were read from, and the visible elements."""

    names: tuple[str, ...]
    rule: str
    text: str
    marks: tuple[HtmlElement, ...] = ()


def find_authors(
    page: Page,
    linked: Linked,
    article: Node | None,
    around: Around,
    sites: frozenset[str],
    *,
    dated: bool,
) -> Authors | None:
    """The article's authors; None where nobody is named. `dated` says that the page is of a day."""
    choice = _Choice(sites)
    return (
        choice.among(_named(around.places))
        or choice.among(_told(page, linked, article, dated=dated), page)
        or choice.among(_worded(around.places))
        or choice.among(_anywhere(page, around))
        or choice.second
    )


class _Choice:
    """Takes the first that names people; keeps a newsroom in mind for when nobody does."""

    def __init__(self, sites: frozenset[str]) -> None:
        self.sites = sites
        self.second: Authors | None = None

    def among(self, found: Iterable[Found], page: Page | None = None) -> Authors | None:
        """`page` is given for what is not visible by itself: it must show the names."""
        for said, persons in found:
            mine = list(persons)
            if page is not None:
                if any(key_of(person.name) in self.sites for person in mine):
                    continue
                mine = [person for person in mine if self._is_told(page, person)]
            named = [p for p in mine if not p.desk and key_of(p.name) not in self.sites]
            if not mine:
                continue
            element = said.element
            marks = (element,) if element is not None and is_short(element) else ()
            authors = Authors(tuple(p.name for p in mine), said.rule, said.text, marks)
            if named:
                return authors
            if self.second is None and any(key_of(p.name) not in self.sites for p in mine):
                self.second = authors
        return None

    def _is_told(self, page: Page, person: Person) -> bool:
        if person.desk or key_of(person.name) in self.sites:
            return False
        name = person.name.partition(",")[0]
        return page.shows(name) or page.shows(name.upper())


def _named(places: Iterable[Place]) -> Iterator[Found]:
    """What elements tell that are marked as an author's name or as a byline."""
    for place in places:
        element, kinds, _ = place
        rule = _rule(place)
        if rule is None:
            continue
        text = BOUND.join(runs_of(element))
        persons = _of_links(element) or people(text)
        if "bio" in kinds and not _covers(persons, text):
            continue
        for sibling in islice(element.itersiblings(), _MOST_SIBLINGS):
            if _rule(place_of(sibling)) != rule:
                break
            persons += people(BOUND.join(runs_of(sibling)))
        yield Said(rule, text, element), tuple(dict.fromkeys(persons))


def _rule(place: Place) -> str | None:
    """By what an element is marked as an author's name or a byline, if it is."""
    element = place.element
    if element.tag in _WHOLE:
        return None
    if place.item == "author":
        return "itemprop author"
    if "author" in place.kinds:
        return f"class {element.get('class')}"
    return "rel author" if element.get("rel") == "author" else None


def _of_links(element: HtmlElement) -> tuple[Person, ...]:
    """The people of a byline that links each of them."""
    texts = [text_of(link) for link in element.iter("a")] if len(element) else []
    names = dict.fromkeys(text for text in texts[:_MOST] if is_full_name(text))
    return tuple(map(Person, names)) if len(names) > 1 else ()


def _worded(places: Iterable[Place]) -> Iterator[Found]:
    """What lines tell that read like a byline: "By Ann Reed", and a mere name among the details."""
    for element, _, _ in places:
        for text, holder in ((element.text, element), (element.tail, element.getparent())):
            if text and 4 < len(text) <= 2 * _SHORT:
                text = " ".join(text.split())
                if may_be_signed(text) and (persons := signed(text)):
                    yield Said("byline", text, holder), persons
                elif is_full_name(name := text.strip(" ,;|·")) and _is_detail(element):
                    yield Said("name among details", text, holder), (Person(name),)


def _is_detail(element: HtmlElement) -> bool:
    """Whether an element stands with the date in the small print by a headline."""
    above: HtmlElement | None = element
    for _ in range(3):
        if above is None:
            return False
        name = above.get("class")
        if above.tag == "address" or (name and "meta" in kinds_of(name)):
            text = text_of(above)
            return len(text) <= 2 * _SHORT and find_date(text[:DATE_LONGEST]) is not None
        above = above.getparent()
    return False


def _told(page: Page, linked: Linked, article: Node | None, *, dated: bool) -> Iterator[Found]:
    """What machines are told."""
    if article is not None:
        names = [
            name.text
            for name in linked.names(article, "author", "creator")
            if not any("rganiz" in kind for kind in name.types)
        ]
        if names:
            yield Said("JSON-LD author", ", ".join(names)), _all(names)
    for name in _META.split() if dated else ():
        texts = list(page.values(name))
        if texts:
            yield Said(f"meta {name}", ", ".join(texts)), _all(texts)
    labels, values = page.values("twitter:label1"), page.values("twitter:data1")
    for label, text in zip(labels, values, strict=False):
        if not after_label(label):
            yield Said("meta twitter:data1", text), people(text)


def _all(texts: list[str]) -> tuple[Person, ...]:
    """The people of machines' values, each of which holds names and nothing else."""
    found: dict[Person, None] = {}
    for text in texts[:_MOST_PEOPLE]:
        persons = people(text)
        if _covers(persons, text):
            found.update(dict.fromkeys(persons))
    return tuple(found)[:_MOST_PEOPLE]


def _covers(persons: tuple[Person, ...], text: str) -> bool:
    """Whether a text is hardly more than the names in it."""
    return sum(len(person.name) for person in persons) >= _COVERED * len(text)


def _anywhere(page: Page, around: Around) -> Iterator[Found]:
    """What stands elsewhere: marked names, then the one line by itself that says "By Ann Reed"."""
    marked: list[HtmlElement] = []
    signatures: dict[tuple[Person, ...], Said] = {}
    for element in islice(page.body.iter(*_LINES), _MOST_LINES) if page.body is not None else ():
        name, text = element.get("class"), element.text
        if name and "author" in kinds_of(name) and len(marked) < _MOST:
            marked.append(element)
        if not text or not 8 < len(text) <= _SHORT or not may_be_signed(text):
            continue
        if persons := signed(" ".join(text.split())):
            signatures.setdefault(persons, Said("signature", text.strip(), element))
    yield from _named(place_of(one) for one in marked if not is_apart(one, around.above))
    own = [
        (said, persons)
        for persons, said in islice(signatures.items(), _MOST)
        if said.element is not None and not is_apart(said.element, around.above)
    ]
    if len(own) == 1:
        yield own[0]
