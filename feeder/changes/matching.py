"""Which entry on record each article of a batch is.

Decided for the whole batch at once, one kind of key after the other, so that two files that swapped
their names, or two articles that claim one guid, come out the same whatever their order. What sites
hand out is doubted: a guid may be used again, and any number of pages may give one address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from feeder.changes.claimant import Claimant
from feeder.changes.identity import Reading
from feeder.changes.likeness import like_text, same_date
from feeder.models import Key, KeyKind, Known
from feeder.urls import address_key, resolve

_KeysFor = Callable[[Claimant], Iterable[Key]]
_May = Callable[[Claimant, Known], bool]


class Claims:
    """Who of a batch is which entry on record: `claimants`, in the order of their addresses."""

    def __init__(
        self,
        readings: Sequence[Reading],
        known: Mapping[Key, Known],
        elsewhere: Collection[str],
    ) -> None:
        self.claimants = [Claimant(each) for each in sorted(readings, key=lambda r: r.address)]
        self._known = known
        self._elsewhere = elsewhere
        self._taken: set[str] = set()
        self._part_addresses()
        self._part_stories()
        self._claim(lambda claimant: claimant.of_kind("id"), self._by_name)
        self._part_names("id")
        self._claim(lambda claimant: claimant.of_kind("guid"), self._by_name)
        self._part_names("guid")
        self._claim(Claimant.listed, self._by_listed)
        self._claim(Claimant.further, self._by_further)
        self._claim(lambda claimant: (claimant.content,), self._by_content)
        self._claim(lambda claimant: claimant.of_kind("story"), self._by_story)
        self._claim(lambda claimant: claimant.of_kind("path"), self._by_path)
        self._find_copies()
        self._leave_keys()

    def _claim(self, keys_for: _KeysFor, may: _May) -> None:
        """Give entries to those who claim them by one kind of key, the nearest first."""
        pairs = [
            (
                tuple(not sign for sign in claimant.is_near(record)),
                claimant.address,
                claimant,
                record,
            )
            for claimant in self.claimants
            if claimant.owner is None
            for record in self._records(keys_for(claimant))
            if record.entry.id not in self._taken and may(claimant, record)
        ]
        for *_, claimant, record in sorted(pairs, key=lambda p: (*p[:2], p[3].entry.id)):
            if claimant.owner is None and record.entry.id not in self._taken:
                claimant.owner = record
                self._taken.add(record.entry.id)

    def _records(self, keys: Iterable[Key]) -> Iterator[Known]:
        return (self._known[key] for key in keys if key in self._known)

    def _by_name(self, claimant: Claimant, record: Known) -> bool:
        if self._is_held(record, claimant):
            return False
        return claimant.is_file or not (
            claimant.reuses_name_of(record) or self._is_misnamed(claimant, record)
        )

    def _is_misnamed(self, claimant: Claimant, record: Known) -> bool:
        """Whether it says what another entry says, the one at its address: two had one name."""
        others = [each for each in self._records(claimant.listed()) if not _are_one(each, record)]
        return any(claimant.is_like(other) > claimant.is_like(record) for other in others)

    def _by_listed(self, claimant: Claimant, record: Known) -> bool:
        """One address is one article, unless it has a name that the entry has not: a show's page
        may be the address of all its episodes."""
        names = claimant.of_kind("id", "guid")
        known = any(name in record.keys or _as_address(name) in record.keys for name in names)
        return not names or known or claimant.is_one_with(record)

    def _by_further(self, claimant: Claimant, record: Known) -> bool:
        return not self._is_held(record, claimant) and _is_at_two(claimant, record)

    def _by_content(self, claimant: Claimant, record: Known) -> bool:
        """Before the path: names get shifted along (`news.1` becomes `news.2`), words do not."""
        same = record.material == claimant.content.value and not self._is_held(record, claimant)
        return same and claimant.tells(record)

    def _by_story(self, claimant: Claimant, record: Known) -> bool:
        return not self._is_held(record, claimant) and like_text(
            claimant.reading.article, record.entry
        )

    def _by_path(self, claimant: Claimant, record: Known) -> bool:
        """Not what has moved on to another path, nor a path that is used for another document."""
        theirs = {key for key in record.keys if key.kind in ("id", "guid")}
        ours = {*claimant.of_kind("id", "guid")}
        return not self._is_held(record, claimant) and not (theirs and ours and not theirs & ours)

    def _is_held(self, record: Known, claimant: Claimant) -> bool:
        """Whether it still lies, or is listed, where the claimant is not."""
        places = (key for key in record.keys if key.kind in ("path", "url"))
        return any(key.value in self._elsewhere for key in places if key not in claimant.places)

    def _sharing(self, keys_for: _KeysFor) -> Iterator[tuple[Key, list[Claimant]]]:
        """Keys with all who have them, where those are several."""
        sharing: dict[Key, list[Claimant]] = {}
        for claimant in self.claimants:
            for key in keys_for(claimant):
                sharing.setdefault(key, []).append(claimant)
        return ((key, several) for key, several in sharing.items() if len(several) > 1)

    def _part_addresses(self) -> None:
        """What several give as their address is that of the one listed there, or of none: some
        themes name the same page everywhere, and what is gone is often led to one page."""
        for key, several in self._sharing(lambda claimant: claimant.of_kind("url")):
            listed = {claimant for claimant in several if key in claimant.listed()}
            _forget(key, several, listed if _are_one_page(listed) else ())

    def _part_stories(self) -> None:
        for key, several in self._sharing(lambda claimant: claimant.of_kind("story")):
            if not _say_the_same(several):
                _forget(key, several, ())

    def _part_names(self, kind: KeyKind) -> None:
        """A name belongs to whose entry has it. Of files with a new one, the first has it; what a
        site gives to two articles at once names neither."""
        for claimant in self.claimants:
            for key in claimant.of_kind(kind):
                if any(self._is_held(record, claimant) for record in self._records((key,))):
                    claimant.forget(key)
        for key, several in self._sharing(lambda claimant: claimant.of_kind(kind)):
            record = self._known.get(key)
            having = {claimant for claimant in several if _are_one(claimant.owner, record)}
            _forget(key, several, having if record else _first_of(several))

    def _leave_keys(self) -> None:
        """Weak keys that lead to another entry stay with that, and strong ones where the article is
        an entry without them."""
        for claimant in self.claimants:
            weak = (*claimant.further(), *claimant.of_kind("story"))
            names = claimant.of_kind("id", "guid") if claimant.owner else ()
            for key in (*weak, *names):
                if any(not _are_one(record, claimant.owner) for record in self._records((key,))):
                    claimant.forget(key)

    def _find_copies(self) -> None:
        first: dict[object, str] = {}
        for claimant in sorted(self.claimants, key=lambda claimant: claimant.owner is None):
            same = [claimant.says, *claimant.listed()]
            if claimant.owner is None:
                told = next((first[each] for each in same if each in first), None)
                claimant.copy_of = told or self._told_on_record(claimant)
            if claimant.copy_of is None:
                for each in same:
                    first.setdefault(each, claimant.address)

    def _told_on_record(self, claimant: Claimant) -> str | None:
        said = self._known.get(claimant.content)
        if said is not None and self._is_said_again(claimant, said):
            return self._where(said, claimant)
        for record in self._records(claimant.further()):
            if self._is_held(record, claimant) and _is_at_two(claimant, record):
                return self._where(record, claimant)
        for record in self._records(claimant.of_kind("story")):
            if self._is_held(record, claimant) and like_text(
                claimant.reading.article, record.entry
            ):
                return self._where(record, claimant)
        return None

    def _is_said_again(self, claimant: Claimant, record: Known) -> bool:
        """Whether it is no article of its own: few words of another date are one, and so is what
        an entry said that says something else by now."""
        if record.material != claimant.content.value:
            return False
        if claimant.is_file:
            return True
        dated = same_date(claimant.reading.article, record.entry)
        return record.entry.id not in self._taken and (claimant.is_telling or dated is not False)

    def _where(self, record: Known, claimant: Claimant) -> str:
        paths = (key.value for key in record.keys if key.kind == "path")
        url = None if claimant.is_file else record.entry.url
        return next((path for path in paths if path in self._elsewhere), url or record.entry.id)


def _as_address(name: Key) -> Key | None:
    """A name as an address, if it is one: as such, it moves with its site to https."""
    address = resolve(name.value)
    return Key("url", address_key(address)) if address else None


def _are_one(one: Known | None, other: Known | None) -> bool:
    return one is not None and other is not None and one.entry.id == other.entry.id


def _is_at_two(claimant: Claimant, record: Known) -> bool:
    """Whether it is an entry that has another address: not one more page of few words."""
    return claimant.tells(record) and claimant.is_one_with(record)


def _forget(key: Key, several: Iterable[Claimant], keep: Collection[Claimant]) -> None:
    for claimant in several:
        if claimant not in keep:
            claimant.forget(key)


def _say_the_same(several: Iterable[Claimant]) -> bool:
    return len({claimant.says for claimant in several}) <= 1


def _are_one_page(several: Collection[Claimant]) -> bool:
    """Whether what is listed under one address is one article. A show's page is the address of all
    its episodes, whose names differ."""
    names = {claimant.of_kind("id", "guid") for claimant in several}
    return len(names - {()}) <= 1 or _say_the_same(several)


def _first_of(several: Sequence[Claimant]) -> set[Claimant]:
    """Who keeps a new name that several have: the first file; all, if they are one article."""
    if _say_the_same(several):
        return {*several}
    return {claimant for claimant in several[:1] if claimant.is_file}
