"""Pages of articles as sites build them, with what stands around a text on each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from json import dumps

from tests.site.prose import Prose

Design = Callable[[int], str]

ADS = '<div class="ad"><p>Advertisement</p></div>'
SHARE = '<ul class="share"><li>Share this</li><li>Copy link</li></ul>'
RELATED = "<aside><h3>Related stories</h3>" + "".join(
    f"<p>{Prose(f'related {n}').headline()}</p>" for n in range(4)
)
RELATED += "</aside>"
COMMENTS = '<section id="comments"><h3>Leave a reply</h3>' + "".join(
    f"<p>{Prose(f'comment {n}').sentence()}</p>" for n in range(12)
)
COMMENTS += "</section>"
NAV = '<nav><a href="/">Home</a> <a href="/about">About us</a></nav>'
AROUND = ("Related stories", "Share this", "Leave a reply", "About us", "Advertisement")


def story(number: int) -> tuple[str, ...]:
    """The paragraphs of an article; the same number has the same."""
    return tuple(Prose(f"story {number}").story())


def text(number: int) -> str:
    """An article as it is on record."""
    return "\n\n".join(story(number))


def paragraphs(number: int) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in story(number))


def page(body: str) -> str:
    return f"<!doctype html><html><head><title>News</title></head><body>{NAV}{body}</body></html>"


def blocks(number: int) -> str:
    return page(
        f'<div class="article"><h1>Story {number}</h1>{SHARE}<div class="article__body">'
        f'{paragraphs(number)}</div><div class="article__foot">{RELATED}{COMMENTS}</div></div>'
    )


def modules(number: int) -> str:
    return page(
        f'<main class="Layout_main__x81Kq"><div class="Head_root__1"><h1>Story {number}</h1></div>'
        f'<div class="Article_text__3xYz9">{paragraphs(number)}</div>{RELATED}</main>{COMMENTS}'
    )


def hashed(number: int) -> str:
    return page(
        f'<div class="sc-bdVaJa kZpQyU"><article><h1>Story {number}</h1><div class="sc-gZMcBi eQ">'
        f'{paragraphs(number)}</div></article><div class="sc-kGXeez bR">{RELATED}</div></div>'
    )


def wordpress(number: int) -> str:
    return page(
        f'<article id="post-{number}" class="post-{number} post type-post"><header><h1>Story '
        f'{number}</h1></header><div class="entry-content wp-block-post-content">'
        f"{paragraphs(number)}</div>{SHARE}</article>{COMMENTS}"
    )


def microdata(number: int) -> str:
    return page(
        f'<div itemscope itemtype="https://schema.org/NewsArticle"><h1>Story {number}</h1>'
        f'<div itemprop="articleBody">{paragraphs(number)}</div>{RELATED}</div>{COMMENTS}'
    )


def numbered(number: int) -> str:
    """Names of which each page has its own."""
    return page(
        f'<div id="story{number}" class="s{number}"><h1>Story {number}</h1><div id="t{number}" '
        f'class="text">{paragraphs(number)}</div></div><div class="text">{RELATED}</div>'
    )


def sectioned(number: int) -> str:
    """A name that a person gave, and that the next page does not have."""
    section = ("sport", "music", "trade", "roads", "parks")[number % 5]
    return page(
        f'<main><h1>Story {number}</h1><div class="{section} wording-of-story">'
        f"{paragraphs(number)}</div>{RELATED}</main>{COMMENTS}"
    )


def interrupted(number: int) -> str:
    inner = "".join(f"<div class=block><p>{escape(each)}</p></div>{ADS}" for each in story(number))
    return page(
        f'<main><h1>Story {number}</h1><section data-testid="story-body">{inner}</section>'
        f"{RELATED}</main>{COMMENTS}"
    ).replace(ADS, "<div class=ad></div>")


def tables(number: int) -> str:
    return page(
        f'<table><tr><td class="left">{RELATED}</td><td class="middle"><h1>Story {number}</h1>'
        f'<div class="lauftext">{paragraphs(number)}</div></td></tr></table>{COMMENTS}'
    )


def stateful(number: int) -> str:
    """What was rendered, and the same as data for the scripts of the page."""
    state = dumps({"article": {"text": text(number)}})
    return page(
        f'<script type="application/json" id="state">{state}</script><div id="root"><main>'
        f'<h1>Story {number}</h1><div class="text-of-story">{paragraphs(number)}</div></main>'
        f"{RELATED}</div>"
    )


def bare(number: int) -> str:
    """The paragraphs stand among all else: nothing holds them alone."""
    return page(f"<h1>Story {number}</h1>{paragraphs(number)}{RELATED}{COMMENTS}")


def teaser(number: int) -> str:
    return page(
        f'<article><h1>Story {number}</h1><div class="intro"><p>{escape(story(number)[0])}</p>'
        f"</div></article>{RELATED}"
    )


def others(number: int) -> str:
    return wordpress(number + 1_000)


ALIVE: dict[str, Design] = {
    each.__name__: each
    for each in (
        blocks,
        modules,
        hashed,
        wordpress,
        microdata,
        numbered,
        sectioned,
        interrupted,
        tables,
        stateful,
    )
}
GONE: dict[str, Design] = {each.__name__: each for each in (bare, teaser, others)}
