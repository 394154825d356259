"""Which entries a feed shows: the newest of its sources, filtered, and each article once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeder.config.settings import FeedSettings
from feeder.models import Attribution, Entry, Merge
from feeder.publish.compose import SourceLabel, elsewhere
from feeder.publish.filters import Wanted, wanted_by
from feeder.publish.merging import judge
from feeder.store.store import Store

_COMPARED = 500
"""Entries among which one article is looked for: a feed's worth many times over, some days of a
newsroom. What is older has left the front pages."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the choice for one feed is made by. `now` is rounded to the day by who asks."""

    settings: FeedSettings
    store: Store
    labels: Mapping[str, SourceLabel]
    now: datetime

    @property
    def merges(self) -> bool:
        """Whether one article of two sources is one entry."""
        return self.settings.merge and len(self.labels) > 1

    def entries(self, pieces: Iterator[Sequence[Entry]]) -> Iterator[Entry]:
        """Of all entries, the newest first, those that the feed shows."""
        wants = wanted_by(self.settings, self.now)
        for piece in pieces:
            wanted = [entry for entry in piece if wants(entry)]
            hidden = self._hidden(wanted, wants) if self.merges else frozenset[str]()
            yield from (entry for entry in wanted if entry.id not in hidden)

    def settle(self, now: datetime) -> None:
        """Judge the entries that are new to the feed. Its lock is held."""
        if not self.merges:
            return
        name, most = self.settings.name, max(_COMPARED, self.settings.max_entries)
        fresh = self.store.unjudged(name, self.labels, most)
        if not fresh:
            return
        shown = self.store.shown_in(name, self.labels, most)
        if not shown and self.store.has_published(name):
            # A feed that readers have already, of before there was merging: nothing leaves it.
            self.store.settle(name, fresh, (), now)
            return
        judged = judge(fresh, shown, self._text_of)
        self.store.settle(name, judged.shown, judged.merges, now)

    def also_at(self, entries: Sequence[Entry]) -> Mapping[str, tuple[Attribution, ...]]:
        """Where else the articles stand that are shown, by the entry's id."""
        if not self.merges:
            return {}
        places: dict[str, tuple[Attribution, ...]] = {}
        for merge in self.store.merged(self.settings.name, [entry.id for entry in entries]):
            label = self.labels.get(merge.entry.source)
            if label is not None:
                place = elsewhere(label, merge.entry.url)
                places[merge.into] = (*places.get(merge.into, ()), place)
        return places

    def _hidden(self, entries: Sequence[Entry], wants: Wanted) -> Collection[str]:
        """The ids of those that another entry stands for, as long as the feed has that."""
        ids = {entry.id for entry in entries}
        merged = [m for m in self.store.merged(self.settings.name, ids) if m.entry.id in ids]
        return {merge.entry.id for merge in merged if self._has(merge, wants)}

    def _has(self, merge: Merge, wants: Wanted) -> bool:
        standing_for = self.store.entry(merge.into)
        return (
            standing_for is not None and standing_for.source in self.labels and wants(standing_for)
        )

    def _text_of(self, id_: str) -> str:
        entry = self.store.entry(id_)
        return entry.text if entry else ""
