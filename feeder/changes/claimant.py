"""One article of a batch that claims entries on record, and what speaks for it.

What is taken for another article by mistake is shown twice; what is taken for an entry that it is
not overwrites that. So where a key proves nothing alone, title, date and words have to agree too.
"""

from __future__ import annotations

from datetime import datetime

from feeder.changes.identity import Reading, keys_of, listed_address
from feeder.changes.likeness import like_text, like_title, same_date, same_title
from feeder.models import Key, KeyKind, Known

LONG_ENOUGH = 500
"""Characters of text by which alone an article of the web is known at another address. Shorter ones
may be what a site says in place of many ("Access denied", "Watch the stream here"). Of 759 pages of
the corpora 13 have less."""


class Claimant:
    """One reading, its keys as far as it has a right to them, and what it turns out to be.

    `places` are where it lies or is listed. `owner` is the entry on record that it is, `copy_of`
    the address or id of what it says again.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.keys = keys_of(reading)
        self.owner: Known | None = None
        self.copy_of: str | None = None
        self.is_file = any(key.kind == "path" for key in self.keys)
        self._listed = listed_address(reading)
        self.places = frozenset((*self.of_kind("path"), *self.listed()))

    @property
    def address(self) -> str:
        """Where it was read from."""
        return self.reading.address

    @property
    def content(self) -> Key:
        """The fingerprint of what it says."""
        return self.keys[-1]

    @property
    def is_telling(self) -> bool:
        """Whether what it says is of this article alone."""
        return self.is_file or len(self.reading.article.text) >= LONG_ENOUGH

    @property
    def says(self) -> tuple[str, datetime | None]:
        """What two of a batch have in common that are one: words, and of few words the date."""
        date = None if self.is_telling else self.reading.article.published
        return self.content.value, date and date.replace(second=0, microsecond=0)

    def of_kind(self, *kinds: KeyKind) -> tuple[Key, ...]:
        """Its keys of these kinds."""
        return tuple(key for key in self.keys if key.kind in kinds)

    def listed(self) -> tuple[Key, ...]:
        """The address under which it is listed."""
        return tuple(key for key in self.of_kind("url") if key == self._listed)

    def further(self) -> tuple[Key, ...]:
        """Its other addresses."""
        return tuple(key for key in self.of_kind("url") if key != self._listed)

    def forget(self, key: Key) -> None:
        """Give up a key that is another's, or nobody's."""
        self.keys = tuple(each for each in self.keys if each != key)

    def is_near(self, record: Known) -> tuple[bool, ...]:
        """How much speaks for an entry: of several claimants, the nearest has it."""
        article, entry = self.reading.article, record.entry
        return (
            any(key in record.keys for key in self.of_kind("path")),
            any(key in record.keys for key in self.listed()),
            self.content.value == record.material,
            bool(same_title(article, entry)),
            bool(same_date(article, entry)),
        )

    def is_like(self, record: Known) -> tuple[bool, ...]:
        """How much it says the same as an entry."""
        article, entry = self.reading.article, record.entry
        return (
            self.content.value == record.material,
            like_text(article, entry),
            bool(same_title(article, entry)),
            bool(same_date(article, entry)),
        )

    def tells(self, record: Known) -> bool:
        """Whether it says enough to be known by words, or at least has the entry's date."""
        return self.is_telling or same_date(self.reading.article, record.entry) is True

    def is_one_with(self, record: Known) -> bool:
        """Whether title and date are the entry's; where one of them is not, the words decide."""
        article, entry = self.reading.article, record.entry
        signs = {same_title(article, entry), same_date(article, entry)}
        return signs == {True} or (signs != {False} and like_text(article, entry))

    def reuses_name_of(self, record: Known) -> bool:
        """Whether it is another article than the one with its guid: title, address and date all
        differ. Where one of them is not known, the words have to differ as well."""
        article, entry = self.reading.article, record.entry
        signs = (
            like_title(article, entry),
            self._has_address_of(record),
            same_date(article, entry),
        )
        if any(signs):
            return False
        return None not in signs or not like_text(article, entry)

    def _has_address_of(self, record: Known) -> bool | None:
        """None also where they meet only at an address to which many may be led."""
        theirs = {key for key in record.keys if key.kind == "url"}
        if theirs.intersection(self.listed()):
            return True
        return None if not (theirs and self.listed()) or theirs.intersection(self.keys) else False
