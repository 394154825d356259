"""Players, posts and maps of other sites become a link that people can open."""

from __future__ import annotations

import re

import pytest

from feeder.cleaner.markup.shape.embeds import link_embeds
from feeder.cleaner.markup.shape.lists import rows
from tests.cleaner.trees import after, seconds, work_on

_VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<iframe src="https://www.youtube.com/embed/abcdefghijk?rel=0&start=3"></iframe>', _VIDEO),
        ('<iframe src="//www.youtube-nocookie.com/embed/abcdefghijk  "></iframe>', _VIDEO),
        ('<iframe src="about:blank" data-src="//youtube.com/embed/abcdefghijk"></iframe>', _VIDEO),
        ('<iframe data-cookieblock-src="//www.youtube.com/embed/abcdefghijk"></iframe>', _VIDEO),
        ('<p>a <embed src="http://www.youtube.com/v/abcdefghijk"> b</p>', _VIDEO),
        ('<iframe src="https://www.youtube.com/embed/videoseries?list=PL1"></iframe>',
         "https://www.youtube.com/playlist?list=PL1"),
        ('<object><param name=movie value="http://www.youtube.com/v/abcdefghijk&hl=en">'
         '<embed src="http://www.youtube.com/v/abcdefghijk&hl=en"></object>', _VIDEO),
        ("<lite-youtube videoid=abcdefghijk><a>Play</a></lite-youtube>", _VIDEO),
        ("<amp-youtube data-videoid=abcdefghijk></amp-youtube>", _VIDEO),
        ("<div class=player data-youtube-id=abcdefghijk><img src=x></div>", _VIDEO),
        ("<figure data-oembed-url=https://youtu.be/abcdefghijk><div><iframe src="
         "https://www.youtube.com/embed/abcdefghijk></iframe></div></figure>", _VIDEO),
        ('<iframe src="https://player.vimeo.com/video/123?h=3"></iframe>', "https://vimeo.com/123"),
        ('<iframe src="https://www.dailymotion.com/embed/video/x7o6"></iframe>',
         "https://www.dailymotion.com/video/x7o6"),
        ('<iframe src="https://open.spotify.com/embed/album/7snc?utm_source=oembed"></iframe>',
         "https://open.spotify.com/album/7snc"),
        ('<iframe src="https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/t/1"></iframe>',
         "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/t/1"),
        ('<iframe src="https://www.facebook.com/plugins/video.php?href=https%3A%2F%2F'
         'www.facebook.com%2Fx%2Fvideos%2F1%2F&width=5"></iframe>',
         "https://www.facebook.com/x/videos/1/"),
        ('<iframe src="https://www.instagram.com/p/Xy_1/embed/captioned/"></iframe>',
         "https://www.instagram.com/p/Xy_1/"),
        ('<amp-twitter data-tweetid="12"></amp-twitter>', "https://twitter.com/i/status/12"),
        ('<iframe src="https://www.google.com/maps/embed?pb=!1m18"></iframe>',
         "https://www.google.com/maps/embed?pb=!1m18"),
        ('<iframe src="https://datawrapper.dwcdn.net/AbC1/2/"></iframe>',
         "https://datawrapper.dwcdn.net/AbC1/2/"),
        ('<iframe src="https://docs.google.com/gview?url=https://e.example/a.pdf&embedded=true"></iframe>',
         "https://e.example/a.pdf"),
        ('<object data="/files/a.pdf" type="application/pdf">Get it</object>',
         "https://site.example/files/a.pdf"),
        ('<p><script src="https://gist.github.com/who/a1b2.js"></script></p>',
         "https://gist.github.com/who/a1b2"),
        ('<iframe src="https://codepen.io/who/embed/preview/xYz?height=3"></iframe>',
         "https://codepen.io/who/pen/xYz"),
    ],
)  # fmt: skip
def test_a_player_becomes_one_link(markup: str, address: str) -> None:
    work = work_on(f"<div>{markup}</div>")
    link_embeds(work)
    links = list(work.body.iter("a"))
    assert [link.get("href") for link in links] == [address]
    assert "".join(links[0].itertext()).strip()
    assert links[0].getparent().tag == "p"
    assert not list(work.body.iter("iframe", "object", "embed", "amp-youtube", "lite-youtube"))


@pytest.mark.parametrize(
    "markup",
    [
        '<iframe src="https://www.googletagmanager.com/ns.html?id=GTM-1"></iframe>',
        '<iframe src="https://ads.example/frame.html" title="3rd party ad content"></iframe>',
        '<iframe src="https://www.facebook.com/plugins/like.php?href=x"></iframe>',
        '<iframe src="https://youtube.com.evil.example/embed/abcdefghijk"></iframe>',
        '<iframe src="javascript:alert(1)" srcdoc="x"></iframe>',
        '<iframe src="https://www.youtube.com/embed/"></iframe>',
        '<iframe src="https://player.twitch.tv/"></iframe>',
        '<iframe src="about:blank"></iframe>',
        "<iframe></iframe>",
        "<object><param name=movie value=player.swf>No Flash</object>",
        "<embed src=player.swf>",
        '<amp-youtube data-videoid="&quot;&gt;&lt;script&gt;"></amp-youtube>',
        '<video poster="a.jpg">Your browser plays no videos</video>',
        '<video src="blob:https://site.example/1"></video>',
    ],
)
def test_a_frame_of_no_known_player_gives_nothing(markup: str) -> None:
    assert after(link_embeds, f"<p>a {markup}b</p>") == "<p>a b</p>"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("How boats are built", "How boats are built"),
        ("YouTube video player", "youtube.com"),
        ("Embedded content", "youtube.com"),
        ("", "youtube.com"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_what_the_link_says(title: str, text: str) -> None:
    frame = f'<iframe src="https://www.youtube.com/embed/abcdefghijk" title="{title}"></iframe>'
    assert after(link_embeds, frame) == f'<p><a href="{_VIDEO}">{text}</a></p>'


def test_a_title_that_all_players_have_is_said_once() -> None:
    frame = '<iframe src="https://www.youtube.com/embed/{}" title="Boats"></iframe>'
    work = work_on(frame.format("abcdefghijk") + frame.format("bcdefghijkl"))
    link_embeds(work)
    assert [link.text for link in work.body.iter("a")] == ["Boats", "youtube.com"]


def test_the_same_player_for_browsers_without_scripts_is_not_said_twice() -> None:
    frame = '<iframe {}="https://www.youtube.com/embed/abcdefghijk"></iframe>'
    markup = frame.format("data-src") + f"<noscript>{frame.format('src')}</noscript>"
    assert after(link_embeds, markup).count("<a ") == 1


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ('<video poster="p.jpg" width="6" autoplay><source src="a.webm" type="video/webm">'
         '<source src="a.mp4" type="video/mp4"><p>Not supported</p></video>b',
         '<video width="6" src="https://site.example/news/a.mp4" controls'
         ' poster="https://site.example/news/p.jpg"></video>b'),
        ('<audio data-src="a.mp3"></audio>',
         '<audio src="https://site.example/news/a.mp3" controls></audio>'),
        ('<amp-video src="a.mp4"><div fallback>x</div></amp-video>',
         '<video src="https://site.example/news/a.mp4" controls></video>'),
    ],
)  # fmt: skip
def test_media_have_one_address_and_controls(markup: str, left: str) -> None:
    assert after(link_embeds, markup).replace('controls=""', "controls") == left


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ('<blockquote class="twitter-tweet">Words <a href="https://twitter.com/a/status/1">May'
         "</a></blockquote>",
         '<blockquote>Words <a href="https://twitter.com/a/status/1">May</a></blockquote>'),
        ('<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/X/">'
         '<a href="https://www.instagram.com/p/X/"><div></div></a>Words</blockquote>',
         '<blockquote><a href="https://www.instagram.com/p/X/"></a>Words<p>'
         '<a href="https://www.instagram.com/p/X/">instagram.com</a></p></blockquote>'),
        ('<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@a/video/1">Words</blockquote>',
         '<blockquote>Words<p><a href="https://www.tiktok.com/@a/video/1">tiktok.com</a></p>'
         "</blockquote>"),
        ('<blockquote class="pullquote" cite="/x">Words</blockquote>',
         '<blockquote>Words</blockquote>'),
    ],
)  # fmt: skip
def test_posts_keep_their_words_and_one_link(markup: str, left: str) -> None:
    clean = re.sub(r' (?:cite|data-[a-z-]+)="[^"]*"|<div></div>', "", after(link_embeds, markup))
    assert clean == left


def test_the_table_of_players_is_well_formed() -> None:
    width = {"frame": 4, "element": 4, "lazy": 3, "post": 2, "permalink": 2, "generic": 2}
    for row in rows("players.tsv"):
        assert len(row) == width.get(row[0], 2), row
        if row[0] == "frame":
            re.compile(row[2])
            assert re.fullmatch(r"https://[^\s]+|\{\w+\}", row[3]), row


@pytest.mark.parametrize(
    "many",
    [
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>' * 20_000,
        "<object>" * 1_000 + "<embed src=x>" * 3_000,
        "<object>" + "<param name=x value=https://x.example/>" * 50_000,
        '<blockquote class="twitter-tweet">' * 800 + "<a></a>" * 20_000,
        "<video>" + "<source src=x>" * 1_500,
        '<iframe src="https://www.youtube.com/embed/' + "x" * 1_000_000 + '"></iframe>',
        '<iframe src="https://player.vimeo.com/video/1?' + "a=b&" * 1_000 + '"></iframe>' * 100,
        '<iframe src="https://youtube.com/embed/abcdefg" title="' + "a " * 500_000 + '"></iframe>',
    ],
    ids=lambda many: many[:24],
)
def test_no_bomb_takes_long(many: str) -> None:
    assert seconds(link_embeds, many) < 2
