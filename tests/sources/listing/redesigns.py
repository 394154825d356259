"""Redesigns of a listing: the same articles built otherwise, and pages on which they are gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

ADDRESS = "https://site.example/news/"
_WORDS = (
    "harbour river tram bridge market museum choir valley island station library census ferry "
    "orchard quarry lantern meadow chapel windmill festival reservoir cabinet archive brewery"
).split()


class Story(NamedTuple):
    """An article: the place where it is linked, and its title."""

    path: str
    title: str


STORIES = tuple(
    Story(
        f"/news/2026/{number}-{word}",
        f"What the {word} of the town means to {number} people",
    )
    for number, word in enumerate(_WORDS, 100)
)
"""The newest first. Those from `KNOWN` on are on record, and 12 are shown at a time."""
KNOWN, SHOWN = 2, 12
Build = Callable[[Sequence[Story]], str]

MENU = (
    "<div class='menu'><a href='/'>Home</a><a href='/c/1'>Town and country</a>"
    "<a href='/c/2'>Culture</a><a href='/about'>Who we are and what we do</a></div>"
)
FOOT = "<div class='foot'><a href='/imprint'>Imprint</a><a href='/terms'>Terms of use</a></div>"
EVENTS = "".join(
    f"<div class='entry'><h3><a href='/events/{n}'>An evening of music number {n}</a></h3></div>"
    for n in range(10)
)


def page(body: str) -> str:
    return f"<html lang='en'><body>{MENU}<div class='main-column'>{body}</div>{FOOT}</body></html>"


def items(form: str, stories: Sequence[Story]) -> str:
    return "".join(
        form.format(path=s.path, title=s.title, n=n, hash=f"x{n * 7919 % 99991:05}q")
        for n, s in enumerate(stories)
    )


def _each(form: str, around: str = "{}") -> Build:
    return lambda stories: page(around.replace("{}", items(form, stories)))


OLD = _each(
    "<div class='entry'><h3><a href='{path}'>{title}</a></h3><p class='when'>{n} May 2026</p>"
    "</div>",
    "<div class='list'>{}</div>",
)
SELECTORS = {"item": "div.list div.entry", "link": "h3 a", "date": ".when"}
_SIDE = "<div class='box'><h4>Dates</h4>" + EVENTS + "</div>"

ALIVE: dict[str, Build] = {
    "other names": _each("<div class='story'><h2><a href='{path}'>{title}</a></h2></div>"),
    "hashed names": _each(
        "<div class='css-1x{n}q e1k3'><a class='sc-bdVaJa' href='{path}'><span>{title}</span></a>"
        "</div>",
        "<section class='css-9zz1x'>{}</section>",
    ),
    "modules": _each(
        "<div class='Card_root__x3Yz9'><a class='Card_link__qq1Za' href='{path}'>{title}</a></div>"
    ),
    "wrappers": _each(
        "<div><div class='outer'><div class='inner'><h3><a href='{path}'>{title}</a></h3></div>"
        "</div></div>"
    ),
    "articles": _each("<article><h2><a href='{path}'>{title}</a></h2><p>Text.</p></article>"),
    "rows of a table": _each(
        "<tr><td>{n} May</td><td><a href='{path}'>{title}</a></td></tr>", "<table>{}</table>"
    ),
    "a plain list": _each("<li><a href='{path}'>{title}</a></li>", "<ul>{}</ul>"),
    "cards that are links": _each(
        "<a class='card' href='{path}'><img src='/{n}.jpg'><h4>{title}</h4><p>Text.</p></a>"
    ),
    "definitions": _each("<dt>{n} May</dt><dd><a href='{path}'>{title}</a></dd>", "<dl>{}</dl>"),
    "the other order": lambda stories: ALIVE["other names"](stories[::-1]),
    "a picture first": _each(
        "<div class='teaser'><a href='{path}'><img src='/{n}.jpg' alt=''></a><h2><a href='{path}'>"
        "{title}</a></h2><a href='/by/ann'>Ann Miller of the harbour</a></div>"
    ),
    "a lead story": lambda stories: page(
        items("<section class='lead'><h1><a href='{path}'>{title}</a></h1></section>", stories[:1])
        + items("<div class='row2'><h3><a href='{path}'>{title}</a></h3></div>", stories[1:])
    ),
    "events of the old name": lambda stories: page(
        items("<div class='story'><h2><a href='{path}'>{title}</a></h2></div>", stories) + _SIDE
    ),
    "events before": lambda stories: page(
        _SIDE + items("<li class='piece'><a href='{path}'>{title}</a></li>", stories)
    ),
    "most read beside": lambda stories: page(
        items("<li class='piece'><a href='{path}'>{title}</a></li>", stories)
        + "<h4>Most read</h4><ol>"
        + items("<li><a href='{path}'>{title}</a></li>", stories[5:10])
        + "</ol>"
    ),
    "other addresses": lambda stories: ALIVE["other names"](
        [Story(s.path.replace("/news/2026/", "/artikel/"), s.title) for s in stories]
    ),
    "half as many": lambda stories: ALIVE["other names"](stories[:8]),
    "two columns": lambda stories: page(
        "<div class='left'>" + items("<p class='t'><a href='{path}'>{title}</a></p>", stories[::2])
        + "</div><div class='right'>"
        + items("<p class='t'><a href='{path}'>{title}</a></p>", stories[1::2]) + "</div>"
    ),
}  # fmt: skip

_ROW = "<li><a href='{path}'>{title}</a></li>"

GONE: dict[str, Build] = {
    "emptied": lambda stories: page("<div class='list'><p>There is nothing here yet.</p></div>"),
    "another list": lambda stories: page(f"<div class='news'>{EVENTS}</div>"),
    "a log-in": lambda stories: page(
        "<form action='/login' method='post'><h1>Please log in to continue</h1><input name='user'>"
        "<input type='password' name='password'><button>Log in</button></form>"
    ),
    "a search page": lambda stories: page(
        "<form action='/search'><input name='q'></form><p>Enter what you look for.</p>"
    ),
    "only what is read most": lambda stories: page(
        f"<div class='news'>{EVENTS}</div><h4>Most read</h4><ol>{items(_ROW, stories[3:9])}</ol>"
    ),
    "only what is read most, in an aside": lambda stories: page(
        f"{EVENTS}<aside><ul>{items(_ROW, stories[2:10])}</ul></aside>"
    ),
    "a few in a box": lambda stories: page(
        f"{EVENTS}<div class='box'><h4>Lately</h4><ul>{items(_ROW, stories[2:7])}</ul></div>"
    ),
    "an archive of old ones": lambda stories: page(f"<ul>{items(_ROW, STORIES[14:])}</ul>"),
    "shuffled among others": lambda stories: page(
        "".join(
            items(_ROW, [story])
            + "".join(f"<li><a href='/shop/{n}-{k}'>Buy this and that</a></li>" for k in range(2))
            for n, story in enumerate(stories)
        )
    ),
    "one article": lambda stories: page(
        f"<h1>{stories[3].title}</h1>" + "<p>" + "It was a long day in the town. " * 40 + "</p>"
        + "<div class='related'><h4>Related</h4>" + items(_ROW, stories[4:9]) + "</div>"
    ),
    "not found": lambda stories: page("<h1>404</h1><p>This page does not exist any more.</p>"),
    "a shop": lambda stories: page(
        "".join(f"<div class='entry'><h3><a href='/p/{n}'>Rope of {n} metres, navy</a></h3>"
                "<b>£4</b></div>" for n in range(12))
    ),
    "other articles altogether": lambda stories: page(
        items("<div class='entry'><h3><a href='{path}'>{title}</a></h3></div>",
              [Story(f"/news/2026/9{n}-new", f"Another piece of news that is number {n}")
               for n in range(12)])
    ),
    "sections": lambda stories: page(
        "".join(f"<div class='tile'><a href='/c/{n}'>Section number {n} of it</a></div>"
                for n in range(9))
    ),
    "scripts": lambda stories: page("<div id='app'></div><script src='/app.js'></script>"),
    "a footer of news": lambda stories: page(EVENTS).replace(
        "</body>", f"<footer><ul>{items(_ROW, stories[2:10])}</ul></footer></body>"
    ),
    "a menu of news": lambda stories: page(EVENTS).replace(
        "<div class='menu'>", f"<nav><ul>{items(_ROW, stories[2:10])}</ul></nav><div class='menu'>"
    ),
    "a parked name": lambda stories: page(
        "<h1>site.example is for sale</h1>"
        + "".join(f"<p><a href='/r?k={n}'>Cheap flights and hotels {n}</a></p>" for n in range(8))
    ),
}  # fmt: skip
