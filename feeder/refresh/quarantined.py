"""The guard of one refresh: what was read passes it, or is held back and kept.

decided → judged → let through, held for now, or refused for good
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feeder.changes.guard.baseline import Baseline, from_text, learn, to_text
from feeder.changes.guard.judge import Suspicion, judge
from feeder.changes.guard.told import Batch, Told, hosts_of, told_by
from feeder.models import Fault
from feeder.refresh.held import to_bytes
from feeder.refresh.passed import Passed, Reached, passing
from feeder.store.quarantine import Guarded, Quarantined, Reason
from feeder.store.store import Store

REPEATED = 3
"""Refreshes that bring the same before it is believed: a fault of a site's is mostly mended, or
another one, by the third time."""
APART = timedelta(hours=1)
"""Between the first of them and the last: what an upload or a cache does is over by then."""
ALIKE = 0.5
"""Share of the smaller batch that is in the larger one, for both to be the same."""
TITLES = 300
"""Titles on record that are looked at for one that a source uses again and again."""
_ADVICE = (
    "look with `feeder quarantine list`, then `release` or `drop` them; they are published by "
    "themselves if the next refreshes bring the same"
)
_ADVICE_INTRINSIC = "look with `feeder quarantine list`, then `release` or `drop` them"


@dataclass(slots=True)
class Gate:
    """What the guard knows of a source, for one refresh of it."""

    store: Store
    source: str
    now: datetime
    is_local: bool = False
    _baseline: Baseline | None = None
    _batches: list[Quarantined] = field(default_factory=list)
    _titles: list[str] | None = None
    _is_first: bool = False

    def judge(self, reached: Reached) -> Passed:
        """What passes of a part of the refresh."""
        told = told_by(reached.readings, reached.decision, reached.known, reached.listed)
        moved = any(change.kind == "retouched" for change in reached.decision.changes)
        if not (told or moved):
            return passing(reached)
        before = self._look()
        batch = self._batch(told, reached)
        found = judge(batch, before, self.now)
        held, batches = self._held(told, found)
        if held:
            return _without(reached, held, Guarded(batches=tuple(batches)))
        self._baseline = learn(before, batch, self.now)
        learnt = to_text(self._baseline) if self._baseline != before else None
        return passing(reached)._replace(noted=Guarded(learnt, tuple(batches)))

    def _batch(self, told: Sequence[Told], reached: Reached) -> Batch:
        new = {one.reading.address for one in told if one.before is None}
        return Batch(
            told,
            listed=len(reached.listed),
            fresh=len(new & reached.listed.keys()),
            is_first=self._is_first,
            is_local=self.is_local,
            titles=self._known_titles,
            is_wall=is_wall,
            hosts=hosts_of(reached.readings, reached.decision),
        )

    # What is held, and what it is on record as

    def _held(
        self, told: Sequence[Told], found: Sequence[Suspicion]
    ) -> tuple[dict[str, Quarantined], list[Quarantined]]:
        """The articles that do not pass, by address, each with its batch; and all batches that
        there is something to note of."""
        held: dict[str, Quarantined] = {}
        suspects = self._by_article(told, _suspects(told, found), held)
        suspects = self._by_subject(found, suspects, held)
        open_ = [batch for batch in self._batches if batch.status == "held"]
        marks = frozenset(mark for batch in open_ for mark in batch.marks)
        # What was held before is held again, however few are left.
        left = _with(suspects, [one for one in told if one.mark in marks])
        left = [one for one in left if one.reading.address not in held]
        if not left:
            return held, []
        made = self._on_record(left, found, open_)
        if made.status == "held":
            held |= {one.reading.address: made for one in left}
        return held, [made]

    def _by_article(
        self, told: Sequence[Told], suspects: Sequence[Told], held: dict[str, Quarantined]
    ) -> list[Told]:
        """The suspects of which nothing was decided before; what was dropped is held for good."""
        left = [*suspects]
        for batch in self._batches:
            again = [one for one in left or told if one.mark in batch.marks]
            if batch.status == "dropped":
                held |= {one.reading.address: batch for one in again}
            if batch.status in ("released", "confirmed", "dropped"):
                left = _but(left, again)
        return left

    def _by_subject(
        self,
        found: Sequence[Suspicion],
        suspects: Sequence[Told],
        held: dict[str, Quarantined],
    ) -> list[Told]:
        """The same, where a person has decided of what articles have in common, such as a text."""
        decided = {
            (reason.name, reason.subject): batch
            for batch in reversed(self._batches)
            if batch.status in ("released", "dropped")
            for reason in batch.reasons
            if reason.subject
        }
        left = [*suspects]
        for one in found:
            batch = decided.get((one.name, one.subject))
            if batch is not None:
                alike = [each for each in one.articles if each in left]
                left = _but(left, alike)
                if batch.status == "dropped":
                    held |= {each.reading.address: batch for each in alike}
        return left

    def _on_record(
        self, told: Sequence[Told], found: Sequence[Suspicion], open_: Sequence[Quarantined]
    ) -> Quarantined:
        marks = frozenset(one.mark for one in told)
        like = next((batch for batch in open_ if _alike(batch.marks, marks)), None)
        reasons = _reasons(found) or (like.reasons if like else _reasons_of(open_))
        kept = self.store.files.put(to_bytes(one.reading for one in told))
        made = Quarantined(
            id=like.id if like else 0,
            source=self.source,
            first_seen=like.first_seen if like else self.now,
            last_seen=self.now,
            times=like.times + (like.last_seen < self.now) if like else 1,
            status="held",
            reasons=reasons,
            articles=len(told),
            marks=marks,
            sha256=kept.sha256,
            size=kept.size,
        )
        is_confirmed = made.times >= REPEATED and made.last_seen - made.first_seen >= APART
        if is_confirmed and not any(reason.is_intrinsic for reason in reasons):
            return replace(made, status="confirmed", decided_at=self.now, sha256="", size=0)
        return made

    # What is known

    def _look(self) -> Baseline:
        # Those of an earlier part are on record by now.
        self._batches = self.store.quarantined(self.source)
        if self._baseline is None:
            self._baseline = from_text(self.store.baseline(self.source))
            self._is_first = not self.store.entries([self.source], 1)
        return self._baseline

    def _known_titles(self) -> Sequence[str]:
        if self._titles is None:
            self._titles = self.store.titles([self.source], TITLES)
        return self._titles


def is_wall(title: str, text: str) -> bool:
    """Whether a short text says what pages say that stand in place of an article."""
    # Only where there are several short texts; a third of a millisecond, and 10 ms to import.
    from feeder.sources.wall_look import same
    from feeder.sources.wall_signs import said, signs

    words, name = same(text), same(title)
    return any(
        said(words, signs(wall, "says").all) or name in signs(wall, "title").whole
        for wall in ("log-in", "challenge", "consent", "not found", "geo block", "maintenance")
    )


def _without(reached: Reached, held: Mapping[str, Quarantined], noted: Guarded) -> Passed:
    """All that is not held, and what is said of what is."""
    copies = {copy for copy, of in reached.decision.copies if of in held}
    refused = {address for address, batch in held.items() if batch.status == "dropped"}
    out = held.keys() | copies
    return Passed(
        tuple(change for change in reached.decision.changes if change.address not in out),
        # What was dropped is remembered as read; all else is read again.
        tuple(r for r in reached.resources if r.address not in out or r.address in refused),
        noted,
        [_fault(batch) for batch in noted.batches if batch.status == "held"],
        tuple(copy for copy in reached.decision.copies if copy[0] not in copies),
        len(held) - len(refused),
    )


def _fault(batch: Quarantined) -> Fault:
    why = "; ".join(reason.message for reason in batch.reasons)
    intrinsic = any(reason.is_intrinsic for reason in batch.reasons)
    message = f"{batch.articles} articles are held back: {why}"
    return Fault("quarantined", message, "", _ADVICE_INTRINSIC if intrinsic else _ADVICE)


def _suspects(told: Sequence[Told], found: Sequence[Suspicion]) -> list[Told]:
    about = {one.reading.address for each in found for one in each.articles}
    return [one for one in told if one.reading.address in about]


def _with(told: Sequence[Told], more: Sequence[Told]) -> list[Told]:
    return list({one.reading.address: one for one in (*told, *more)}.values())


def _but(told: Sequence[Told], these: Sequence[Told]) -> list[Told]:
    out = {one.reading.address for one in these}
    return [one for one in told if one.reading.address not in out]


def _reasons(found: Sequence[Suspicion]) -> tuple[Reason, ...]:
    return tuple(Reason(o.name, o.message, o.subject, o.is_intrinsic) for o in found)


def _reasons_of(batches: Sequence[Quarantined]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for batch in batches for reason in batch.reasons))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * min(len(one), len(other))
