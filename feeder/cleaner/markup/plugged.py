"""Steps that plug-ins bring (entry points `feeder.steps`), each placed behind one of ours.

A plug-in's class says by `after` which step of ours it runs after, by `soup` whether it wants the
article as a BeautifulSoup tree (the default) or as lxml's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from lxml.html import tostring

from feeder import plugins
from feeder.cleaner.markup.tree import parse
from feeder.cleaner.markup.work import Work
from feeder.errors import FeederError, PluginError, UnforeseenError

GROUP = "feeder.steps"
PLACES = ("site-rules", "content", "furniture", "embeds", "images", "structure", "links")
"""The steps that a plug-in can name as the one before its own, in their order."""


def run_plugged(place: str, work: Work) -> None:
    """Run the plug-ins that stand behind one of our steps.

    Raises:
        PluginError: one cannot be loaded, or names no step.
        UnforeseenError: one failed.
    """
    for name, step in _placed().get(place, ()):
        try:
            if getattr(step, "soup", True):
                _with_soup(step, work)
            else:
                step(work)
        except FeederError:
            raise
        except Exception as error:  # a stranger's code may raise whatever it likes
            raise UnforeseenError(
                f"the step {name!r} failed: {type(error).__name__}: {error}",
                advice="uninstall the plug-in that brings it, or report it to its author",
            ) from error


def check_plugged() -> None:
    """Load the steps of all plug-ins.

    Raises:
        PluginError: one cannot be loaded, or names no step.
    """
    _placed()


@cache
def _placed() -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for name in plugins.names(GROUP):
        step = _made(name)
        place = getattr(step, "after", None)
        if place not in PLACES:
            raise PluginError(
                f"the step {name!r} wants to run after {place!r}; there is: {', '.join(PLACES)}"
            )
        found.setdefault(place, []).append((name, step))
    return found


def _made(name: str) -> Any:
    found = plugins.find(GROUP, name)
    try:
        return found()
    except Exception as error:  # a stranger's code may raise whatever it likes
        raise PluginError(f"the step {name!r} cannot be made: {error!r}") from error


def _with_soup(step: Any, work: Work) -> None:
    """Hand over the article as a soup and take back what the step made of it."""
    from bs4 import BeautifulSoup  # 60 ms to import, for those who want it

    soup = BeautifulSoup(str(tostring(work.body, encoding="unicode", with_tail=False)), "lxml")
    step(soup)
    root = parse(str(soup))
    made = None if root is None else root.find("body")
    if made is not None and len(made) == 1 and made[0].tag == work.body.tag:
        made = made[0]
    # In its place: facts and rules are still read from the page around it.
    del work.body[:]
    work.body.text = None if made is None else made.text
    work.body.extend([] if made is None else list(made))
