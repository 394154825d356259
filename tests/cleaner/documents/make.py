"""Write the labelled documents of `open/` and `sealed/` from the articles in their `source/`.

    FEEDER_CORPORA=… python tests/cleaner/documents/make.py

Same inputs, same bytes: every document has a random generator seeded with its own id.
"""

import json
import os
import random
import re
import sys
import textwrap
import tomllib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
HALVES = ("open", "sealed")
# Locales that the phrase table lacks or hardly has lean on a sister's wordings, as sites do.
SISTERS = {"de_AT": "de_DE", "de_DE": "de", "fr_CA": "fr_FR", "es_MX": "es_ES", "en_GB": "en_US"}
SITES = {
    "open": ["Valley Ledger", "The Daily Otter", "nordwind.example", "Linden Online", "Kurier 24"],
    "sealed": ["Fen & Field", "Obertal Digital", "marnovo.example", "Radio Sandbank", "PRESS 7"],
}
TITLE_PHRASES = {"one_thought", "one_response", "one_comment", "no_comments", "leave_comment"}
NAME_PHRASES = {"comment_says", "reply_to", "view_all_posts", "author_archives", "posted_by"}
# How often each kind of furniture stands under an article.
UNDER = {
    "appeared": 0.2,
    "tags": 0.25,
    "share": 0.4,
    "likes": 0.15,
    "newsletter": 0.2,
    "authorbox": 0.25,
    "related": 0.35,
    "prevnext": 0.3,
    "comments": 0.3,
    "reaction": 0.85,
    "system": 0.1,
    "sidebar": 0.12,
    "footer": 0.45,
}
LAYOUTS = ["seed", "seed", "single", "tails", "blocks", "wrapped", "messy"]

Words = Mapping[str, list[str]]
Phrases = Mapping[str, Mapping[str, list[str]]]
Furniture = Mapping[str, list[dict[str, object]]]


@dataclass(frozen=True)
class Story:
    """One article as its source file has it; `author`, `date` and `host` may be empty."""

    locale: str
    trap: str | None
    title: str
    byline: str
    author: str
    date: str
    attribution: str
    host: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """Lines that stand together; `kind` names the furniture they come from."""

    kind: str
    lines: tuple[tuple[str, str], ...]


def read_stories(path: Path) -> tuple[dict[str, Words], list[Story]]:
    """Read the words of each locale and the articles of one source file."""
    words: dict[str, Words] = {}
    stories: list[Story] = []
    for chapter in re.split(r"(?m)^@ ", path.read_text(encoding="utf-8"))[1:]:
        head, *articles = re.split(r"(?m)^= ", chapter)
        locale, *rows = head.strip().split("\n")
        pairs = (row.split(" = ", 1) for row in rows)
        words[locale] = {key: value.split(" | ") for key, value in pairs}
        stories += [read_story(locale, article) for article in articles]
    return words, stories


def read_story(locale: str, article: str) -> Story:
    """Read one article: trap, title, byline and attribution lines, then its paragraphs."""
    trap, title, by, via, *paragraphs = article.strip().split("\n")
    byline, author, date = ([*by[4:].split(" ~ "), "", ""])[:3]
    attribution, host = ([*via[5:].split(" ~ "), ""])[:2]
    return Story(
        locale=locale,
        trap=None if trap == "-" else trap,
        title=title.removeprefix("title: "),
        byline="" if byline == "-" else byline,
        author=author.strip(" ~"),
        date=date.strip(),
        attribution="" if attribution == "-" else attribution,
        host=host,
        paragraphs=tuple(paragraphs),
    )


def read_phrases(path: Path) -> Phrases:
    """Read comment_phrases.tsv as locale → key → wordings."""
    phrases: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        locale, key, text, _ = row.split("\t")
        phrases[locale][key].append(text)
    return phrases


@dataclass
class Page:
    """The words that one document is made of, drawn with its own random generator."""

    half: str
    story: Story
    words: Words
    phrases: Phrases
    english: Words
    rng: random.Random

    def __post_init__(self) -> None:
        self.site = self.rng.choice(SITES[self.half])
        self.day_style = self.rng.choice(["{2:02}.{1:02}.{0}", "{0}-{1:02}-{2:02}", "{2}/{1}/{0}"])
        self.person = self.story.author or self.rng.choice(self.words["names"])
        self.uuid = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        # Real pages now and then carry headlines of another language in their lists.
        self.heads = (self.english if self.rng.random() < 0.2 else self.words)["heads"]
        self.facts: dict[str, Callable[[], str]] = self._facts()

    def _facts(self) -> dict[str, Callable[[], str]]:
        words, pick = self.words, self.rng.choice
        topics = words["topics"]
        return {
            "title": lambda: self.story.title,
            "site": lambda: self.site,
            "host": lambda: self.story.host or "blog.example",
            "person": lambda: self.person,
            "name": lambda: pick(words["names"]),
            "uuid": lambda: self.uuid,
            "UUID": lambda: self.uuid.upper(),
            "n": lambda: str(self.rng.randint(1, 48)),
            "date": self._day,
            "time": lambda: f"{self.rng.randint(7, 23)}:{self.rng.randint(10, 59)}",
            "topic": lambda: topics[0],
            "topic_last": lambda: topics[-1],
            "topics_comma": lambda: ", ".join(topics),
            "topics_bar": lambda: " | ".join(["Home", *topics, *words["foot"][:2]]),
            "menu": lambda: " | ".join(words["foot"]),
            "ad": lambda: words["ad"][0],
            "AD": lambda: words["ad"][0].upper(),
            "more": lambda: pick(words["more"]).replace("{h}", pick(self.heads)),
            "head1": lambda: self.heads[0],
            "head2": lambda: self.heads[1],
            "remark": lambda: pick(words["remarks"]),
            "bio": lambda: words["bio"][0],
            "read": lambda: words["read"][0],
            "cookie": lambda: words["cookie"][0],
            "news_head": lambda: words["news"][0],
            "news_text": lambda: words["news"][1],
            "news_button": lambda: words["news"][2],
            "tagged_with": lambda: self._ended("tagged", ", ".join(topics)),
            "posted_in": lambda: self._ended("posted_in", topics[0]),
            "posted_by_person": lambda: self._ended("posted_by", self.person),
            "name_says": lambda: self._ended("comment_says", pick(words["names"])),
        }

    def _day(self) -> str:
        year, month, day = 2024, self.rng.randint(1, 12), self.rng.randint(1, 28)
        if self.story.locale[:2] in ("zh", "ja"):
            return f"{year}年{month}月{day}日"
        if self.story.locale == "ko_KR":
            return f"{year}년 {month}월 {day}일"
        return self.day_style.format(year, month, day)

    def phrase(self, key: str) -> str:
        """Return one wording of `key` in the page's locale, its places filled."""
        locale: str | None = self.story.locale
        while locale and not self.phrases.get(locale, {}).get(key):
            locale = SISTERS.get(locale)
        return self._fill(key, self.rng.choice(self.phrases[locale or "en_US"][key]))

    def _fill(self, key: str, text: str) -> str:
        values = {"1": self.facts["n"](), "2": self.story.title, "": self.facts["n"]()}
        if key == "appeared_first":
            values = {"1": self.story.title, "2": self.site, "": self.story.title}
            text = text.replace("%s", "%1$s", 1).replace("%s", "%2$s", 1)
        elif key in TITLE_PHRASES:
            values |= {"1": self.story.title, "": self.story.title}
        elif key in NAME_PHRASES:
            values |= {"1": self.person, "2": self._day(), "": self.person}
        elif key == "must_log_in":
            values = {"1": "", "2": "", "": ""}
        elif key == "required_marked":
            values = {"1": "*", "2": "*", "": "*"}
        elif key == "powered_by":
            values = {"1": "WordPress", "2": "", "": "WordPress"}
        filled = re.sub(r"%(?:(\d)\$?)?[sdп]|%(?=\s*\S)", lambda m: values[m[1] or ""], text)
        return " ".join(filled.split())

    def _ended(self, key: str, value: str) -> str:
        wordings = self.phrases.get(self.story.locale, {}).get(key) or self.phrases["en_US"][key]
        text = self.rng.choice([each for each in wordings if "%2" not in each])
        if "%" in text:
            return re.sub(r"%(?:1\$)?s", value, text)
        return f"{value} {text}" if key == "comment_says" else f"{text} {value}"

    def line(self, template: str) -> str:
        """Fill one line of furniture."""

        def value(match: re.Match[str]) -> str:
            known = self.facts.get(match[1])
            return known() if known else self.phrase(match[1])

        return " ".join(re.sub(r"\{(\w+)\}", value, template).split())


def furniture_block(page: Page, furniture: Furniture, kind: str) -> Block:
    """Draw one arrangement of a kind of furniture and word it."""
    choices = [each for each in furniture[kind] if each.get("only") in (None, page.half)]
    lines = page.rng.choice(choices)["lines"]
    assert isinstance(lines, list)
    worded = (page.line(template) for template in lines)
    return Block(kind, tuple(("drop", text) for text in worded if text))


def compose(page: Page, furniture: Furniture) -> list[Block]:
    """Decide what stands on a page, top to bottom."""
    style = page.rng.random()
    if style < 0.05:
        return [title_block(page), *byline(page), *body(page, furniture, plain=True)]
    if style < 0.17:
        return seed_like(page, furniture)
    return [
        *maybe(page, furniture, "before", 0.3),
        title_block(page),
        *under_title(page, furniture),
        *body(page, furniture, plain=False),
        *attribution(page),
        *under_article(page, furniture),
    ]


def seed_like(page: Page, furniture: Furniture) -> list[Block]:
    """Title, counter, UUID, article, attribution, two lines of form: the shape of real scrapes."""
    marks = [furniture_block(page, furniture, kind) for kind in ("counter", "uuid")]
    form = furniture_block(page, {"form": furniture["form"][:1]}, "form")
    article = body(page, furniture, plain=True)
    return [title_block(page), *marks, *article, *attribution(page), form]


def title_block(page: Page) -> Block:
    """The headline; now and then twice, as page title and as heading."""
    twice = page.rng.random() < 0.07
    return Block("title", (("title", page.story.title),) * (2 if twice else 1))


def byline(page: Page) -> Iterator[Block]:
    """The byline, where the article has one and the page shows it."""
    if page.story.byline and page.rng.random() < 0.85:
        yield Block("byline", (("meta", page.story.byline),))


def attribution(page: Page) -> Iterator[Block]:
    """The line that says where the article is from."""
    if page.story.attribution and page.rng.random() < 0.85:
        yield Block("source", (("meta", page.story.attribution),))


def under_title(page: Page, furniture: Furniture) -> list[Block]:
    """Byline and marks between headline and first paragraph."""
    marks = [
        *byline(page),
        *maybe(page, furniture, "counter", 0.45),
        *maybe(page, furniture, "uuid", 0.4),
        *maybe(page, furniture, "kicker", 0.15),
    ]
    if page.rng.random() < 0.2:
        page.rng.shuffle(marks)
    return marks


def body(page: Page, furniture: Furniture, *, plain: bool) -> list[Block]:
    """The article, with an advertisement or a pointer between two long paragraphs if not plain."""
    texts = page.story.paragraphs
    blocks = [Block("article", (("keep", text),)) for text in texts]
    # Between short lines nobody could tell an inserted line from the article's own.
    width = 25 if page.story.locale[:2] in ("zh", "ja", "ko") else 60
    places = [at for at in range(1, len(texts)) if min(len(texts[at - 1]), len(texts[at])) >= width]
    if not plain and places and page.rng.random() < 0.3:
        blocks.insert(page.rng.choice(places), furniture_block(page, furniture, "inside"))
    return blocks


def under_article(page: Page, furniture: Furniture) -> Iterator[Block]:
    """The tail: what sites have under an article, in their usual order."""
    for kind, chance in UNDER.items():
        if page.rng.random() >= chance:
            continue
        if kind == "comments":
            yield furniture_block(page, furniture, "comments_head")
            for _ in range(page.rng.randint(1, 3)):
                yield furniture_block(page, furniture, "comment")
        elif kind == "reaction":
            yield reaction(page, furniture)
        else:
            yield furniture_block(page, furniture, kind)


def reaction(page: Page, furniture: Furniture) -> Block:
    """A comment form, or what stands in its place; the form is sometimes left in English."""
    kind = page.rng.choices(["form", "closed", "login"], [7, 2, 2])[0]
    if kind == "form" and page.rng.random() < 0.1:
        page = replace(page, story=replace(page.story, locale="en_US"))
    return furniture_block(page, furniture, kind)


def maybe(page: Page, furniture: Furniture, kind: str, chance: float) -> Iterator[Block]:
    """Yield a block of that kind, as often as `chance` says."""
    if page.rng.random() < chance:
        yield furniture_block(page, furniture, kind)


def lay_out(blocks: list[Block], layout: str, rng: random.Random) -> str:
    """Set the blocks as a plain-text document."""
    if layout == "single":
        return "\n".join(text for block in blocks for _, text in block.lines)
    if layout in ("tails", "blocks"):
        return tight(blocks, tails=layout == "tails")
    lines = [text for block in blocks for _, text in block.lines]
    if layout == "wrapped":
        lines = [wrapped(text) for text in lines]
    if layout == "messy":
        return "\ufeff" + "".join(untidy(text, rng) for text in lines)
    return "\n\n".join(lines) + rng.choice(["", "\n"])


def wrapped(text: str) -> str:
    """Wrap at 72, or a little less where a line would begin like a list item ("2003. Then …")."""
    widths = (72, 69, 66, 63, 60)
    tries = [
        textwrap.fill(text, at, break_long_words=False, break_on_hyphens=False) for at in widths
    ]
    return next(each for each in tries if not re.search(r"\n(?:[-*•–>#]+|\d+\.)\s", each))


def tight(blocks: list[Block], *, tails: bool) -> str:
    """Blank lines round each block; with `tails`, none under the article."""
    last = max(at for at, block in enumerate(blocks) if block.kind == "article")
    parts = ["\n".join(text for _, text in block.lines) for block in blocks]
    head, tail = parts[: last + 1], parts[last + 1 :]
    if not tails:
        return "\n\n".join(parts) + "\n"
    return "\n\n".join([*head, "\n".join(tail)]) if tail else "\n\n".join(head)


def untidy(text: str, rng: random.Random) -> str:
    """One line with the stray white space that scrapers leave."""
    before, after = rng.choice(["", "", "\t", "  ", "\u00a0"]), rng.choice(["", " ", "\u00a0 "])
    return before + text + after + "\n" * rng.choice([2, 2, 3, 4])


def label(identity: str, page: Page, blocks: list[Block], layout: str) -> dict[str, object]:
    """The row of labels.jsonl for one document; facts are those that the document tells."""
    kinds = list(dict.fromkeys(block.kind for block in blocks))
    story, shown = page.story, set(kinds)
    return {
        "id": identity,
        "file": f"{identity}.txt",
        "kind": "text",
        "locale": story.locale,
        "trap": story.trap,
        "features": [kind for kind in kinds if kind not in ("title", "article")]
        + [f"layout:{layout}"],
        "title": story.title,
        "author": story.author or None if "byline" in shown else None,
        "date": story.date or None if "byline" in shown else None,
        "source": story.host or None if "source" in shown else None,
        "doc_id": page.uuid if "uuid" in shown else None,
        "lines": [list(line) for block in blocks for line in block.lines],
    }


def write_half(half: str, phrases: Phrases, furniture: Furniture) -> None:
    """Write two documents of each article with a trap and three of each other, and their labels."""
    words: dict[str, Words] = {}
    stories: list[Story] = []
    for path in sorted((HERE / half / "source").glob("*.txt")):
        more_words, more = read_stories(path)
        words |= more_words
        stories += more
    english = words["en_US" if half == "open" else "en_GB"]
    rows = []
    copies = [story for story in stories for _ in range(2 if story.trap else 3)]
    for number, story in enumerate(copies, start=1):
        identity = f"{half}-{number:03}"
        rng = random.Random(identity)
        page = Page(half, story, words[story.locale], phrases, english, rng)
        blocks, layout = compose(page, furniture), rng.choice(LAYOUTS)
        document = lay_out(blocks, layout, rng)
        if rng.random() < 0.12:
            document, layout = document.replace("\n", "\r\n"), f"{layout}+crlf"
        (HERE / half / f"{identity}.txt").write_bytes(document.encode())
        rows.append(json.dumps(label(identity, page, blocks, layout), ensure_ascii=False))
    (HERE / half / "labels.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")


def main() -> None:
    """Write both halves, or those named on the command line."""
    corpora = Path(os.environ["FEEDER_CORPORA"])
    phrases = read_phrases(corpora / "boilerplate" / "comment_phrases.tsv")
    furniture = tomllib.loads((HERE / "furniture.toml").read_text(encoding="utf-8"))
    for half in sys.argv[1:] or HALVES:
        write_half(half, phrases, furniture)


if __name__ == "__main__":
    main()
