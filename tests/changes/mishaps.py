"""What befalls sites that no reader should see: each as the listing and articles it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.changes.histories import HOUR, START, Story, World

LOGIN = (
    "Please log in to continue",
    "Checking your browser before accessing",
    "Page not found",
    "You need to be logged in to view this page",
)
"""As pages say it, each with words that differ."""


def one_text(world: World) -> list[Story]:
    """Each address shows the same, such as a wall that nobody knows."""
    words = world.words(60)
    for story in world.stories[: world.window]:
        story.words, story.picture, story.sound = words, "", ""
    return world.listed()


def one_title(world: World) -> list[Story]:
    """The name of the site stands where titles did."""
    shown = _new(world, 5) + _known(world, 5)
    for story in shown:
        story.title = "Example News"
    return shown


def shrunk(world: World) -> list[Story]:
    """Of each article a line is left, of old and new ones."""
    for story in world.stories[: world.window]:
        story.words = story.words[: max(3, min(12, len(story.words) // 8))]
    return world.listed()


def log_in(world: World) -> list[Story]:
    """Each address says, in its own words, that one has to log in, or that it is not there."""
    for n, story in enumerate(world.stories[: world.window]):
        story.words = [*LOGIN[n % len(LOGIN)].split(), *world.random.choices(story.words, k=12)]
    return world.listed()


def another_site(world: World) -> list[Story]:
    """The listing has as many articles as ever, and none of them was ever seen."""
    return _new(world, world.window)


def of_this_moment(world: World) -> list[Story]:
    """Dates are those of the moment of asking, and each article is taken for a new one."""
    shown = _new(world, max(6, world.window // 2))
    for story in shown:
        story.published = world.now + timedelta(seconds=world.random.uniform(0, 30))
    return shown + _known(world, len(shown))


def elsewhere(world: World) -> list[Story]:
    """Links lead to another server."""
    shown = _new(world, max(6, world.window // 2))
    for story in shown:
        story.host = "parked.example.com"
    return shown + _known(world, len(shown))


def menus(world: World) -> list[Story]:
    """What is taken for the articles are lists of links."""
    shown = _new(world, 6)
    for story in shown:
        story.linked = world.random.uniform(0.7, 1)
    return shown + _known(world, 6)


def teasers(world: World) -> list[Story]:
    """New articles are cut off after some words."""
    shown = _new(world, 6)
    for story in shown:
        story.words = story.words[: world.random.randint(6, 14)]
    return shown + _known(world, 6)


def _new(world: World, count: int) -> list[Story]:
    """Articles that were published since the last look."""
    moments = [world.now - world.random.uniform(0.3, 3) * HOUR for _ in range(count)]
    return [world.story(moment if world.dated else START) for moment in moments]


def _known(world: World, less: int) -> list[Story]:
    """What was listed before, without as many as others take the place of."""
    known = [one for one in world.stories if one.number in world.record]
    return known[: max(0, world.window - less)]


MISHAPS: dict[str, Callable[[World], list[Story]]] = {
    each.__name__: each
    for each in (
        one_text,
        one_title,
        shrunk,
        log_in,
        another_site,
        of_this_moment,
        elsewhere,
        menus,
        teasers,
    )
}
