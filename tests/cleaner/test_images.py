"""Every image is one `<img>` that shows it, and what shows nothing is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.cleaner.markup.shape.image_sources import best, sizes
from feeder.cleaner.markup.shape.images import repair_images
from tests.cleaner.trees import after, seconds, work_on

_AT = "https://site.example/news/"
_DATA = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<img src="a.jpg">', _AT + "a.jpg"),
        ('<img src="//cdn.example/a b.jpg">', "https://cdn.example/a%20b.jpg"),
        (f'<img src="{_DATA}" data-src="a.jpg">', _AT + "a.jpg"),
        ('<img data-src="a.jpg" class="lazyload">', _AT + "a.jpg"),
        ('<img src="small-blurred.jpg" data-original="a.jpg">', _AT + "a.jpg"),
        ('<img src="/img/blank.gif" data-lazy-src="/a.png">', "https://site.example/a.png"),
        (f'<img src="{_DATA}" data-srcset="a.jpg 300w, b.jpg 900w">', _AT + "b.jpg"),
        (f'<img src="{_DATA}" nitro-lazy-src="a.webp">', _AT + "a.webp"),
        (f'<img src="{_DATA}" data-anything="/x/a.jpg?w=9">', "https://site.example/x/a.jpg?w=9"),
        ('<img src="1x1.trans.gif" data-large-file="a-1024x7.jpg" data-orig-file="a.jpg">',
         _AT + "a-1024x7.jpg"),
        ('<img src="x.gif" data-src="//c.example/a_{width}x.jpg">', "https://c.example/a_1080x.jpg"),
        ('<img src="a.jpg" data-lazy="true" data-src="{json: 1}">', _AT + "a.jpg"),
        ('<img src="a.jpg" srcset="a.jpg 300w, b.jpg 1600w, c.jpg 4000w">', _AT + "b.jpg"),
        ('<img src="a.jpg" srcset="b.jpg 2400w, c.jpg 4000w">', _AT + "b.jpg"),
        ('<img src="a.jpg" srcset="a.jpg 1x,b.jpg 2x,c.jpg 3x">', _AT + "b.jpg"),
        ('<img src="a.jpg" srcset="b.jpg">', _AT + "a.jpg"),
        (f'<img src="a.jpg" srcset="{_DATA} 800w">', _AT + "a.jpg"),
        ('<img srcset="//c.example/w_4,h_9/a.jpg 400w, //c.example/w_8,h_9/a.jpg 800w">',
         "https://c.example/w_8,h_9/a.jpg"),
        ('<picture><source type="image/avif" srcset="a.avif 900w"><source type="image/webp"'
         ' srcset="a.webp 800w, b.webp 1200w"><img src="p.gif"></picture>', _AT + "b.webp"),
        ('<picture><source srcset="wide.jpg" media="(width > 8em)"><img src="a.jpg"></picture>',
         _AT + "a.jpg"),
        ('<picture><source srcset="a.jpg"><source srcset="b.jpg"><img></picture>', _AT + "a.jpg"),
        ('<picture><source type="image/avif" srcset="a.avif"><img></picture>', _AT + "a.avif"),
        (f'<picture><source data-srcset="a.jpg 2x"><img src="{_DATA}"></picture>', _AT + "a.jpg"),
        ('<amp-img src="a.jpg" layout="fill"><noscript><img src="b.jpg"></noscript></amp-img>',
         _AT + "a.jpg"),
        ('<a href="big.jpg"><img src="blank.gif"></a>', _AT + "big.jpg"),
        ('<img src="a.jpg?id=3&utm_source=feed">', _AT + "a.jpg?id=3"),
        ('<img src="/loading.jpg">', "https://site.example/loading.jpg"),
        ('<img src="1.gif" width="1" height="1" data-src="a.jpg">', _AT + "a.jpg"),
        ('<img src="http://[broken/" data-src="http://a:b@c/" data-full-url="/a.jpg">',
         "https://site.example/a.jpg"),
    ],
)  # fmt: skip
def test_the_address_that_shows_it(markup: str, address: str) -> None:
    work = work_on(f"<div>{markup}</div>")
    repair_images(work)
    assert [image.get("src") for image in work.body.iter("img")] == [address]
    assert not list(work.body.iter("picture", "source", "noscript", "amp-img"))


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        # The image for browsers without scripts is the same one, or the only one.
        ('<img class="lazy" src="x.gif" data-src="a.jpg" width="640"><noscript><img src="a.jpg"'
         ' alt="Boat"></noscript>',
         f'<img alt="Boat" src="{_AT}a.jpg" width="640">'),
        ('<span><img src="placeholder.png"></span> <noscript><img src="a.jpg"></noscript>',
         f'<span><img src="{_AT}a.jpg"></span> '),
        ('<noscript><img src="a.jpg"></noscript><img data-src="a.jpg">', f'<img src="{_AT}a.jpg">'),
        ('<i></i><noscript><img src="a.jpg"></noscript>', f'<i></i><img src="{_AT}a.jpg">'),
        ('<img src="a.jpg"><p>x</p><noscript><img src="b.jpg"></noscript>',
         f'<img src="{_AT}a.jpg"><p>x</p><img src="{_AT}b.jpg">'),
        ("<noscript>Please switch on <p>scripts</p></noscript>x", "x"),
        ('<noscript><img src="https://www.facebook.com/tr?id=1"></noscript>x', "x"),
        # Pixels, icons, emoji.
        ('<img src="t.gif" width="1" height="1">x', "x"),
        ('<img src="t.gif" height=0>x', "x"),
        ('<img src="t.gif" style="width: 1px; height: 1px">x', "x"),
        ('<img src="t.jpg" style="max-width:100%;height:auto">', f'<img src="{_AT}t.jpg">'),
        ('<img src="https://vg05.met.vgwort.de/na/1a2b">x', "x"),
        ('<img src="https://feeds.feedburner.com/~r/site/~4/abc">x', "x"),
        ('<img src="fb.png" width="16" height="16" alt="Facebook">x', "x"),
        ('<img src="tex.png" class="latex" width="9" height="9" alt="x^2">',
         f'<img alt="x^2" src="{_AT}tex.png" width="9" height="9">'),
        ('a <img class="emoji" src="https://s.w.org/e/1f600.svg" alt="😀"> b', "a 😀 b"),
        ('a <img class="wp-smiley" src="s.gif" alt=":-)"> b', "a :-) b"),
        ('<img src="star.png" width="12" height="12" alt="★">x', "★x"),
        ('<img src="spacer.gif" width="200" height="9">x', "x"),
        (f'<img src="{_DATA}" alt="x">x', "x"),
        ('<img alt="no address">x', "x"),
        # Sizes and text.
        ('<img src="a.jpg" alt="A boat" title="B" width="640px" height="100%" onload="y">',
         f'<img alt="A boat" title="B" src="{_AT}a.jpg" width="640">'),
        ('<img src="a.jpg" data-width="800" data-height="600">',
         f'<img src="{_AT}a.jpg" width="800" height="600">'),
        ('<img src="a.jpg" data-image-dimensions="1600x900">',
         f'<img src="{_AT}a.jpg" width="1600" height="900">'),
        # Links to nothing but the image.
        ('<a href="/up/a.jpg"><img src="a-300x200.jpg"></a>', f'<img src="{_AT}a-300x200.jpg">'),
        ('<a href="/story"><img src="a.jpg"></a>', f'<a href="/story"><img src="{_AT}a.jpg"></a>'),
        ('<a href="/a.jpg"><img src="a.jpg"> Large</a>',
         f'<a href="/a.jpg"><img src="{_AT}a.jpg"> Large</a>'),
        # Twice the same.
        ('<img src="a.jpg"><p>x</p><p><img src="a-1024x768.jpg?s=1"></p>',
         f'<img src="{_AT}a.jpg"><p>x</p><p></p>'),
        ('<p><img src="a.jpg"></p>'
         '<figure><img src="a-300x200.jpg?9"><figcaption>c</figcaption></figure>',
         f'<p></p><figure><img src="{_AT}a-300x200.jpg?9"><figcaption>c</figcaption></figure>'),
        ('<img src="i.php?id=1"><img src="i.php?id=2">',
         f'<img src="{_AT}i.php?id=1"><img src="{_AT}i.php?id=2">'),
    ],
)  # fmt: skip
def test_what_is_left(markup: str, left: str) -> None:
    assert after(repair_images, markup) == left


def test_without_an_address_of_the_page_only_absolute_ones_are_left() -> None:
    left = after(repair_images, '<img src="a.jpg"><img src="https://e.example/b.jpg">', None)
    assert left == '<img src="https://e.example/b.jpg">'


def test_the_text_of_an_icon_is_on_record() -> None:
    work = work_on('<img src="fb.png" width="16" height="16" alt="Facebook">')
    repair_images(work)
    assert [(drop.step, drop.rule, drop.text) for drop in work.dropped] == [
        ("images", "icon", "Facebook")
    ]


@pytest.mark.parametrize(
    ("srcset", "offered"),
    [
        ("a.jpg", [("a.jpg", 0, 0.0)]),
        ("a.jpg 1x, b.jpg 2x", [("a.jpg", 0, 1.0), ("b.jpg", 0, 2.0)]),
        ("a.jpg 1x,b.jpg 1.5x", [("a.jpg", 0, 1.0), ("b.jpg", 0, 1.5)]),
        ("a,b.jpg 300w,\n c.jpg 600w ,", [("a,b.jpg", 300, 0.0), ("c.jpg", 600, 0.0)]),
        ("a.jpg, b.jpg 2x", [("a.jpg", 0, 0.0), ("b.jpg", 0, 2.0)]),
        ("a.jpg 300w 200h, b.jpg nonsense", [("a.jpg", 300, 0.0), ("b.jpg", 0, 0.0)]),
        (", , a.jpg 9999999999w", [("a.jpg", 9999999999, 0.0)]),
        ("", []),
    ],
)
def test_a_list_of_sizes(srcset: str, offered: list[tuple[str, int, float]]) -> None:
    assert sizes(srcset) == offered


@given(st.text(alphabet="ab, \n.019wxhe+-∞", max_size=60))
def test_no_list_of_sizes_is_too_odd(srcset: str) -> None:
    offered = sizes(srcset)
    assert best(offered) in (*offered, None)


@pytest.mark.parametrize(
    "many",
    [
        '<img src="a.jpg">x' * 20_000,
        "<figure>" + '<img src="a.jpg">' * 20_000,
        '<a href="a.jpg">' + '<img src="a.jpg">' * 20_000,
        '<img data-src="a.jpg"><noscript><img src="a.jpg"></noscript>' * 10_000,
        "<noscript>" * 1_000 + '<img src="a.jpg">' * 1_000,
        "<picture>" + '<source srcset="a.jpg 1w">' * 1_500 + '<img src="a.jpg">',
        '<img srcset="' + "a.jpg 1w, " * 100_000 + '">',
        '<img src="' + "x" * 1_000_000 + '" class="' + "x " * 500_000 + '">',
        '<img alt="' + "x" * 1_000_000 + '" data-src="' + "{" * 1_000_000 + '">',
    ],
    ids=lambda many: many[:24],
)
def test_no_bomb_takes_long(many: str) -> None:
    assert seconds(repair_images, many) < 2
