"""The signs that something is wrong with a batch of articles.

Signs about single articles hold these alone; signs about the batch hold what is new in it. Those
that are intrinsic show in the batch itself, whatever the source was like before: they hold for the
first one too, and no repetition makes them right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from feeder.changes.guard.baseline import Baseline, is_dated, is_now
from feeder.changes.guard.told import Batch, Told, count_words, short_hash
from feeder.changes.likeness import folded

AT_LEAST = 4
"""Articles that it takes to call a batch odd: three alike happen (a series, a correction)."""
SOME = 3
"""Articles, each of them odd in itself, that are no chance."""
MOST = 0.8
LEARNT = 10
"""Articles, without which nothing is known of a source's."""
LEARNT_BATCHES = 3
SHRUNK = 0.2
"""Of its words what an article has left when it has shrunk; corrections and cuts leave more."""
LONG = 50
"""Words of an article that can shrink: what is shorter is a picture, or a line about one."""
SHORT = 120
"""Words of what stands in place of an article; the walls of `sources.walls` have fewer."""
OVERLAP = 0.3
"""Share of the listing that was known at each of the last looks, for its lack to be odd."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something odd about a batch: what, a sentence with figures, and which articles it is about.

    `subject` is what they have in common, as a short word; empty: nothing that could be named.
    """

    name: str
    message: str
    articles: tuple[Told, ...]
    is_intrinsic: bool = False
    subject: str = ""


def judge(batch: Batch, baseline: Baseline, now: datetime) -> tuple[Suspicion, ...]:
    """What is odd about a batch; nothing about nearly all of them."""
    intrinsic = (_same_body, _wall)
    found = [one for sign in intrinsic if (one := sign(batch))]
    if not batch.is_first and (one := _same_title(batch)):
        found.append(one)
    if not batch.is_first and (one := _shrunk(batch)):
        found.append(one)
    if not (batch.is_first or batch.is_local):
        found += [one for sign in _SIGNS if (one := sign(batch, baseline, now))]
    return tuple(found)


# Intrinsic


def _same_body(batch: Batch) -> Suspicion | None:
    """Many articles that say the same and show the same pictures. One that is listed under several
    addresses is one.

    A source that is met for the first time may write so.
    """
    told = [one for one in batch.told if one.said]
    said, alike = _commonest(told, lambda one: one.shown)
    if batch.is_first:
        return None
    names = {one.listed or one.reading.address for one in alike}
    if len(names) < AT_LEAST or 2 * len(alike) < len(batch.told):
        return None
    message = f"{len(alike)} of {len(batch.told)} articles say the same words"
    return Suspicion("same-body", message, alike, True, short_hash(said))


def _same_title(batch: Batch) -> Suspicion | None:
    """Many articles under one title, which is not one that the source uses again and again.

    Of a source that is met for the first time nobody can tell.
    """
    told = [one for one in batch.told if one.title]
    title, alike = _commonest(told, lambda one: one.title)
    if len({one.said for one in alike}) < AT_LEAST or len(alike) < MOST * len(batch.told):
        return None
    if Counter(map(folded, batch.titles()))[title] > 1:
        return None
    shown = alike[0].reading.article.title
    message = f"{len(alike)} of {len(batch.told)} articles have one title: {shown[:80]}"
    return Suspicion("same-title", message, alike, True, short_hash(title))


def _wall(batch: Batch) -> Suspicion | None:
    """Several short texts that say what stands in place of articles."""
    short = [one for one in batch.told if one.words <= SHORT]
    if len(short) < SOME:
        return None
    walls = tuple(
        one
        for one in short
        if batch.is_wall(one.reading.article.title, one.reading.article.text[:2_000])
    )
    if len(walls) < SOME or 2 * len(walls) < len(short):
        return None
    message = (
        f"{len(walls)} of {len(batch.told)} articles say what log-in, consent and error pages say"
    )
    return Suspicion("wall", message, walls, True)


# By what is on record


def _shrunk(batch: Batch) -> Suspicion | None:
    """Entries whose text is nearly gone: several, or all that changed where these are two."""
    changed = [one for one in batch.told if one.before is not None]
    shrunk = tuple(one for one in changed if _has_shrunk(one))
    if len(shrunk) < SOME and not (len(shrunk) == len(changed) == 2):
        return None
    message = f"{len(shrunk)} of {len(changed)} articles that changed have lost four fifths of it"
    return Suspicion("shrunk", message, shrunk)


def _has_shrunk(one: Told) -> bool:
    if one.before is None:
        return False
    words = count_words(one.before.text)
    return words >= LONG and one.words < SHRUNK * words


# By what the source was like


def _thin(batch: Batch, baseline: Baseline, now: datetime) -> Suspicion | None:
    """New articles of a few words, where not one of ten had so few."""
    new = batch.new
    if len(new) < AT_LEAST or len(baseline.words) < LEARNT:
        return None
    usual, now_ = median(baseline.words), median(one.words for one in new)
    fewest = sorted(baseline.words)[len(baseline.words) // 10]
    if usual < LONG or now_ >= SHRUNK * usual or max(one.words for one in new) >= fewest:
        return None
    message = f"{len(new)} new articles have {now_:.0f} words, where {usual:.0f} are usual"
    return Suspicion("thin", message, tuple(new))


def _links(batch: Batch, baseline: Baseline, now: datetime) -> Suspicion | None:
    """New articles that are lists of links."""
    new = batch.new
    if len(new) < AT_LEAST or len(baseline.linked) < LEARNT:
        return None
    most = sorted(baseline.linked)[len(baseline.linked) * 9 // 10]
    share = median(one.linked for one in new)
    if share < 0.5 or most > 0.25:
        return None
    message = f"{share:.0%} of {len(new)} new articles are links, where {most:.0%} was much"
    return Suspicion("links", message, tuple(new))


def _unknown(batch: Batch, baseline: Baseline, now: datetime) -> Suspicion | None:
    """A listing of which nothing is known, though it is as long as ever and time was short.

    Where a site publishes so much that what was known has scrolled off, or nobody looked for long,
    that is as it should be.
    """
    if len(baseline.overlap) < LEARNT_BATCHES or batch.fresh < AT_LEAST or batch.overlap > 0:
        return None
    usual = median(baseline.listed)
    least = sorted(baseline.overlap)[len(baseline.overlap) // 10]
    if least < OVERLAP or not 0.5 * usual <= batch.listed <= 2 * usual:
        return None
    if batch.listed <= baseline.expected(now):
        return None
    message = (
        f"none of the {batch.listed} articles that are listed is known, where "
        f"{least:.0%} were at each look before"
    )
    return Suspicion("unknown", message, tuple(batch.new))


def _all_now(batch: Batch, baseline: Baseline, now: datetime) -> Suspicion | None:
    """New articles all of which say that they were published the moment they were asked for."""
    dated = [one for one in batch.new if is_dated(one)]
    fresh = tuple(one for one in dated if is_now(one, now))
    if len(fresh) < AT_LEAST or len(fresh) < MOST * len(batch.new):
        return None
    if len(baseline.at_once) < LEARNT or sum(baseline.at_once) > 0.1 * len(baseline.at_once):
        return None
    message = f"{len(fresh)} of {len(batch.new)} new articles are dated to the moment of the look"
    return Suspicion("now", message, tuple(batch.new))


def _foreign(batch: Batch, baseline: Baseline, now: datetime) -> Suspicion | None:
    """New articles all on one server that none before was on. Of a source that leads to many
    servers, another one is nothing new; articles that have moved are known by what they say."""
    new = [one for one in batch.new if one.host]
    host, alike = _commonest(new, lambda one: _site(one.host))
    known = {_site(host) for host in baseline.hosts}
    if len(alike) < AT_LEAST or len(alike) < MOST * len(batch.new) or len(baseline.words) < LEARNT:
        return None
    if not known or len(known) > 2 or host in known | set(map(_site, batch.hosts)):
        return None
    message = f"{len(alike)} new articles are at {host}, where none was before"
    return Suspicion("foreign", message, alike, False, short_hash(host))


_SIGNS = (_thin, _links, _unknown, _all_now, _foreign)


def _site(host: str) -> str:
    """The last two labels: www.example.org and m.example.org are one site."""
    return ".".join(host.split(".")[-2:])


def _commonest(told: Sequence[Told], said: Callable[[Told], str]) -> tuple[str, tuple[Told, ...]]:
    counted = Counter(map(said, told)).most_common(1)
    what = counted[0][0] if counted else ""
    return what, tuple(one for one in told if said(one) == what) if counted else ()
