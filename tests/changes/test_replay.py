"""Many looks at a site that changes, in any order: nothing is doubled, lost or named anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.changes.decide import Decision
from feeder.changes.identity import Reading, keys_of
from feeder.changes.likeness import like_text, same_date, same_title
from feeder.models import Article, Key
from feeder.urls import address_key
from tests.changes.record import DAY, NOON, SITE, Record, item, prose


def outcome(made: Decision) -> object:
    """A decision without its order."""
    return sorted((c.kind, c.entry.id, c.address) for c in made.changes), sorted(made.copies)


_FEW = st.sampled_from((None, 1, 2))
_ANY = st.builds(
    lambda path, guid, story, led_to, canonical, title, text, day: item(
        f"/{path}",
        Article(
            title=f"Title {title}" if title else "",
            html="<p>x</p>",
            text=text,
            url=canonical and f"{SITE}/{canonical}",
            published=day and NOON + day * DAY,
        ),
        guid=guid and f"g{guid}",
        story=story and f"s{story}",
        led_to=led_to and f"/{led_to}",
    ),
    path=st.integers(1, 4),
    guid=_FEW,
    story=_FEW,
    led_to=_FEW,
    canonical=_FEW,
    title=_FEW,
    text=st.sampled_from(("Few words.", "Few others.", prose("one"), prose("one", 95), prose("b"))),
    day=_FEW,
)
_BATCH = st.lists(_ANY, max_size=5, unique_by=lambda reading: reading.address)


@settings(max_examples=60)
@given(st.lists(_BATCH, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_no_order_of_a_batch_decides_anything(batches: list[list[Reading]], random: Random) -> None:
    one, other = Record(), Record()
    for batch in batches:
        held = random.sample(range(1, 5), 2)
        elsewhere = [f"/{n}" for n in held if f"{SITE}/{n}" not in {r.address for r in batch}]
        made = one.refresh(*batch, elsewhere=elsewhere)
        random.shuffle(batch)
        assert outcome(other.refresh(*batch, elsewhere=elsewhere)) == outcome(made)
        assert (one.entries, one.keys) == (other.entries, other.keys)
        told = [*(change.address for change in made.changes), *(copy for copy, _ in made.copies)]
        assert sorted(told) == sorted(reading.address for reading in batch)
        owned = [change.entry.id for change in made.changes if change.kind != "new"]
        assert len(owned) == len(set(owned))


@settings(max_examples=60)
@given(st.lists(_BATCH, min_size=2, max_size=5))
def test_no_entry_is_overwritten_by_what_has_neither_its_address_title_date_nor_words(
    batches: list[list[Reading]],
) -> None:
    record = Record()
    for batch in batches:
        known = record.known(key for reading in batch for key in keys_of(reading))
        before = {each.entry.id: each for each in known.values()}
        readings = {reading.address: reading for reading in batch}
        for change in record.refresh(*batch).changes:
            if change.kind != "new":
                owner, reading = before[change.entry.id], readings[change.address]
                assert (
                    Key("url", address_key(reading.address)) in owner.keys
                    or same_title(reading.article, owner.entry)
                    or same_date(reading.article, owner.entry)
                    or like_text(reading.article, owner.entry)
                )


@dataclass
class Story:
    """An article as its site has it, and all that a site does to it."""

    number: int
    has_guid: bool
    is_dated: bool
    title: str = ""
    more: int = 0
    path: int = 0
    guid: int = 0
    drift: int = 0
    address: str = ""

    def happen(self, random: Random) -> None:
        """One thing between two looks; two where one of them leaves a sign that stays."""
        happening = random.choice(("nothing", "edit", "title", "guid", "path", "both", "date"))
        if happening == "edit":
            self.more += 1
        if happening == "title":
            self.title = f"Headline {random.random()}"
        if happening in ("guid", "both"):
            self.guid += 1
        if happening in ("path", "both"):
            self.path += 1
        if happening in ("date", "guid", "path"):
            self.drift += random.choice((0, 1))
        if happening == "guid" or (happening == "path" and self.has_guid):
            self.more += random.choice((0, 1))

    def shown(self, random: Random) -> Reading:
        """As it is listed now, by a link that may look different each time."""
        name = f"s{self.number}x"
        text = " ".join([prose(name), *(f"Added {n}." for n in range(self.more))])
        drift = self.drift * timedelta(hours=1)
        date = NOON + self.number * DAY + drift if self.is_dated else None
        title = self.title or f"All about {name}"
        self.address = f"/{name}/{self.path}"
        link = random.choice(("http://example.org", SITE, "https://www.example.org"))
        tail = random.choice(("", "/", "?utm_source=x", f"?PHPSESSID={random.getrandbits(128):x}"))
        return item(
            f"{link}{self.address}{tail}",
            Article(title=title, html=f"<p>{text}</p>", text=text, published=date),
            guid=f"{name}/{self.guid}" if self.has_guid else None,
            story=f"{title}\n{date}" if date else None,
            led_to=random.choice((None, "/", "/log-in")),
        )


@settings(max_examples=60)
@given(st.booleans(), st.booleans(), st.integers(1, 8), st.randoms(use_true_random=False))
def test_over_many_looks_nothing_is_doubled_lost_or_named_anew(
    has_guid: bool, is_dated: bool, looks: int, random: Random
) -> None:
    record, ids = Record(), dict[int, str]()
    stories = [Story(number, has_guid, is_dated) for number in range(4)]
    for _ in range(looks):
        stories.append(Story(len(stories), has_guid, is_dated))
        listed = random.sample(stories, random.randint(1, len(stories)))
        fresh = [story for story in listed if not story.address or random.random() < 0.7]
        for story in fresh:
            story.happen(random)
        standing = [story.address for story in listed if story not in fresh]
        made = record.refresh(*(story.shown(random) for story in fresh), elsewhere=standing)
        assert made.copies == ()
        for story in fresh:
            ids.setdefault(story.number, record.of(f"s{story.number}x"))
        assert all(record.of(f"s{number}x") == uid for number, uid in ids.items())
        assert len(record.entries) == len(ids)
