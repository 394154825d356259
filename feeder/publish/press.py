"""What all documents of one feed are published with, and which entries it may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

from feeder.config.settings import FeedSettings
from feeder.generator import Renderer
from feeder.models import Entry, Fault, FeedEntry, FormatLink
from feeder.outputs import Output
from feeder.publish.choosing import Choosing
from feeder.publish.compose import SourceLabel, compose
from feeder.store.store import Store
from feeder.urls import is_id


@dataclass(frozen=True, slots=True)
class Press:
    """What all documents of one feed are published with.

    `labels` are the feed's sources by name; with more than one, each entry tells where it is from.
    `public_url` is where the outputs' documents are served, with a slash at its end; `state` the
    folder in which locks are kept. `now` is for the record; of documents, only the day may decide
    which entries are in them. `formats` are the renderers of all of the feed's formats by kind,
    `stylesheet` the address of the one for feeds in XML, if an output has it.
    """

    settings: FeedSettings
    store: Store
    outputs: Sequence[Output]
    labels: Mapping[str, SourceLabel]
    public_url: str
    state: Path
    now: datetime
    formats: Mapping[str, Renderer] = field(default_factory=dict)
    stylesheet: str | None = None

    @property
    def day(self) -> datetime:
        """When the day began (UTC): what ages are counted from, so that bytes stand for a day."""
        return self.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def choosing(self) -> Choosing:
        """What its entries are chosen by."""
        return Choosing(self.settings, self.store, self.labels, self.day)

    @property
    def links(self) -> tuple[FormatLink, ...]:
        """Where the feed is, in each of its formats."""
        return tuple(
            FormatLink(kind, one.media_type, self.url(one, self.settings.name))
            for kind, one in self.formats.items()
        )

    def url(self, renderer: Renderer, name: str) -> str:
        """Where the document of that name is served in the renderer's format."""
        return self.public_url + renderer.path(name)

    def style(self, renderer: Renderer) -> str | None:
        """The address of the stylesheet, for what browsers show by one."""
        return self.stylesheet if "xml" in renderer.media_type else None

    def is_aged(self, entry: Entry) -> bool:
        """Whether it was published longer ago than the feed shows."""
        age = self.settings.max_age
        return age is not None and entry.published <= self.day - age


def chosen_entries(press: Press) -> Iterator[Entry]:
    """What the feed may show, the newest first, read as far as somebody asks."""
    chosen = press.choosing.entries(_pieces(press))
    return takewhile(lambda entry: not press.is_aged(entry), chosen)


def _pieces(press: Press) -> Iterator[Sequence[Entry]]:
    size = press.settings.max_entries
    piece = press.store.newest(press.labels, limit=size)
    while piece:
        yield piece
        if len(piece) < size:
            return
        piece = press.store.newest(press.labels, before=piece[-1], limit=size)


def composed(press: Press, entries: Iterable[Entry]) -> tuple[list[FeedEntry], tuple[Fault, ...]]:
    """Entries as readers are shown them, and those that no feed can have.

    Raises:
        PublishError: the sanitiser refuses the content of one; it names the entry.
    """
    taken, faults = list[Entry](), list[Fault]()
    for entry in entries:
        if is_id(entry.id):
            taken.append(entry)
        else:
            # It was never in a feed, since `check` would not have let it: it cannot vanish.
            faults.append(Fault("unpublishable", f"its id is no URI: {entry.id!r}", entry.id))
    places, combined = press.choosing.also_at(taken), len(press.labels) > 1
    shown = []
    for entry in taken:
        label = press.labels.get(entry.source) if combined else None
        made = compose(entry, label, press.settings)
        shown.append(replace(made, also_at=places.get(entry.id, ())) if places else made)
    return shown, tuple(faults)
