"""What stands around an article on a page of the web: heads, scripts, menus, cards, forms, footers.

How much of it there is follows from the size of the site's pages, and its proportions from those
of 102 real pages: a quarter of the bytes are scripts, up to a third styles, an element takes about
80 bytes of markup, and there are 140 links.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from html import escape
from itertools import count

from newsroom import Site, slug
from prose import Prose

_WIDTHS = (320, 480, 640, 960, 1280)
_CALLS = "push set get init ready load track send merge bind apply find each emit".split()
_NAMES = "a b c d e t n r i o s u window document dataLayer config self queue state".split()
_RULES = (
    "display:flex", "margin:0 auto", "padding:.5rem 1rem", "font:400 1rem/1.5 var(--serif)",
    "color:#1a1a1a", "background:url(/assets/i/sprite.svg) no-repeat", "max-width:72rem",
    "transition:opacity .2s ease-in-out", "grid-template-columns:repeat(12,1fr)", "z-index:10",
)  # fmt: skip
_NETWORKS = ("facebook.com/sharer/sharer.php?u=", "x.com/intent/post?url=", "wa.me/?text=",
             "linkedin.com/shareArticle?url=", "reddit.com/submit?url=")  # fmt: skip


class Furniture:
    """What one site has on all of its pages."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.words = site.words
        chance = site.chance("furniture")
        self.scripts = self._scripts(chance, int(site.size * chance.uniform(0.1, 0.4)))
        self.styles = self._styles(chance, int(site.size * chance.betavariate(0.35, 4)))
        # Menus of a large page have more entries, up to a bound: pages differ more in their bytes
        # (tenfold) than in their links (fourfold).
        self.links = int(min(max(site.size / 1_400, 40), 150) * chance.uniform(0.8, 1.2))
        self.menu = self._menu()
        self.footer = self._footer(chance)

    def named(self, name: str) -> str:
        """The attribute `class` of a part, as the site's system gives it."""
        if self.site.layout.classes == "hashes":
            token = hashlib.md5(f"{self.site.title} {name}".encode()).hexdigest()
            return f'class="css-{token[:7]} e{token[7:15]}0" data-testid="{name}"'
        if self.site.layout.classes == "blocks":
            return f'class="{name} {name}--default {name.partition("__")[0]}-theme"'
        return f'class="{name.replace("__", "-")} {name.partition("__")[0]} clearfix"'

    def _scripts(self, chance: random.Random, size: int) -> str:
        parts: list[str] = []
        while size > 0:
            parts.append(_script(chance, min(size, chance.randint(200, 6_000))))
            size -= len(parts[-1])
        return "\n".join(parts)

    def _styles(self, chance: random.Random, size: int) -> str:
        rules = []
        while size > 0:
            name = f".{self.site.layout.name}-{chance.choice(_CALLS)}__{chance.choice(_CALLS)}"
            rules.append(f"{name}>{'ul' * chance.randint(0, 1) or 'div'}{{")
            rules.append(";".join(chance.sample(_RULES, 3)) + "}")
            size -= len(rules[-1]) + len(rules[-2])
        return f"<style>{''.join(rules)}</style>" if rules else ""

    def _menu(self) -> str:
        entries = []
        sections = self.words["sections"]
        below = max(1, (self.links // 2) // len(sections))
        for number, section in enumerate(sections):
            path = f"/{slug(section)}"
            inner = "".join(
                self._entry(f"{path}/{slug(other)}/", f"{section} {other}", f"{number}-{place}")
                for place, other in enumerate(sections[:below])
            )
            entries.append(
                f'<li id="menu-item-{number}" {self.named("nav__item")}><a href="{path}/" '
                f'{self.named("nav__link")} aria-expanded="false">{section}</a>'
                f"<ul {self.named('nav__sub')}>{inner}</ul></li>\n"
            )
        services = "".join(
            self._entry(f"/{name}/", name, name) for name in ("subscribe", "login", "e-paper")
        )
        return (
            f'<div {self.named("topbar")}><ul>{services}</ul><form role="search" action="/search" '
            f'{self.named("search")}><label for="q">{self.words["search"]}</label><input id="q" '
            f'type="search" name="q" placeholder="{self.words["search"]}"><button type="submit">'
            f'{_icon(3)}</button></form></div><a href="/" {self.named("logo")} rel="home">'
            f"{_icon(9)}<span>{self.site.title}</span></a>\n<nav {self.named('nav')} "
            f'aria-label="{self.words["menu"]}"><button aria-controls="menu">{self.words["menu"]}'
            f'</button><ul id="menu" {self.named("nav__list")}>{"".join(entries)}</ul></nav>'
        )

    def _entry(self, path: str, text: str, key: str) -> str:
        return (
            f'<li id="entry-{key}" {self.named("nav__entry")}><a href="{path}" '
            f'{self.named("nav__sublink")} data-track="menu">{text}</a></li>\n'
        )

    def _footer(self, chance: random.Random) -> str:
        columns = []
        services = self.words["services"]
        for number in range(max(2, self.links // 2 // len(services))):
            inner = "".join(
                f'<li {self.named("footer__item")}><a href="/s{number}/{slug(text) or number}/" '
                f"{self.named('footer__link')}>{text}</a></li>\n"
                for text in services
            )
            title = chance.choice(self.words["sections"])
            columns.append(
                f"<div {self.named('footer__column')}><h4 {self.named('footer__title')}>{title}"
                f"</h4><ul>{inner}</ul></div>"
            )
        return (
            f"{self.newsletter()}<div {self.named('footer__columns')}>{''.join(columns)}</div>"
            f"<p {self.named('footer__legal')}>© 2026 {self.site.title}. {self.words['rights']}"
            f'</p><div id="consent" {self.named("consent")} role="dialog"><p>'
            f'{self.words["cookies"]}</p><button type="button">{self.words["accept"]}</button>'
            "</div>"
        )

    def newsletter(self) -> str:
        """The form that asks for an address."""
        return (
            f"<div {self.named('newsletter')}><h3>{self.words['newsletter']}</h3><p>"
            f'{self.words["newsletter_text"]}</p><form action="/newsletter" method="post">'
            f'<input type="email" name="email" required placeholder="{self.words["fields"][1]}">'
            f'<input type="hidden" name="csrf" value="{"0af3" * 10}"><button type="submit">'
            f"{self.words['subscribe']}</button></form></div>"
        )

    def advertisement(self, number: int) -> str:
        """A place for one."""
        return (
            f'<div id="ad-slot-{number}" {self.named("ad")} data-slot="/1234/{self.site.number}"'
            f' data-sizes="[[300,250],[728,90]]"><span {self.named("ad__label")}>'
            f"{self.words['advertisement']}</span></div>"
        )

    def share(self, path: str) -> str:
        """The bar of networks."""
        address = f"https://site.example{path}"
        items = "".join(
            f'<li {self.named("share__item")}><a href="https://www.{network}{address}" '
            f'rel="nofollow noopener" target="_blank" {self.named("share__link")}>{_icon(2)}'
            f"<span {self.named('share__text')}>{network.partition('.')[0].title()}</span></a></li>"
            for network in _NETWORKS
        )
        return f"<div {self.named('share')}><h4>{self.words['share']}</h4><ul>{items}</ul></div>"

    def tags(self, chance: random.Random) -> str:
        """The words that an article is filed under."""
        items = "".join(
            f'<li><a href="/tag/{slug(name)}/" rel="tag" {self.named("tags__link")}>{name}</a></li>'
            for name in chance.sample(self.words["sections"], 4)
        )
        return (
            f"<div {self.named('tags')}><span {self.named('tags__label')}>{self.words['tags']}:"
            f"</span><ul>{items}</ul></div>"
        )

    def biography(self, name: str, section: str) -> str:
        """What is said of the author."""
        text = self.words["about_author"].format(name=name, section=section, year=2011)
        return (
            f"<div {self.named('author-box')}>{self.image(5)}<div><h4>{name}</h4><p>{text}</p>"
            f'<a href="mailto:desk@example.org">{self.words["services"][1]}</a></div></div>'
        )

    def image(self, number: int) -> str:
        """A picture in all of its widths."""
        address = f"/assets/{self.site.number}/{number:06}"
        widths = ", ".join(f"{address}-{width}.jpg {width}w" for width in _WIDTHS)
        return (
            f'<img src="{address}-640.jpg" srcset="{widths}" sizes="(max-width: 640px) 100vw, '
            f'33vw" alt="" width="640" height="360" loading="lazy" {self.named("media__image")}>'
        )

    def cards(self, prose: Prose, title: str) -> Iterator[str]:
        """Strips of four cards, each of an older article, without end."""
        for strip in count():
            inner = "".join(self._card(prose) for _ in range(4))
            heading = title if strip == 0 else prose.one("sections")
            yield (
                f'<section {self.named("strip")} data-position="{strip}"><h3 '
                f"{self.named('strip__title')}>{heading}</h3><div {self.named('strip__items')}>"
                f"{inner}</div></section>\n"
            )

    def _card(self, prose: Prose) -> str:
        title = prose.headline()
        number = prose.chance.randint(100, 9_999)
        return (
            f'<div {self.named("card")} data-id="{number}"><a href="/{slug(title)}-{number}" '
            f"{self.named('card__link')}><div {self.named('card__media')}>{self.image(number)}"
            f"</div><div {self.named('card__text')}><span {self.named('card__kicker')}>"
            f"{prose.one('sections')}</span><h4 {self.named('card__title')}>{escape(title)}</h4>"
            f"<span {self.named('card__meta')}>{number % 9 + 1} min</span></div></a></div>\n"
        )

    def most_read(self, shown: Sequence[tuple[str, str]]) -> str:
        """A sidebar of addresses and titles."""
        items = "".join(
            f'<li {self.named("ranking__item")}><a href="{path}" {self.named("ranking__link")}>'
            f"<span {self.named('ranking__number')}>{number}</span> {escape(title)}</a></li>\n"
            for number, (path, title) in enumerate(shown, 1)
        )
        return (
            f"<section {self.named('ranking')}><h3>{self.words['most_read']}</h3><ol>{items}</ol>"
            f"</section>{self.advertisement(9)}{self.newsletter()}"
        )

    def replies(self, prose: Prose) -> str:
        """What readers wrote, and the form to write more."""
        if not self.site.comments:
            return ""
        items = "".join(self._reply(prose, n) for n in range(prose.chance.randint(0, 7)))
        labels = self.words["fields"]
        fields = "".join(
            f'<p {self.named("form__field")}><label for="field-{n}">{label} *</label><input '
            f'id="field-{n}" name="field{n}" type="text" size="30" maxlength="245"></p>'
            for n, label in enumerate(labels[:3])
        )
        return (
            f'<div id="comments" {self.named("comments")}><h3>{self.words["replies"]}</h3><ol '
            f'{self.named("comment-list")}>{items}</ol><div id="respond" {self.named("respond")}>'
            f'<h3>{self.words["leave_reply"]}</h3><form action="/comment" method="post"><p>'
            f'{self.words["reply_note"]}</p><label>{labels[3]} *<textarea name="comment" rows="8" '
            f'cols="45"></textarea></label>{fields}<button type="submit">{self.words["send"]}'
            f"</button></form></div></div>"
        )

    def _reply(self, prose: Prose, number: int) -> str:
        text = " ".join(prose.one("comments") for _ in range(prose.chance.randint(1, 3)))
        return (
            f'<li id="comment-{number}" {self.named("comment")}><div '
            f"{self.named('comment__meta')}>{self.image(number)}<b>{prose.one('names')}</b> "
            f"<time>{number + 1}.3.2026</time></div>"
            f'<div {self.named("comment__body")}><p>{escape(text)}</p></div><a href="#respond" '
            f'{self.named("comment__reply")} rel="nofollow">{self.words["reply"]}</a></li>\n'
        )


def state(prose: Prose, size: int) -> str:
    """What a script of the page is to know, as JSON."""
    items: list[dict[str, object]] = []
    while size > 0:
        number = prose.chance.randint(1_000, 99_999)
        tracking = {"slot": number % 7, "ab": None, "type": "teaser"}
        items.append({"id": number, "headline": prose.headline(), "tracking": tracking})
        size -= len(json.dumps(items[-1], ensure_ascii=False).encode())
    data = json.dumps({"items": items}, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json" id="page-state">{data}</script>'


def _script(chance: random.Random, size: int) -> str:
    if chance.random() < 0.3:
        return f'<script async defer src="/assets/js/{chance.randrange(10**8):x}.min.js"></script>'
    parts = []
    while size > 0:
        one = chance.choice
        text = f"<div class='{one(_CALLS)}'>"
        parts.append(
            f"{one(_NAMES)}.{one(_CALLS)}=function({one(_NAMES)},{one(_NAMES)}){{if({one(_NAMES)}<"
            f'{chance.randrange(999)}&&!{one(_NAMES)}.{one(_CALLS)})return"{text}"+{one(_NAMES)}.'
            f"{one(_CALLS)}({chance.random():.6f})}};"
        )
        size -= len(parts[-1])
    return f'<script>!function(){{"use strict";{"".join(parts)}}}();</script>'


def _icon(curves: int) -> str:
    path = "".join(
        f"M{n}.5 {n * 3}c-{n}.27 0-4.{n}1 1.79-4.11 4s1.84 {n} 4.11 4z" for n in range(curves)
    )
    shape = 'width="24" height="24" viewBox="0 0 24 24"'
    return f'<svg aria-hidden="true" {shape}><path d="{path}"/></svg>'
