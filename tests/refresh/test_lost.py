"""What a listing showed once is not lost, and what was read whole is not made shorter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from feeder import models
from feeder.errors import TooSlowError
from feeder.fetch import Fetcher
from feeder.models import Outcome, SourceState, Validators
from feeder.refresh.flow import refresh
from feeder.workers import P, R, Task
from feeder.workers.here import Here
from tests.refresh.room import Room
from tests.refresh.test_partial import source as pages_of_one
from tests.refresh.test_partial import three_pages, with_feed
from tests.refresh.test_web import KINDS, published, recorded, stories, story_page, words
from tests.site.blog import Blog
from tests.site.pages import Conditional, Page
from tests.site.redirects import Redirect
from tests.site.server import Site
from tests.site.statuses import Gone, Status

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CAPTCHA = Page(
    "<!doctype html><title>Just a moment...</title><body><h1>Checking your browser</h1>"
    '<div class="cf-turnstile" data-sitekey="x"></div>'
    '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>'
    '<form id="challenge-form"></form></body>'
)


def items(numbers: range, more: str = "") -> str:
    links = "".join(
        f'<article><h2><a href="/a/{n}">A headline that is long enough {n}</a></h2></article>'
        for n in numbers
    )
    return f"<!doctype html><title>News</title><main>{links}</main>{more}"


def test_an_index_of_sitemaps_that_are_as_they_were_lists_something(room: Room, site: Site) -> None:
    stories(site, 3)
    locations = "".join(f"<url><loc>{site.url(f'/a/{n}')}</loc></url>" for n in range(3))
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.at("/posts.xml", Conditional(f"<urlset {xmlns}>{locations}</urlset>"))
    index = f"<sitemap><loc>{site.url('/posts.xml')}</loc></sitemap>"
    url = site.at("/sitemap.xml", Page(f"<sitemapindex {xmlns}>{index}</sitemapindex>", "text/xml"))
    room.source(f'kind = "sitemap"\nurl = "{url}"\n')
    assert room.refresh().new == 3
    again = room.refresh()
    assert (again.failure, again.found) == (None, 3)


def test_a_further_page_that_failed_is_asked_again_though_the_first_is_as_it_was(
    room: Room, site: Site
) -> None:
    stories(site, 10)
    url = site.at("/news", Conditional(items(range(5), '<a rel="next" href="/news?p=2">Older</a>')))
    site.at("/news?p=2", Status(500))
    room.source(f'kind = "listing"\nurl = "{url}"\nmax_pages = 3\n')
    assert room.refresh().new == 5
    again = room.refresh(later=HOUR)
    assert (again.failure, len(again.faults)) == (None, 1)
    site.at("/news?p=2", Conditional(items(range(5, 10))))
    outcome = room.refresh(later=HOUR)
    assert (outcome.new, outcome.faults) == (5, ())
    site.forget()
    room.refresh()
    assert site.paths == ["/news"]


def test_a_further_page_that_failed_is_asked_again_behind_a_first_one_with_news(
    room: Room, site: Site
) -> None:
    stories(site, 11)
    older = '<a rel="next" href="/news?p=2">Older</a>'
    url = site.at("/news", Page(items(range(1, 6), older)))
    site.at("/news?p=2", Status(500))
    room.source(f'kind = "listing"\nurl = "{url}"\nmax_pages = 3\n')
    assert room.refresh().new == 5
    site.at("/news", Page(items(range(6), older)))
    site.at("/news?p=2", Page(items(range(6, 11))))
    assert room.refresh(later=HOUR).new == 6


def test_an_old_article_behind_a_passing_wall_is_tried_again(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    bad = blog.stories[1]
    blog.replaced[bad.path] = CAPTCHA
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.clock = blog.stories[0].published + 100 * DAY
    outcome = room.refresh()
    assert [fault.kind for fault in outcome.faults] == ["wall"]
    blog.replaced.clear()
    outcome = room.refresh(later=HOUR)
    assert (outcome.new, outcome.faults) == (1, ())


class Slow(Here):
    """Workers of a busy machine: reading articles takes too long."""

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Task[R]:
        if function.__name__ == "read_article":
            return super().submit(_too_slow)  # type: ignore[arg-type]
        return super().submit(function, *args, **kwargs)


def _too_slow() -> None:
    raise TooSlowError("it took too long")


def test_an_article_that_a_busy_machine_could_not_read_is_read_later(
    room: Room, site: Site
) -> None:
    blog = Blog(articles=2)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    assert refreshed(room, work=Slow()).new == 0
    outcome = room.refresh(later=HOUR)
    assert (outcome.new, outcome.faults) == (2, ())


def refreshed(
    room: Room,
    *,
    work: Here | None = None,
    stopping: Callable[[], bool] = lambda: False,
    broken: str = "",
) -> Outcome:
    """One refresh under circumstances."""
    with room.open() as app:
        (lease,) = app.store.claim(room.clock, HOUR, names=["news"], force=True)
        job = app.jobs["news"]
        if broken:
            job = replace(
                job, begin=lambda stopping: Broken(app.jobs["news"].begin(stopping), broken)
            )
        return refresh(
            job, lease, app.store, work=work or app.work, prefix=app.prefix,
            wait=lambda seconds: None, stopping=stopping, clock=lambda: room.clock,
        )  # fmt: skip


class Broken:
    """A fetcher with a bug."""

    def __init__(self, fetcher: Fetcher, path: str) -> None:
        self.fetcher, self.path = fetcher, path

    def fetch(self, address: str, validators: Validators | None = None) -> models.Page | None:
        """The page, but for one."""
        if address.endswith(self.path):
            raise RuntimeError("a bug")
        return self.fetcher.fetch(address, validators)


def test_a_bug_met_while_a_page_is_asked_hurts_this_article_alone(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    outcome = refreshed(room, broken=blog.stories[1].path)
    assert (outcome.failure, outcome.new) == (None, 2)
    assert [fault.kind for fault in outcome.faults] == ["bug"]
    assert room.refresh(later=HOUR).new == 1


def test_a_whole_article_is_not_made_shorter_by_a_missing_page(room: Room, site: Site) -> None:
    room.source(pages_of_one(three_pages(site)))
    room.refresh()
    site.at("/a?page=3", Status(503))
    outcome = room.refresh(later=2 * HOUR)
    assert outcome.changed == 0
    assert room.entries()[0].text == "\n\n".join(words(1))


def test_a_page_that_stays_missing_is_not_asked_for_ever(room: Room, site: Site) -> None:
    url = three_pages(site)
    site.at("/a?page=3", Status(404))
    room.source(pages_of_one(url))
    room.refresh()
    for _ in range(30):
        room.refresh(later=DAY)
    site.forget()
    room.refresh(later=DAY)
    assert site.paths == ["/"]


def test_a_pages_own_feed_may_end_while_the_page_is_as_it_was(room: Room, site: Site) -> None:
    blog = Blog(articles=5)
    url = with_feed(site, blog)
    page = blog.replaced["front"]
    assert isinstance(page, Page)
    blog.replaced["front"] = Conditional(page.body)
    room.source(f'kind = "listing"\nurl = "{url}"\n')
    first = room.refresh()
    room.refresh(later=25 * HOUR)
    site.forget()
    again = room.refresh(later=HOUR)
    assert site.paths == ["/feed.atom"]
    assert (again.found, again.hints) == (5, first.hints)
    blog.replaced["feed.atom"] = Status(404)
    outcome = room.refresh(later=25 * HOUR)
    assert (outcome.failure, outcome.found) == (None, 5)


def test_a_move_to_a_wall_is_left_again(room: Room, site: Site) -> None:
    old_blog, new_blog = Blog(articles=4, seed="old"), Blog(articles=3)
    site.at("/new/", new_blog)
    old = site.at("/old/", old_blog)
    old_blog.replaced[""] = Redirect("/new/", 301)
    room.source(f'kind = "listing"\nurl = "{old}"\n')
    room.refresh()
    old_blog.replaced.clear()
    new_blog.replaced[""] = CAPTCHA
    outcome = room.refresh()
    assert (outcome.failure, outcome.found) == (None, 4)


def state(room: Room) -> SourceState:
    with room.open() as app:
        return next(state for state in app.store.states() if state.name == "news")


def test_the_end_of_feeder_is_no_failure_of_a_source(room: Room, site: Site) -> None:
    room.source(KINDS["listing"].format(base=site.at("/", Blog(articles=3))))
    refreshed(room, stopping=lambda: True)
    after = state(room)
    assert after.failures == 0
    assert after.next_check_at is not None and after.next_check_at <= room.clock
    assert after.leased_until is None
    assert room.refresh().new == 3


def test_what_is_due_by_hand_alone_is_so_after_an_interruption(room: Room, site: Site) -> None:
    room.source('every = "manual"\n' + KINDS["listing"].format(base=site.at("/", Blog(articles=3))))
    asked = iter([False] * 4)
    refreshed(room, stopping=lambda: next(asked, True))
    assert room.due() is None
    refreshed(room, stopping=lambda: True)
    assert room.due() is None


def test_articles_left_at_the_end_of_feeder_are_read_by_the_next(room: Room, site: Site) -> None:
    blog = Blog(articles=6)
    room.source(KINDS["feed"].format(base=site.at("/", blog)))
    outcome = refreshed(room, stopping=lambda: len([p for p in site.paths if "feed" in p]) > 0)
    assert outcome.new < 6
    room.refresh()
    assert recorded(room) == published(blog)


def test_what_is_announced_for_later_is_looked_at_as_rarely_as_the_rest(
    room: Room, site: Site
) -> None:
    room.clock = datetime(2026, 11, 1, tzinfo=UTC)
    page = story_page(1)
    site.at("/a/1", Conditional(page.body))
    when = '<time datetime="2036-05-01T20:00:00Z">1 May 2036</time>'
    dated = f'<article><h2><a href="/a/1">A concert that is to come</a></h2>{when}</article>'
    url = site.at("/", Page(f"<!doctype html><title>Concerts</title><main>{dated}</main>"))
    room.source(
        f'kind = "listing"\nurl = "{url}"\n[list]\nitem = "article"\nlink = "h2 a"\ndate = "time"\n'
    )
    room.refresh()
    for _ in range(40):
        room.refresh(later=DAY)
    site.forget()
    for _ in range(5):
        room.refresh(later=DAY)
    assert "/a/1" not in site.paths


def test_a_fault_is_told_as_long_as_its_page_is_as_it_was(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    blog.replaced[blog.stories[1].path] = Conditional("<!doctype html><title></title><p></p>")
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.clock = blog.stories[0].published
    first = room.refresh()
    assert len(first.faults) == 1
    for _ in range(5):
        assert room.refresh(later=2 * HOUR).faults == first.faults


def test_what_was_refused_is_asked_again_as_soon_as_the_source_may(room: Room, site: Site) -> None:
    site.at("/robots.txt", Page("User-agent: *\nDisallow: /articles/\n", "text/plain"))
    blog = Blog(articles=3)
    blog.replaced["robots.txt"] = Page("User-agent: *\nDisallow: /articles/\n", "text/plain")
    text = KINDS["listing"].format(base=site.at("/", blog))
    room.source(text)
    assert {fault.kind for fault in room.refresh().faults} == {"robots"}
    room.source(text + "[fetch]\nrobots = false\n")
    assert room.refresh().new == 3


def test_a_pages_own_feed_that_fails_for_once_is_waited_for(room: Room, site: Site) -> None:
    blog = Blog(articles=5)
    room.source(f'kind = "listing"\nurl = "{with_feed(site, blog)}"\n')
    room.refresh()
    blog.replaced["feed.atom"] = Status(500)
    site.forget()
    outcome = room.refresh(later=HOUR)
    assert outcome.failure is not None
    assert site.paths == ["/feed.atom"]
    assert room.refresh(later=DAY).failure is None  # the page has to do
    del blog.replaced["feed.atom"]
    assert room.refresh(later=HOUR).changed == 0
    site.forget()
    room.refresh(later=HOUR)
    assert site.paths == ["/feed.atom"]


def test_what_was_read_whole_from_its_page_is_not_replaced_by_what_a_feed_calls_whole(
    room: Room, site: Site
) -> None:
    def feed(told: str) -> Page:
        item = (
            f"<item><title>A story of the harbour</title><link>{site.url('/a/1')}</link>"
            f"<guid>one</guid><description>{told}</description></item>"
        )
        rss = f'<rss version="2.0"><channel><title>News</title>{item}</channel></rss>'
        return Page(rss, "application/rss+xml")

    stories(site, 2)
    url = site.at("/feed.rss", feed("It begins like this …"))
    room.source(f'kind = "feed"\nurl = "{url}"\n')
    room.refresh()
    (before,) = room.entries()
    assert before.text == "\n\n".join(words(1))
    many = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in words(1)[:3])
    site.at("/feed.rss", feed(many * 2))
    outcome = room.refresh(later=DAY)
    assert (outcome.failure, outcome.changed) == (None, 0)
    assert room.entries()[0].text == before.text


def test_what_was_never_read_comes_before_second_looks(room: Room, site: Site) -> None:
    stories(site, 6)
    url = site.at("/news", Page(items(range(6))))
    room.source(f'kind = "listing"\nurl = "{url}"\n[fetch]\nmax_articles = 2\n')
    assert [room.refresh(later=HOUR).new for _ in range(3)] == [2, 2, 2]


def test_410_counts_in_a_row_alone(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.refresh()
    for _ in range(3):
        blog.replaced[""] = Gone()
        assert room.refresh(later=HOUR).failure is not None
        assert room.due() is not None
        blog.replaced.clear()
        assert room.refresh(later=HOUR).failure is None


class Frozen(Conditional):
    """What stands at a blog's address now."""

    def __init__(self, blog: Blog, name: str, base: str) -> None:
        made = blog._made(name, base)
        assert isinstance(made, Conditional)
        super().__init__(made.body, made.etag, made.last_modified, made.media_type)


def test_a_pages_own_feed_that_stands_still_is_left_for_the_page(room: Room, site: Site) -> None:
    blog = Blog(articles=12)
    url = with_feed(site, blog)
    base = url.removesuffix("front")
    blog.replaced["feed.atom"] = Frozen(blog, "feed.atom", base)
    room.source(f'kind = "listing"\nurl = "{url}"\n')
    room.refresh()
    assert any("feed.atom" in path for path in site.paths)
    for _ in range(3):
        blog.publish()
    frozen = blog.replaced["feed.atom"]
    with_feed(site, blog)
    blog.replaced["feed.atom"] = frozen
    assert room.refresh(later=25 * HOUR).new == 3


def test_a_wall_behind_an_answer_that_says_no_is_named(room: Room, site: Site) -> None:
    blog = Blog(articles=2)
    blog.replaced[blog.stories[1].path] = Status(403, body=str(CAPTCHA.body).encode())
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    assert [fault.kind for fault in room.refresh().faults] == ["wall"]


def test_what_needs_no_page_is_read_though_no_more_may_be_fetched(room: Room, site: Site) -> None:
    stories(site, 4)
    whole = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in words(3)) * 3
    told = ["It begins like this …", "It begins like that …", "So it begins …", whole]
    feed = "".join(
        f"<item><title>Story {n}</title><link>{site.url(f'/a/{n}')}</link><guid>{n}</guid>"
        f"<description>{text}</description></item>"
        for n, text in enumerate(told)
    )
    rss = f'<rss version="2.0"><channel><title>News</title>{feed}</channel></rss>'
    url = site.at("/feed.rss", Page(rss, "application/rss+xml"))
    room.source(f'kind = "feed"\nurl = "{url}"\n[fetch]\nmax_articles = 1\n')
    outcome = room.refresh()
    assert {entry.title for entry in room.entries()} == {"Story 0", "Story 3"}
    assert len(outcome.waiting) == 2


def test_a_whole_article_is_not_made_a_teaser_by_a_wall(room: Room, site: Site) -> None:
    blog = Blog(articles=2)
    room.source(KINDS["teasers"].format(base=site.at("/", blog)))
    room.refresh()
    before = recorded(room)
    story = blog.edit(blog.stories[0], title="Another headline for the same old story")
    blog.replaced[story.path] = CAPTCHA
    outcome = room.refresh(later=2 * HOUR)
    assert (outcome.changed, [fault.kind for fault in outcome.faults]) == (0, ["wall"])
    assert recorded(room) == before
