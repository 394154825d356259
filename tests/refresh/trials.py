"""What is tried with each form of misbehaviour, and what must hold whatever comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from feeder.models import Entry, Outcome
from tests.refresh.misbehaviours import Form, Forms
from tests.refresh.room import Room
from tests.refresh.stands import DEADLINE, SLACK, Ended, Stand, Stands, stands
from tests.site.behaviour import Door
from tests.site.blog import Story
from tests.site.redirects import Redirect

SOON = timedelta(minutes=10)
LATER = timedelta(hours=8)
"""After which an article that is seven hours old is looked at again; the next two come in 14."""
PAGES_OF_A_KIND = ("listing", "sitemap", "teasers")
"""The kinds whose articles are on pages of their own."""
Named = tuple[str, Form]


def at_fronts(room: Room, forms: Forms, kinds: Iterable[str], *, each: int, articles: int) -> None:
    """Each form at the own addresses of sources of all kinds, which worked before and do after."""
    with stands(room, kinds, each, articles=articles) as made:
        for chunk in _chunks(forms, each):
            before, published = made.entries, made.published
            tried = list(_paired(made, chunk))
            for stand, (_, form) in tried:
                stand.misbehave(form.behaviour)
            ended = made.round()
            after, shown = made.entries, made.published
            for stand, (name, form) in tried:
                told = f"{name} for a {stand.kind}: {ended[stand.name].outcome}"
                assert _is_named(ended[stand.name], form), told
                assert _kept(before[stand.name], after[stand.name]), told
                if not ended[stand.name].outcome.new:
                    assert _without_port(shown[stand.name], stand) == published[stand.name], told
                stand.mend()
            # What was published stays as it is, but for what is new or was at a door's address.
            made.publishes = any(isinstance(form.behaviour, Door) for _, form in chunk) or any(
                each.outcome.new for each in ended.values()
            )
            for name, mended in made.round(patient=True).items():
                assert mended.outcome.failure is None, (name, mended)
                assert mended.outcome.changed == 0, (name, mended)
            made.publishes = True


def at_hosts_that_want_to_be_left_alone(room: Room, forms: Forms) -> None:
    """Each form at the own address of a source: nothing is lost, and nobody asks again."""
    with stands(room, ["listing"], len(forms), articles=3) as made:
        before, published = made.entries, made.published
        tried = list(_paired(made, list(forms.items())))
        for stand, (_, form) in tried:
            stand.misbehave(form.behaviour)
        ended = made.round()
        for stand, (name, form) in tried:
            assert _is_named(ended[stand.name], form), (name, ended[stand.name])
            stand.mend()
            stand.site.forget()
        again = made.round(patient=True)
        for stand, (name, _) in tried:
            is_left_alone = ended[stand.name].kind == "wait"
            assert again[stand.name].kind == ("wait" if is_left_alone else ""), name
            assert bool(stand.site.requests) != is_left_alone, name
        assert (made.entries, made.published) == (before, published)


def at_articles(room: Room, forms: Forms, *, each: int) -> None:
    """Each form at the address of a new article, and then at that of one that is on record."""
    with stands(room, PAGES_OF_A_KIND, each, articles=3) as made:
        made.publishes = False  # what is on record tells as much, in half of the time
        for chunk in _chunks(forms, each):
            _try_articles(made, list(_paired(made, chunk)))


def _try_articles(made: Stands, tried: list[tuple[Stand, Named]]) -> None:
    bad, good = _publish(tried)
    for stand, (_, form) in tried:
        _misbehave_at(stand, bad[stand.name], form)
    before = made.entries
    ended = made.round(good[tried[0][0].name].published + SOON - made.clock)
    after = made.entries
    for stand, (name, form) in tried:
        told = f"{name} at an article of a {stand.kind}: {ended[stand.name].outcome}"
        outcome = ended[stand.name].outcome
        assert outcome.failure is None, told
        assert _in_time(ended[stand.name]), told
        assert _kept(before[stand.name], after[stand.name]), told
        texts = {entry.url: entry.text for entry in after[stand.name]}
        assert stand.base + good[stand.name].path in texts, told
        _assert_nothing_made(stand, bad[stand.name], texts, outcome, form, told)
        stand.blog.replaced.clear()
        _misbehave_at(stand, good[stand.name], form)
    _look_again(made, tried, bad, good)


def _assert_nothing_made(
    stand: Stand,
    story: Story,
    texts: dict[str | None, str],
    outcome: Outcome,
    form: Form,
    told: str,
) -> None:
    """No entry, or one of what the feed itself tells; and why."""
    (fault,) = outcome.faults
    assert fault.kind in form.kinds, told
    assert fault.address.endswith(story.path), told
    if stand.kind == "teasers" and outcome.new == 2:
        assert "only what its listing tells" in fault.message, told
        assert texts[stand.base + story.path].removesuffix("…").strip() in story.paragraphs[0], told
    else:
        assert outcome.new == 1, told


def _look_again(
    made: Stands, tried: list[tuple[Stand, Named]], bad: dict[str, Story], good: dict[str, Story]
) -> None:
    """What was bad is mended, and what is on record misbehaves as it is looked at again."""
    before = made.entries
    for stand, _ in tried:
        stand.site.forget()
    ended = made.round(LATER)
    after = made.entries
    for stand, (name, form) in tried:
        outcome, looked_at = ended[stand.name].outcome, good[stand.name].path
        told = f"{name} at the second look at an article of a {stand.kind}: {outcome}"
        assert any(path.endswith(looked_at) for path in stand.site.paths), told
        assert outcome.failure is None, told
        # Whether a word is said of a page whose entry is whole is another matter.
        assert {fault.kind for fault in outcome.faults} <= form.kinds, told
        assert all(fault.address.endswith(looked_at) for fault in outcome.faults), told
        kept = [e for e in before[stand.name] if e.url != stand.base + bad[stand.name].path]
        assert _kept(kept, after[stand.name]), told
        whole = "\n\n".join(bad[stand.name].paragraphs)
        assert whole in [entry.text for entry in after[stand.name]], told
        stand.mend()


def at_robots(room: Room, forms: Forms) -> None:
    """Each form at robots.txt, of which nothing was known before."""
    kinds = ("listing", "feed")
    each = -(-len(forms) // len(kinds))
    with stands(room, kinds, each, articles=2, more="[fetch]\nrobots = false\n") as made:
        before, published = made.entries, made.published
        tried = list(zip(made.all, forms.items(), strict=False))
        for stand in made.all:
            stand.mend()
        for stand, (_, form) in tried:
            _misbehave_at(stand, "robots.txt", form)
            stand.blog.publish()
        ended = made.round(timedelta(hours=8))
        after = made.entries
        for stand, (name, form) in tried:
            told = f"{name} at robots.txt: {ended[stand.name]}"
            failure = ended[stand.name].outcome.failure
            assert _in_time(ended[stand.name]), told
            assert failure is None or failure.kind in form.kinds | {"robots"}, told
            assert ended[stand.name].outcome.new == (failure is None), told
            assert _kept(before[stand.name], after[stand.name]), told
            if failure is not None:
                assert "robots" in failure.message + failure.advice or failure.kind != "robots"
                assert made.published[stand.name] == published[stand.name], told
                assert not [path for path in stand.site.paths[-1:] if path != "/robots.txt"], told
            stand.mend()
        for name, mended in made.round(patient=True).items():
            assert mended.outcome.failure is None, (name, mended)


def _chunks(forms: Forms, each: int) -> Iterator[list[Named]]:
    """So many forms at a time, and those together that wait for a deadline."""
    named = sorted(forms.items(), key=lambda item: "timeout" not in item[1].kinds)
    return (named[start : start + each] for start in range(0, len(named), each))


def _paired(made: Stands, chunk: list[Named]) -> Iterator[tuple[Stand, Named]]:
    """Each form with one stand of each kind."""
    for kind in dict.fromkeys(stand.kind for stand in made.all):
        yield from zip(made.of(kind), chunk, strict=False)


def _publish(tried: list[tuple[Stand, Named]]) -> tuple[dict[str, Story], dict[str, Story]]:
    """Two new articles at each stand."""
    bad = {stand.name: stand.blog.publish() for stand, _ in tried}
    return bad, {stand.name: stand.blog.publish() for stand, _ in tried}


def _misbehave_at(stand: Stand, place: Story | str, form: Form) -> None:
    path = place if isinstance(place, str) else place.path
    behaviour = form.behaviour
    if isinstance(behaviour, Door):  # at a port of its own, to which somebody has to lead
        behaviour = Redirect(stand.site.at("/", behaviour))
    stand.misbehave(behaviour, path)


def _is_named(ended: Ended, form: Form) -> bool:
    """One name for the whole, or names for what is bad in it; and in time."""
    faults = [fault.kind for fault in ended.outcome.faults]
    return ended.kind in form.kinds and "bug" not in faults and _in_time(ended)


def _in_time(ended: Ended) -> bool:
    """Two requests may run into their deadlines: robots.txt, and a page."""
    return ended.seconds < 2 * DEADLINE + SLACK


def _kept(before: list[Entry], after: list[Entry]) -> bool:
    return all(entry in after for entry in before)


def _without_port(document: bytes, stand: Stand) -> bytes:
    """A document in which the source is where it was, though a door has a port of its own."""
    own = stand.site.url("/").encode()
    return document.replace(stand.base.encode(), own)
