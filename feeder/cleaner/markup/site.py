"""The step "site-rules": what is known of a site, done to one of its pages.

Before the article is looked for, facts are read and furniture goes; then the rules may say which
element the article is; afterwards it is touched up. Matches of each rule are counted, so that one
which has grown old shows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.site_facts import FIELDS, read
from feeder.cleaner.markup.work import Work
from feeder.languages import read_language
from feeder.models import Evidence
from feeder.rules.edits import FRAME, dissolve, gather, movable, move, remove, remove_strings, wrap
from feeder.rules.expressions import Evaluation, within
from feeder.rules.model import Rule, SiteRules
from feeder.rules.options import CONTENT_MISSED, ORIGIN
from feeder.rules.replacing import replace_text
from feeder.rules.tokens import Tokens, tokens

NAME = "site-rules"

# The sanitiser takes these off in any case, and steps before it know furniture and code by them.
_SANITISED = ("/@class", "/@id", "/@style")
_SHOWN = ("img", "amp-img", "picture", "video", "audio", "iframe", "object", "embed")
_IMAGE_SOURCES = ("src", "data-src", "srcset")


class Hit(NamedTuple):
    """How many matches a rule had on a page; 0 where it was tried in vain."""

    directive: str
    value: str
    origin: str
    matches: int


class SitePage:
    """A site's rules on one page.

    `replace` the text before it is parsed, `learn` facts, `edit` the page, `choose` the article,
    `finish` it: in this order. What the page tells about itself is best read between `learn`, whose
    facts win, and `edit`, which may take out what tells it.

    `notes` says what could not be tried, `native_ad` whether the rules know the page as an
    advertisement that is made up as an article.
    """

    def __init__(self, rules: SiteRules) -> None:
        self.rules = rules
        self.native_ad = False
        self._idle = rules.empty
        self._counts: dict[tuple[str, str, str], int] = {}
        self._missed: set[str] = set()
        self._page: Evaluation | None = None

    def replace(self, html: str) -> str:
        """The page's text as it shall be parsed."""
        if self.rules.replacements:
            html, counts = replace_text(html, self.rules)
            for one, count in counts.items():
                self._counts["replace_string", one.find, one.origin] = count
        return html

    def learn(self, work: Work) -> None:
        """Title, authors and date from where the rules say that they stand."""
        if self._idle:
            return
        self._page = Evaluation(work.root)
        for rule in self.rules.native_ad_clue:
            self.native_ad |= bool(self._find("native_ad_clue", rule))
        for directive in FIELDS:
            self._tell(work, directive, general=False)

    def edit(self, work: Work) -> None:
        """What is done to the page before the article is looked for."""
        if self._page is None:
            return
        self._wrap()
        self._dissolve(work)
        self._move()
        self._strip(work)
        self._strip_tokens(work)
        self._strip_images(work)
        self._fill_lazy_images(work)

    def choose(self, work: Work) -> HtmlElement | None:
        """The element that is the article by the rules; None where the cleaner has to find it."""
        if not self.rules.body or self._page is None:
            return None
        for rule in self.rules.body:
            found = [one for one in self._elements("body", rule) if _can_be_article(one)]
            if found:
                work.evidence.append(Evidence("content", f"site rule {rule.value}", ""))
                return found[0] if len(found) == 1 else gather(found)
        self._missed.add("body")
        if any(rule.origin == ORIGIN for rule in self.rules.body):
            work.evidence.append(Evidence("content", CONTENT_MISSED, ""))
        return None

    def finish(self, work: Work) -> None:
        """What is done once the article is found."""
        if self._page is None:
            return
        for directive in FIELDS:
            self._tell(work, directive, general=True)
        for rule in self.rules.post_strip_attr:
            if not rule.value.endswith(_SANITISED):
                found = self._find("post_strip_attr", rule, work.body)
                remove_strings([] if isinstance(found, str) else found)
        if self.rules.insert_detected_image:
            _insert_image(work)

    def detects(self, directive: str) -> bool:
        """Whether the cleaner may look by itself for the title, author, date or body.

        It may not where the rules for it found nothing and say `autodetect_on_failure: no`.
        """
        return self.rules.autodetect_on_failure is not False or directive not in self._missed

    def protects(self, element: HtmlElement) -> bool:
        """Whether a rule names the element as one that must not be taken for furniture."""
        if not self.rules.skip_id_or_class:
            return False
        match = tokens(self.rules.skip_id_or_class).match
        names = element.get("class"), element.get("id")
        return any(name and match(name) for name in names)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """All rules that were tried, and how often each matched."""
        return tuple(Hit(*key, count) for key, count in self._counts.items())

    @property
    def missed(self) -> frozenset[str]:
        """The title, author, date and body, if rules for them were tried and none matched."""
        return frozenset(self._missed)

    @property
    def notes(self) -> tuple[str, ...]:
        """Expressions that could not be evaluated, and why."""
        return tuple(self._page.notes) if self._page else ()

    def _count(self, directive: str, rule: Rule, count: int) -> None:
        key = directive, rule.value, rule.origin
        self._counts[key] = self._counts.get(key, 0) + count

    def _find(
        self, directive: str, rule: Rule, context: HtmlElement | None = None
    ) -> list[Any] | str:
        assert self._page is not None
        found = self._page.find(rule.value if context is None else within(rule.value), context)
        self._count(directive, rule, len(found) if isinstance(found, list) else bool(found.strip()))
        return found

    def _elements(self, directive: str, rule: Rule) -> list[HtmlElement]:
        return [one for one in self._find(directive, rule) if etree.iselement(one)]

    def _tell(self, work: Work, directive: str, *, general: bool) -> None:
        """The fact that the first rule with a usable match tells; what told it leaves the page.

        Rules that were not made for this site only fill in what nothing else told.
        """
        rules = [one for one in getattr(self.rules, directive) if one.general is general]
        if not rules or FIELDS[directive] in work.facts:
            return
        language = work.facts.get("language") or read_language(work.root.get("lang") or "")
        for rule in rules:
            told = read(directive, self._find(directive, rule), language)
            if told.value:
                work.tell(FIELDS[directive], told.value, f"site rule {rule.value}", told.text)
                self._missed.discard(directive)
                if not general:
                    _take_out(work, list(told.nodes), f"{directive}: {rule.value}")
                return
        self._missed.add(directive)

    def _wrap(self) -> None:
        for tag, rule in self.rules.wrap_in:
            wrap(self._elements(f"wrap_in({tag})", rule), tag)

    def _dissolve(self, work: Work) -> None:
        for rule in self.rules.dissolve:
            dissolve(work.root, self._elements("dissolve", rule))

    def _move(self) -> None:
        assert self._page is not None
        for where, rule in self.rules.move_into:
            targets = self._page.elements("//body" if where == "body" else where)
            found = self._elements(f"move_into({where})", rule)
            if targets and found:
                move(found, targets[0])

    def _strip(self, work: Work) -> None:
        for rule in self.rules.strip:
            found = self._find("strip", rule)
            if not isinstance(found, str):
                _take_out(work, found, f"strip: {rule.value}")

    def _strip_tokens(self, work: Work) -> None:
        rules = self.rules.strip_id_or_class
        if not rules:
            return
        doomed = self._tokens(work, tokens(rules))
        hit = {rule.origin for _, rule in doomed}
        old = tuple(rule for rule in rules if not rule.general and rule.origin not in hit)
        if old:  # until 2018 a part of a word was enough, and many a file was written for that
            doomed += self._tokens(work, tokens(old, parts=True))
        counts = dict.fromkeys(rules, 0)
        for _, rule in doomed:
            counts[rule] += 1
        for rule, count in counts.items():
            self._count("strip_id_or_class", rule, count)
        _drop(work, [(one, f"strip_id_or_class: {rule.value}") for one, rule in doomed])

    def _tokens(self, work: Work, index: Tokens) -> list[tuple[HtmlElement, Rule]]:
        """All elements that an index names; one look at each class and id is all it costs."""
        found: list[tuple[HtmlElement, Rule]] = []
        match = index.match
        for element in work.root.iter(etree.Element):
            classes, name = element.get("class"), element.get("id")
            rule = (classes and match(classes)) or (name and match(name))
            if rule and element.tag not in FRAME and not self.protects(element):
                found.append((element, rule))
        return found

    def _strip_images(self, work: Work) -> None:
        for rule in self.rules.strip_image_src:
            part = rule.value.replace("'", "").replace('"', "")
            found = [
                one
                for one in work.root.iter("img", "amp-img")
                if any(part in (one.get(name) or "") for name in _IMAGE_SOURCES)
            ]
            self._count("strip_image_src", rule, len(found))
            _drop(work, [(one, f"strip_image_src: {rule.value}") for one in found])

    def _fill_lazy_images(self, work: Work) -> None:
        for rule in self.rules.src_lazy_load_attr:
            found = [one for one in work.root.iter("img") if one.get(rule.value)]
            self._count("src_lazy_load_attr", rule, len(found))
            for image in found:
                image.set("src", image.get(rule.value) or "")


def _can_be_article(element: HtmlElement) -> bool:
    """Whether there is something to be seen in an element, and it is no part of the head."""
    if element.tag == "html" or (
        element.tag != "body" and next(element.iterancestors("body"), None) is None
    ):
        return False
    if any(text.strip() for text in element.itertext()):
        return True
    return next(element.iter(*_SHOWN), None) is not None


def _take_out(work: Work, found: list[Any], rule: str) -> None:
    """Take what a rule found out of the page; what stands in its head is no text of it."""
    elements = [one for one in found if etree.iselement(one)]
    head = next(work.root.iter("head"), None)
    _drop(work, [(one, rule) for one in movable(elements) if one.getparent() is not head])
    remove_strings(found)


def _drop(work: Work, doomed: list[tuple[HtmlElement, str]]) -> None:
    if len(doomed) == 1:
        work.drop(doomed[0][0], NAME, doomed[0][1])
        return
    for element, rule in remove(work.root, doomed):
        work.note(NAME, rule, "".join(map(str, element.itertext())))


def _insert_image(work: Work) -> None:
    """The picture that the page names as its own at the head of an article without one."""
    address = work.facts.get("image")
    if address and next(work.body.iter("img"), None) is None:
        image = work.body.makeelement("img", {"src": str(address)})
        image.tail, work.body.text = work.body.text, None
        work.body.insert(0, image)
