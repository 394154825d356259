"""What is found at real addresses, in how few requests, and where a look ends early."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from feeder.config.settings import FetchSettings
from feeder.discovery.asking import MOST_REQUESTS, discover
from feeder.discovery.finds import Discovery, Find
from feeder.errors import (
    ForbiddenAddressError,
    HostNameError,
    NotTextError,
    RobotsError,
    StatusError,
    WallError,
)
from feeder.workers.here import Here
from tests.site import statuses, walls
from tests.site.behaviour import Behaviour
from tests.site.blog import Blog
from tests.site.pages import ATOM, HTML, Page
from tests.site.server import Site
from tests.site.wire import Request, Wire

NEAR = FetchSettings.model_validate({"allow_networks": ["127.0.0.0/8"]})


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def look(url: str, **given: Any) -> Discovery:
    return discover(url, given.pop("settings", NEAR), Here(), **given)


def kinds(found: Discovery) -> list[str]:
    return [find.kind for find in found.finds]


@dataclass
class Headed:
    """A blog whose front page has something in its head, and in its list."""

    blog: Blog
    head: str

    def put_at(self, path: str) -> None:
        self.blog.put_at(path)

    def answer(self, asked: Request, wire: Wire) -> None:
        if asked.path != "/":
            return self.blog.answer(asked, wire)
        items = "".join(
            f'<article><h2><a href="{s.path}">{s.title}</a></h2></article>'
            for s in self.blog.stories
        )
        body = (
            f'<!doctype html><html lang="en"><title>Courier</title>{self.head}<main>{items}</main>'
        )
        return Page(body).answer(asked, wire)


def named(path: str, kind: str = "application/atom+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{path}">'


def test_a_page_with_a_feed_of_whole_texts_is_that_feed(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=6), named("/feed.atom")))
    found = look(url)
    best = found.best
    assert best is not None and (best.kind, best.form) == ("feed", "Atom feed")
    assert best.url == site.url("/feed.atom") and best.is_whole and best.title
    assert best.addresses == next(f for f in found.finds if f.kind == "listing").addresses
    assert "/feed" not in site.paths and found.requests == len(site.paths)


def test_a_feed_of_teasers_is_better_than_the_page_and_its_article_is_looked_at(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=6), named("teasers.rss", "application/rss+xml")))
    best = look(url).best
    assert best is not None and best.form == "RSS feed" and not best.is_whole
    assert best.text is not None and best.text > 500
    assert sum(path.startswith("/articles/") for path in site.paths) == 1


def test_a_page_that_names_nothing_is_a_list_and_usual_places_are_tried(site: Site) -> None:
    url = site.at("/", Blog(articles=6))
    found = look(url)
    assert kinds(found) == ["listing", "sitemap"]
    assert found.finds[0].candidates[0].facts.title and found.finds[0].newest
    assert dict(found.asked)[site.url("/feed")] == "404"
    assert len(site.paths) == found.requests == 9


def test_the_first_usual_place_with_a_feed_ends_the_guessing(site: Site) -> None:
    blog = Blog(articles=6)
    url = site.at("/", blog)
    blog.replaced["feed.xml"] = Page(_feed(site), ATOM)
    found = look(url)
    assert any(find.url == site.url("/feed.xml") for find in found.finds)
    assert "/rss.xml" not in site.paths


def test_a_page_at_a_usual_place_is_no_feed(site: Site) -> None:
    blog = Blog(articles=6)
    url = site.at("/", blog)
    blog.replaced |= {name: walls.SoftNotFound() for name in ("feed", "feed.xml", "rss.xml")}
    assert kinds(look(url)) == ["listing", "sitemap"]


def test_the_sitemaps_that_robots_txt_names_are_asked_and_no_others(site: Site) -> None:
    blog = Blog(articles=6, robots=f"Sitemap: {site.url('/maps/all.xml')}\n")
    url = site.at("/", blog)
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{site.url('/sitemap.xml')}</loc></sitemap>"
        f"<sitemap><loc>{site.url('/old.xml')}</loc></sitemap></sitemapindex>"
    )
    blog.replaced["maps/all.xml"] = Page(index, "application/xml")
    [*_, sitemap] = look(url).finds
    assert (sitemap.url, sitemap.parts) == (site.url("/maps/all.xml"), 2)
    assert len(sitemap.candidates) >= 6 and "/old.xml" not in site.paths


def test_wordpress_and_json_that_the_page_names(site: Site) -> None:
    head = (
        f'<link rel="https://api.w.org/" href="{site.url("/wp-json/")}">'
        '<link rel="preload" as="fetch" href="/api.json">'
        '<link rel="manifest" href="/manifest.json">'
    )
    blog = Blog(articles=4)
    url = site.at("/", Headed(blog, head))
    posts = [
        {
            "id": story.number,
            "link": site.url("/" + story.path),
            "date_gmt": f"{story.published:%Y-%m-%dT%H:%M:%S}",
            "title": {"rendered": story.title},
            "content": {"rendered": story.html},
        }
        for story in blog.stories
    ]
    blog.replaced["wp-json/wp/v2/posts"] = Page(json.dumps(posts), "application/json")
    found = look(url)
    assert [find.form for find in found.finds] == [
        "WordPress API", "JSON", "list of links", "sitemap",
    ]  # fmt: skip
    api, document = found.finds[:2]
    assert (api.kind, api.whole) == ("listing", 4)
    assert document.options["items"] == "data.articles"
    assert "/manifest.json" not in site.paths


def test_a_feed_a_sitemap_or_json_at_the_address_itself_is_the_find(site: Site) -> None:
    site.at("/", Blog(articles=5))
    for path, kind, form in (
        ("/feed.atom", "feed", "Atom feed"),
        ("/teasers.rss", "feed", "RSS feed"),
        ("/sitemap.xml", "sitemap", "sitemap"),
        ("/api.json", "json", "JSON"),
    ):
        site.forget()
        [find] = look(site.url(path)).finds
        assert (find.kind, find.form, find.url) == (kind, form, site.url(path))
        assert len(find.candidates) >= 5 and not find.is_blocked
        assert len(site.paths) <= 3, "robots.txt, itself, and at most an article"


def _feed(site: Site) -> str:
    links = "".join(
        f"<entry><id>a:{n}</id><title>Boat {n}</title><link href='{site.url(f'/{n}')}'/></entry>"
        for n in range(3)
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Boats</title>{links}</feed>"


def test_a_feed_that_is_still_empty_can_be_added(site: Site) -> None:
    empty = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Boats</title></feed>"
    [find] = look(site.at("/new.atom", Page(empty, ATOM))).finds
    assert not find.is_blocked and "nothing in this Atom feed" in find.obstacles[0].message


REFUSED: tuple[tuple[Callable[[], Behaviour], type[Exception]], ...] = (
    (lambda: statuses.LogInRequired(), StatusError),
    (lambda: statuses.Status(404), StatusError),
    (lambda: statuses.TooManyRequests("60"), StatusError),
    (lambda: walls.Challenge(403), WallError),
    (lambda: walls.GeoBlock(451), WallError),
    (lambda: Page(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf"), NotTextError),
    (lambda: Page(b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "image/png"), NotTextError),
    (lambda: Page(b"\xff\xd8\xff\xe0" + b"\0" * 99, HTML), NotTextError),
)


@pytest.mark.parametrize(("make", "kind"), REFUSED)
def test_what_gives_nothing_is_said_after_one_request(
    site: Site, make: Callable[[], Behaviour], kind: type[Exception]
) -> None:
    url = site.at("/page", make())
    with pytest.raises(kind) as caught:
        look(url)
    assert getattr(caught.value, "advice", "")
    assert site.paths == ["/robots.txt", "/page"]


@pytest.mark.parametrize(
    "wall", [walls.LogIn(), walls.Challenge(), walls.GeoBlock(), walls.Maintenance()]
)
def test_where_a_wall_stands_nothing_else_is_asked_for(site: Site, wall: Page) -> None:
    found = look(site.at("/", wall))
    [find] = found.finds
    assert find.is_blocked and find.obstacles[0].advice and found.best is None
    assert found.ended and site.paths == ["/robots.txt", "/"]


def test_a_page_that_scripts_draw_may_have_a_feed_and_a_sitemap(site: Site) -> None:
    blog = Blog(articles=5)
    body = walls.Shell().body
    assert isinstance(body, str)
    blog.replaced[""] = Page(body.replace("<head>", f"<head>{named('/feed.atom')}"))
    found = look(site.at("/", blog))
    assert kinds(found) == ["feed", "sitemap", "listing"]
    shell = found.finds[-1]
    assert shell.is_blocked and "scripts" in shell.obstacles[0].message
    assert '"when-needed" in [browser]' in shell.obstacles[0].advice


@pytest.mark.parametrize(
    ("script", "is_named"), [("<script src=/list.js></script>", True), ("", False)]
)
def test_a_browser_is_the_next_step_only_where_scripts_may_bring_the_list(
    site: Site, script: str, is_named: bool
) -> None:
    words = "<p>Here you find what is new in our town and around it.</p>" * 9
    found = look(site.at("/", Page(walls.document("News", f"<h1>News</h1>{words}{script}"))))
    [obstacle] = found.finds[0].obstacles
    assert "no articles found" in obstacle.message
    assert ("[browser]" in obstacle.advice) is is_named
    assert "[list]" in obstacle.advice


def test_json_that_a_page_carries_for_its_scripts_is_a_source(site: Site) -> None:
    blog = Blog(articles=5)
    rows = [{"title": story.title, "href": f"/{story.path}"} for story in blog.stories]
    data = json.dumps({"props": {"page-props": {"posts": rows}}})
    body = walls.Shell().body
    assert isinstance(body, str)
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script></body>'
    blog.replaced[""] = Page(body.replace("</body>", script))
    found = look(site.at("/", blog))
    assert [find.form for find in found.finds] == ["JSON in the page", "sitemap", "list of links"]
    best = found.finds[0]
    assert best.options["script"] == "script#__NEXT_DATA__"
    assert best.options["items"] == 'props."page-props".posts'
    assert len(best.candidates) == 5 and best.text and not best.is_blocked


def test_articles_behind_a_log_in_are_no_source_but_teasers_are(site: Site) -> None:
    blog = Blog(articles=4)
    url = site.at("/", Headed(blog, named("teasers.rss", "application/rss+xml")))
    for story in blog.stories:
        blog.replaced[story.path] = walls.LogIn()
    found = look(url)
    blocked: dict[str, bool] = {find.kind: find.is_blocked for find in found.finds}
    assert blocked == {"feed": False, "listing": True, "sitemap": True}
    assert all("log-in" in find.obstacles[-1].message for find in found.finds)


def test_one_article_that_is_gone_says_nothing_of_the_others(site: Site) -> None:
    blog = Blog(articles=4)
    blog.replaced[blog.stories[0].path] = statuses.Gone()
    best = look(site.at("/", blog)).best
    assert best is not None and best.kind == "listing"
    assert "410" in best.obstacles[0].message and best.text is None


def test_articles_that_want_to_be_paid_are_no_source(site: Site) -> None:
    blog = Blog(articles=4)
    blog.replaced[blog.stories[0].path] = statuses.Status(402)
    assert look(site.at("/", blog)).best is None


def test_a_host_that_wants_patience_at_an_article_gets_it(site: Site) -> None:
    blog = Blog(articles=4)
    blog.replaced[blog.stories[0].path] = statuses.TooManyRequests("600")
    found = look(site.at("/", blog))
    assert found.best is not None and found.best.kind == "listing"
    assert "wants no requests" in found.ended


def test_what_robots_txt_keeps_from_robots_is_left_alone(site: Site) -> None:
    site.at("/", Blog(articles=4, robots="User-agent: *\nDisallow: /\n"))
    with pytest.raises(RobotsError):
        look(site.url("/"))
    assert site.paths == ["/robots.txt"]


def test_a_list_whose_articles_robots_may_not_read_is_no_source(site: Site) -> None:
    site.at("/", Blog(articles=4, robots="User-agent: *\nDisallow: /articles/\n"))
    found = look(site.url("/"))
    assert found.best is None and not any(path.startswith("/art") for path in site.paths)
    assert "robots" in found.finds[0].obstacles[-1].message


def test_a_host_that_wants_patience_half_way_gets_it(site: Site) -> None:
    blog = Blog(articles=4)
    url = site.at("/", Headed(blog, named("/feed.atom")))
    blog.replaced["feed.atom"] = statuses.TooManyRequests("600")
    found = look(url)
    assert kinds(found) == ["listing"] and "ended early" in found.ended
    assert site.paths == ["/robots.txt", "/", "/feed.atom"]


def test_requests_are_bounded_whatever_a_site_names(site: Site) -> None:
    many = "".join(named(f"/f{n}") + f'<a href="/x{n}.json">JSON</a>' for n in range(200))
    robots = "".join(f"Sitemap: {site.url(f'/m{n}')}\n" for n in range(200))
    url = site.at("/", Headed(Blog(articles=4, robots=robots), many))
    look(url)
    assert len(site.paths) <= 16
    site.forget()
    look(url, settings=NEAR.model_copy(update={"max_requests": 3}))
    assert len(site.paths) == 3 < MOST_REQUESTS


def test_an_address_inside_is_refused_and_the_network_is_named(site: Site) -> None:
    with pytest.raises(ForbiddenAddressError) as caught:
        look(site.url("/"), settings=FetchSettings())
    assert caught.value.networks == ("127.0.0.1/32",) and not site.paths


def test_a_name_that_nobody_has_is_said() -> None:
    with pytest.raises(HostNameError) as caught:
        look("https://no-such-host.invalid/")
    assert "no-such-host.invalid" in caught.value.message


def test_selectors_are_derived_where_they_are_asked_for(site: Site) -> None:
    url = site.at("/", Blog(articles=6))
    page: Find = look(url, selectors=True).finds[0]
    assert page.selectors["item"] == ".teaser"
    assert not look(url).finds[0].selectors


def test_what_a_site_writes_in_its_titles_stays_one_line(site: Site) -> None:
    body = "<!doctype html><title>Bo\x1b[2Jats\n\u202eevil</title>" + "".join(
        f"<article><h2><a href='/{n}'>A headline of some \x1b]0;words {n}</a></h2></article>"
        for n in range(5)
    )
    found = look(site.at("/", Page(body)))
    titles = [one.facts.title or "" for one in found.finds[0].candidates]
    assert titles and all("\x1b" not in title and "\u202e" not in title for title in titles)
    assert "\x1b" not in found.title and "\n" not in found.title
