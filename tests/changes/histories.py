"""Histories of sites: what they list and look like at each look, for years of ordinary life.

A site publishes, edits, moves, is built anew and falls silent as sites do. What is on record of it
is kept here as the store keeps it, so that hundreds of histories take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from feeder.changes.guard.told import Batch, Told
from feeder.changes.identity import Reading
from feeder.changes.likeness import folded
from feeder.models import Article, Enclosure, Entry
from feeder.refresh.quarantined import is_wall

LOOKS = 25
"""Looks of a history that bring something: all others show nothing to the guard."""
START = datetime(2026, 1, 5, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORDS = tuple(
    "".join(Random(n).choices("abcdefghijklmnoprstuvwz", k=3 + n % 8)) for n in range(3000)
)


@dataclass
class Story:
    """An article of a site, as it is there now."""

    number: int
    title: str
    words: list[str]
    published: datetime | None
    host: str = "www.example.org"
    picture: str = ""
    sound: str = ""
    linked: float = 0.0
    """Share of its words that are links."""

    def reading(self) -> Reading:
        text = " ".join(self.words)
        links = int(self.linked * len(self.words))
        linked, rest = " ".join(self.words[:links]), " ".join(self.words[links:])
        html = f'<p><a href="/x">{linked}</a> {rest}</p>' if links else f"<p>{text}</p>"
        html += f'<img src="{self.picture}" alt="">' if self.picture else ""
        sound = (Enclosure(self.sound, "audio/mpeg"),) if self.sound else ()
        url = f"https://{self.host}/{self.number}"
        article = Article(
            self.title, html, text, url=url, published=self.published, enclosures=sound
        )
        return Reading(str(self.number), article, ())


@dataclass
class World:
    """A site, what is on record of it, and the moment.

    Args:
        rate: articles a day.
        every: hours between two looks.
        window: articles that are listed.
        length: words of a middling article, `spread` how they differ (sigma of their logarithm).
    """

    random: Random
    rate: float = 5
    every: float = 4
    window: int = 20
    length: int = 300
    spread: float = 0.6
    dated: bool = True
    host: str = "www.example.org"
    now: datetime = START
    stories: list[Story] = field(default_factory=list)
    record: dict[int, Told] = field(default_factory=dict)
    pinned: list[Story] = field(default_factory=list)
    made: int = 0

    def begin(self) -> None:
        """With some years of articles."""
        moment = self.now - timedelta(days=3 * self.window / self.rate)
        self.live(moment, self.now)

    def live(self, since: datetime, until: datetime) -> None:
        """Publish what is published in that time, in bursts as people work."""
        hours = (until - since) / HOUR
        for _ in range(self._poisson(self.rate * hours / 24)):
            self.publish(since + self.random.random() * (until - since))
        self.stories.sort(key=lambda one: (one.published or START, one.number), reverse=True)

    def publish(self, moment: datetime) -> Story:
        story = self.story(moment)
        self.stories.insert(0, story)
        return story

    def story(self, moment: datetime) -> Story:
        self.made += 1
        words = self.words(self.length)
        title = " ".join(self.random.choices(WORDS, k=6))
        linked = self.random.choice((0, 0, 0.02, 0.05, 0.1))
        return Story(self.made, title, words, moment, self.host, linked=linked)

    def words(self, length: float) -> list[str]:
        count = int(length * self.random.lognormvariate(0, self.spread))
        return self.random.choices(WORDS, k=max(3, min(count, 900)))

    def listed(self) -> list[Story]:
        kept = [one for one in self.stories if one not in self.pinned]
        return [*self.pinned, *kept[: self.window - len(self.pinned)]]

    def look(self, listed: list[Story] | None = None) -> Batch:
        """What a look at the site would put on record."""
        shown = self.listed() if listed is None else listed
        told: list[Told] = []
        fresh = 0
        hosts: set[str] = set()
        for story in shown:
            reading = story.reading()
            if not self.dated:
                reading = replace(reading, article=replace(reading.article, published=None))
            before = self.record.get(story.number)
            if before is None:
                told.append(Told(reading, None, folded(story.title)))
                fresh += 1
                continue
            hosts.add(story.host)
            old = before.reading.article
            if (old.title, old.text) != (reading.article.title, reading.article.text):
                entry = Entry("e", "s", old.title, old.html, old.text, START, START, START)
                told.append(Told(reading, entry, folded(story.title)))
        return Batch(
            told,
            listed=len(shown),
            fresh=fresh,
            is_first=not self.record,
            titles=lambda: [one.reading.article.title for one in self.record.values()],
            is_wall=is_wall,
            hosts=frozenset(hosts),
        )

    def take(self, batch: Batch) -> None:
        """Put it on record."""
        self.record |= {int(one.reading.address): one for one in batch.told}

    def wait(self, hours: float | None = None) -> None:
        until = self.now + (self.every if hours is None else hours) * HOUR
        self.live(self.now, until)
        self.now = until

    def _poisson(self, mean: float) -> int:
        if mean > 50:
            return max(0, round(self.random.gauss(mean, mean**0.5)))
        count, left = 0, self.random.expovariate(1)
        while left < mean:
            count, left = count + 1, left + self.random.expovariate(1)
        return count


class Kind(NamedTuple):
    """How a kind of site begins, and what befalls it between two looks."""

    make: Callable[[Random], World]
    befalls: Callable[[World, int], None] = lambda world, look: None


def history(kind: str, seed: int) -> Iterator[World]:
    """A site of that kind at each of its looks."""
    random = Random(f"{kind}{seed}")
    world = KINDS[kind].make(random)
    world.begin()
    KINDS[kind].befalls(world, 0)
    yield world
    looks = 1
    while looks < LOOKS:
        world.wait()
        KINDS[kind].befalls(world, looks)
        if world.look().told:
            looks += 1
            yield world


# What befalls sites


def _silence(world: World, look: int) -> None:
    if look % 8 == 5:
        world.now += world.random.uniform(14, 60) * DAY
        world.wait()


def _move(world: World, look: int) -> None:
    """To another server, all articles with it; what is published later is there too."""
    if look == 12:
        world.host = "www.example.net"
        for story in world.stories:
            story.host = world.host


def _built_anew(world: World, look: int) -> None:
    """All articles are shown by another theme: a line more, or some words fewer."""
    if look in (8, 16):
        for story in world.stories[:60]:
            if world.random.random() < 0.9:
                story.words = [*story.words, *world.random.choices(WORDS, k=9)]
            else:
                story.words = story.words[: max(3, int(len(story.words) * 0.8))]


def _back_fill(world: World, look: int) -> None:
    """Old articles are put in, as old ones or on top of all."""
    if look == 10:
        on_top = world.random.random() < 0.5
        moment = world.now - world.random.random() * world.every * HOUR
        for n in range(world.random.randint(5, 2 * world.window // 3)):
            world.publish(moment if on_top else world.now - (100 + n) * DAY)
        if not on_top:
            world.stories.sort(key=lambda one: one.published or START, reverse=True)
            world.window += 5


def _live(world: World, look: int) -> None:
    """One article goes on and on, and now and then loses its beginning."""
    story = world.stories[world.random.randrange(2)]
    story.words = [*world.words(60), *story.words][:900]
    if look % 7 == 0:
        story.words = story.words[: len(story.words) // 3]


def _corrected(world: World, look: int) -> None:
    for story in world.random.sample(world.stories[: world.window], k=3):
        if world.random.random() < 0.3:
            keep = world.random.uniform(0.4, 1)
            story.words = story.words[: max(3, int(len(story.words) * keep))]
        elif world.random.random() < 0.05:
            story.words = ["withdrawn", *world.random.choices(WORDS, k=6)]


def _sizes(world: World, look: int) -> None:
    if look % 6 == 3:
        world.window = world.random.choice((10, 20, 30, 50))


def _one_title(world: World, look: int) -> None:
    for story in world.stories[:60]:
        if story.number % 3:
            story.title = "Daily briefing"


def _all_one_title(world: World, look: int) -> None:
    for story in world.stories[:60]:
        story.title = "Notes of the day"


def _paused(world: World, look: int) -> None:
    """The machine that looks was off."""
    if look % 9 == 4:
        world.wait(world.random.uniform(24, 24 * 20))


def _at_once(world: World, look: int) -> None:
    """Everything of a day is published at one moment, often just before the look."""
    moment = world.now - timedelta(minutes=world.random.uniform(3, 300))
    for story in world.stories[: world.window]:
        if story.number not in world.record:
            story.published = moment


def _to_teasers(world: World, look: int) -> None:
    """A part of the articles is for subscribers, others see a few lines."""
    for story in world.stories[:60]:
        if story.number % 4 == 0 and story.number not in world.record:
            story.words = story.words[: world.random.randint(20, 60)]


# How sites are


class _Pictures(World):
    def story(self, moment: datetime) -> Story:
        made = super().story(moment)
        few = self.random.choice((0, 3, 8, 15, 30))
        made.words = self.random.choices(WORDS, k=few) if few else ["photo", "of", "the", "day"]
        made.picture = f"/{made.number}.jpg"
        return made


class _Sounds(World):
    def story(self, moment: datetime) -> Story:
        made = super().story(moment)
        if self.random.random() < 0.6:
            made.words = ["listen", "wherever", "you", "find", "podcasts"]
        made.sound = f"https://cdn.example/{made.number}.mp3"
        return made


class _Leading(World):
    """Links with a line or two, to everywhere."""

    def story(self, moment: datetime) -> Story:
        made = super().story(moment)
        made.host = f"www.site{self.random.randrange(40)}.example"
        made.words = made.words[: self.random.choice((8, 15, 30, 200))]
        made.linked = self.random.choice((0, 0.3, 0.9))
        return made


class _Mixed(World):
    """Long ones and notes, in runs."""

    def story(self, moment: datetime) -> Story:
        made = super().story(moment)
        if self.random.random() < 0.4:
            made.words = made.words[: self.random.randint(5, 40)]
        return made


def _pinned(random: Random) -> World:
    world = World(random, rate=2, every=8, window=10)
    world.pinned = [world.story(START - 400 * DAY) for _ in range(2)]
    world.stories += world.pinned
    return world


KINDS = {
    "news": Kind(lambda r: World(r, rate=50, every=r.choice((0.5, 1, 4)), window=30)),
    "news once a day": Kind(lambda r: World(r, rate=30, every=24, window=r.choice((20, 30)))),
    "much news": Kind(lambda r: World(r, rate=300, every=0.25, window=50, length=150)),
    "news in the morning": Kind(lambda r: World(r, rate=60, every=12, window=30), _paused),
    "blog": Kind(lambda r: World(r, rate=1 / 7, every=12, window=10, length=700)),
    "blog of a year": Kind(lambda r: World(r, rate=1 / 40, every=24, window=10, length=900)),
    "pinned": Kind(_pinned),
    "undated": Kind(lambda r: World(r, rate=3, every=6, window=15, dated=False)),
    "moved": Kind(lambda r: World(r, rate=r.choice((3, 40)), every=4), _move),
    "built anew": Kind(lambda r: World(r, rate=5, every=6), _built_anew),
    "back-fill": Kind(lambda r: World(r, rate=2, every=6), _back_fill),
    "live": Kind(lambda r: World(r, rate=10, every=1), _live),
    "corrected": Kind(lambda r: World(r, rate=10, every=4), _corrected),
    "silent": Kind(lambda r: World(r, rate=2, every=12), _silence),
    "sizes": Kind(lambda r: World(r, rate=6, every=6), _sizes),
    "one title": Kind(lambda r: World(r, rate=8, every=r.choice((6, 24))), _one_title),
    "always one title": Kind(lambda r: World(r, rate=8, every=12), _all_one_title),
    "pictures": Kind(lambda r: _Pictures(r, rate=12, every=r.choice((4, 12)), window=15)),
    "sounds": Kind(lambda r: _Sounds(r, rate=1, every=24, window=50)),
    "links": Kind(lambda r: _Leading(r, rate=15, every=6, window=30)),
    "mixed": Kind(lambda r: _Mixed(r, rate=12, every=12)),
    "for subscribers": Kind(lambda r: World(r, rate=20, every=4), _to_teasers),
    "at once": Kind(lambda r: World(r, rate=12, every=24, window=30), _at_once),
}
