"""What the names in a page's markup say: an index of the classes and ids that furniture goes by.

`data/furniture.tsv` (compiled by `tools/make_markup.py`) has what publishing systems and their
plug-ins write, `data/furniture_words.tsv` what people call such things, by hand. A name is looked
up whole first, then by its words: `ArticleShare_bar__x8d2` and `c-article-share-bar` are both
"article share bar". Only a `specific` verdict says what an element is; others are hints.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from lxml.html import HtmlElement


class Verdict(NamedTuple):
    """What an element is called: a kind of furniture (or `content`), how sure, and by which row."""

    kind: str | None
    reach: str
    rule: str


NOTHING = Verdict(None, "", "")
_RANK = {"specific": 3, "shared": 2, "broad": 1, "": 0}
_LONGEST = 400  # characters of names that are read: utility classes of a page builder reach 300
_MOST = 40  # names of one element that are read
_MOST_WORDS = 12  # of one name
_LONGEST_WORD = 20  # characters of a word that is tried as two
# Words of a name that say where or in which state something is: `has-sidebar` is no sidebar, and
# `tag-newsletter` is an article about one.
_STATES = frozenset(
    "has no is with without not tag category cat type format status page lang js theme template"
    " layout single enable enabled disable disabled show hide open opened closed".split()
)
_PARTED = frozenset({"with", "without", "no", "not", "has", "is"})
# What may follow the words of a name without making it the name of something else.
_LAYOUT = frozenset(
    "wrap wrapper container inner outer box block list item items module widget root section area"
    " row col column columns group holder content main component element title heading header head"
    " label text icon icons body bar panel top bottom left right desktop mobile small large sticky"
    " fixed inline horizontal vertical default new wide full native native static link links"
    " button buttons btn btns title grid".split()
)
_DIGIT = re.compile("[0-9]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
_HASH = re.compile(r"(?:__?|-)(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{4,12}$")
_TAGS = {
    "nav": Verdict("navigation", "specific", "nav"),
    "footer": Verdict("footer", "shared", "footer"),
    "aside": Verdict("sidebar", "broad", "aside"),
    "header": Verdict("header", "broad", "header"),
}
_BLOCKS = (
    "div section aside form nav footer header ul ol dl li p span a table iframe dialog details h1"
    " h2 h3 h4 h5 h6 fieldset figure article main blockquote menu amp-ad amp-embed".split()
)
# Elements whose names say what is in or on the page, not what they are.
_WHOLE = frozenset({"html", "body"})
_HOLDERS = frozenset({"main", "article"})


class _Attribute(NamedTuple):
    tag: str
    name: str
    operator: str
    value: str
    verdict: Verdict

    def fits(self, tag: str, value: str) -> bool:
        if self.tag and self.tag != tag:
            return False
        value = value[:_LONGEST]
        match self.operator:
            case "":
                return True
            case "=":
                return value == self.value
            case "*=":
                return self.value in value
            case "^=":
                return value.startswith(self.value)
            case _:
                return value.endswith(self.value)


class _Index:
    """The rows of both files, by what they match."""

    def __init__(self) -> None:
        self.whole: dict[str, Verdict] = {}  # ".class" and "#id"
        self.tagged: dict[str, tuple[str, Verdict]] = {}  # the same, on one kind of element only
        self.pairs: dict[str, tuple[str, Verdict]] = {}  # two names that stand together
        self.begins: list[tuple[str, Verdict]] = []
        self.runs: dict[str, list[tuple[tuple[str, ...], Verdict]]] = {}
        self.elements: dict[str, Verdict] = dict(_TAGS)
        self.attributes: dict[str, list[_Attribute]] = {}
        folder = files("feeder.cleaner.markup") / "data"
        for name in ("furniture.tsv", "furniture_words.tsv"):
            for row in (folder / name).read_text(encoding="utf-8").splitlines():
                if row and not row.startswith("# "):
                    kind, reach, matches = row.split("\t")
                    for match in matches.split(";"):
                        self._add(match.strip(), Verdict(kind, reach, match.strip()))
        for runs in self.runs.values():
            runs.sort(key=lambda run: -len(run[0]))

    def _add(self, match: str, verdict: Verdict) -> None:
        if match.endswith("[]"):
            self.elements.setdefault(match[:-2], verdict)
        elif match.endswith("]"):
            self._add_attribute(match, verdict)
        elif match.endswith("*"):
            self.begins.append((match[:-1], verdict))
        elif match[0] in ".#":
            first, second = re.fullmatch(r"([.#][^.#]+)([.#].+)?", match).groups()  # type: ignore[union-attr]
            if second:
                self.pairs[second] = (first, verdict)
            else:
                _best(self.whole, first, verdict)
        elif "." in match or "#" in match:
            tag, sign, name = re.split("([.#])", match)
            self.tagged[sign + name] = (tag, verdict)
        else:
            words = tuple(match.split())
            runs = self.runs.setdefault(words[0], [])
            if all(known != words for known, _ in runs):
                runs.append((words, verdict))

    def _add_attribute(self, match: str, verdict: Verdict) -> None:
        found = re.fullmatch(r"([a-z:-]*)\[([a-z-]+)(?:([*^$]?=)([^\]]*))?\]", match)
        assert found is not None, match
        tag, name, operator, value = found.groups()
        row = _Attribute(tag, name, operator or "", value or "", verdict)
        self.attributes.setdefault(name, []).append(row)


def _best(table: dict[str, Verdict], key: str, verdict: Verdict) -> None:
    if _RANK[verdict.reach] > _RANK[table.get(key, NOTHING).reach]:
        table[key] = verdict


_INDEX = _Index()
_LOOKED_AT = (*_BLOCKS, *sorted(_INDEX.elements.keys() - set(_BLOCKS)))
_RUNS = _INDEX.runs
_VOCABULARY = frozenset(word for runs in _INDEX.runs.values() for run, _ in runs for word in run)
_BEGINNINGS = tuple(beginning for beginning, _ in _INDEX.begins)


@lru_cache(maxsize=32768)
def rules_of(tag: str, class_: str, id_: str) -> Verdict:
    """What an element is by its names: the surest row of the index, `NOTHING` where none fits."""
    best = _INDEX.elements.get(tag, NOTHING)
    if tag in _WHOLE or not (class_ or id_):
        return best
    names = ["." + name for name in class_[:_LONGEST].split()[:_MOST]]
    names.extend("#" + name for name in id_[:_LONGEST].split()[:1])
    rank = _RANK[best.reach]
    for name in names:
        found = _of_name(name)
        if _RANK[found.reach] > rank:
            best, rank = found, _RANK[found.reach]
    if rank < 3:
        best = _by_two(tag, names) or best
    if tag in _HOLDERS and best.reach == "specific" and best.kind != "comments":
        return best._replace(reach="shared")
    return best


def _by_two(tag: str, names: list[str]) -> Verdict | None:
    """What takes two names, or a name on one kind of element."""
    for name in names:
        name = name.lower()
        if name in _INDEX.tagged and _INDEX.tagged[name][0] == tag:
            return _INDEX.tagged[name][1]
        if name in _INDEX.pairs and _INDEX.pairs[name][0] in map(str.lower, names):
            return _INDEX.pairs[name][1]
    return None


@lru_cache(maxsize=32768)
def _of_name(name: str) -> Verdict:
    """What one `.class` or `#id` says."""
    lower = name.lower()
    if found := _INDEX.whole.get(lower):
        return found
    if lower.startswith(_BEGINNINGS):
        return next(verdict for start, verdict in _INDEX.begins if lower.startswith(start))
    short = name.rstrip("0123456789-_")
    return _of_words(short) if len(short) > 2 else NOTHING


@lru_cache(maxsize=16384)
def _of_words(name: str) -> Verdict:
    """What the words of a name say: the longest run of the surest reach."""
    words = words_in(name)
    best = NOTHING
    skip = False
    for at, word in enumerate(words):
        if word in _PARTED or skip:
            break
        skip = at == 0 and word in _STATES
        for run, verdict in _RUNS.get(word, ()):
            size = len(run)
            if size > 1 and words[at : at + size] != run:
                continue
            sure = _reach(verdict, words[at + size :])
            if _RANK[sure] > _RANK[best.reach]:
                best = verdict if sure == verdict.reach else verdict._replace(reach=sure)
    return best


def _reach(verdict: Verdict, behind: tuple[str, ...]) -> str:
    """How sure a run of words is, given the words behind it in the name."""
    if verdict.reach == "specific" and not _LAYOUT.issuperset(behind):
        return "shared"
    if verdict.kind == "content" and verdict.reach == "broad" and behind:
        return ""  # `text-center`, `content-sidebar`
    return verdict.reach


@lru_cache(maxsize=16384)
def words_in(name: str) -> tuple[str, ...]:
    """The words of one name, as `.class`, `#id` or bare; none of a utility class (`md:flex`)."""
    if ":" in name or "[" in name:
        return ()
    if _DIGIT.search(name):
        name = _HASH.sub("", name)
    found: list[str] = []
    for word in _WORD.findall(name):
        if len(word) > 1:
            word = word.lower()
            found.extend(_halves(word) if len(word) > 6 and word not in _VOCABULARY else (word,))
    return tuple(found[:_MOST_WORDS])


@lru_cache(maxsize=8192)
def _halves(word: str) -> tuple[str, ...]:
    """`sharebar` as two words, where both are known."""
    for at in range(3, min(len(word) - 2, _LONGEST_WORD)):
        if word[:at] in _VOCABULARY and word[at:] in _VOCABULARY:
            return word[:at], word[at:]
    return (word,)


@lru_cache(maxsize=16384)
def words_of(class_: str, id_: str) -> frozenset[str]:
    """All words in an element's names, lower case; no hashes, numbers or utility classes."""
    names = [*class_[:_LONGEST].split()[:_MOST], id_[:_LONGEST]]
    return frozenset(word for name in names for word in words_in(name))


def verdict_of(element: HtmlElement) -> Verdict:
    """What an element is by its name and its other attributes, such as `role`."""
    class_ = id_ = ""
    others = False
    for name, value in element.items():
        if name == "class":
            class_ = value
        elif name == "id":
            id_ = value
        elif name in _INDEX.attributes:
            others = True
    best = rules_of(element.tag, class_[:_LONGEST], id_[:_LONGEST])
    if others and best.reach != "specific" and element.tag not in _WHOLE:
        return _by_attributes(element, best)
    return best


def _by_attributes(element: HtmlElement, best: Verdict) -> Verdict:
    for name, value in element.items():
        for row in _INDEX.attributes.get(name, ()):
            if _RANK[row.verdict.reach] > _RANK[best.reach] and row.fits(element.tag, value):
                best = row.verdict
    return best


def named(root: HtmlElement) -> dict[HtmlElement, Verdict]:
    """Every block-level element below `root` that something is known of, in page order."""
    verdicts = {}
    for element in root.iter(*_LOOKED_AT):
        verdict = verdict_of(element)
        if verdict.kind is not None:
            verdicts[element] = verdict
    return verdicts
