"""A preview is what a first refresh would bring, in whichever way an address can be read; and
leaves no trace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeder.app import load
from feeder.config.settings import Settings
from feeder.errors import AddressError, UnknownSourceError
from feeder.previewing.found import Preview
from feeder.previewing.looking import preview
from feeder.previewing.target import target_of
from feeder.workers.here import Here
from tests.e2e.project import LONG_AGO
from tests.refresh.room import MAIN, Room
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site

LISTING = 'kind = "listing"\nurl = "{url}"\n'


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.fixture
def blog(site: Site) -> Blog:
    made = Blog(articles=8)
    site.at("/", made)
    return made


def settings(root: Path, **sources: str) -> Settings:
    (root / "config/sources").mkdir(parents=True, exist_ok=True)
    (root / "config/feeder.toml").write_text(MAIN)
    for name, text in sources.items():
        (root / f"config/sources/{name}.toml").write_text(text)
    return load(root / "config")


def look(word: str, made: Settings, *, limit: int = 3, article: str | None = None) -> Preview:
    return preview(target_of(word, made), made, Here(), limit=limit, article=article)


def titles(found: Preview) -> list[str]:
    return [one.entry.title for one in found.articles]


def test_it_shows_what_the_first_refresh_then_brings(
    site: Site, blog: Blog, tmp_path: Path
) -> None:
    room = Room(tmp_path)
    room.source(LISTING.format(url=site.url("/")))
    found = look("news", load(tmp_path / "config"), limit=5)
    room.refresh()
    entries = room.entries()[:5]
    assert found.listed == 8 and found.failure is None
    assert titles(found) == [entry.title for entry in entries]
    shown = [(one.entry.url, one.entry.published, one.entry.authors) for one in found.articles]
    assert shown == [(one.url, one.published, one.authors) for one in entries]


def test_nothing_is_stored_and_nothing_asked_twice(site: Site, blog: Blog, tmp_path: Path) -> None:
    made = settings(tmp_path, news=LISTING.format(url=site.url("/")))
    before = sorted(tmp_path.rglob("*"))
    article = site.url(f"/{blog.stories[0].path}")
    look("news", made)
    assert sorted(tmp_path.rglob("*")) == before
    assert len(site.paths) == len(set(site.paths)) == 5  # robots.txt, the list, three articles
    site.forget()
    [one] = look(article, made).articles
    assert one.entry.title == blog.stories[0].title
    assert site.paths.count(f"/{blog.stories[0].path}") == 1


def test_a_state_that_is_there_stays_as_it_is(site: Site, blog: Blog, tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.source(LISTING.format(url=site.url("/")))
    room.refresh()
    blog.publish()

    def state() -> dict[Path, tuple[bytes, int]]:
        files = (path for path in (tmp_path / "var").rglob("*") if path.is_file())
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    before = state()
    assert titles(look("news", load(tmp_path / "config")))[0] == blog.stories[0].title
    assert before and state() == before


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "listing"), ("/feed.atom", "listing"), ("/sitemap.xml", "sitemap")],
)
def test_an_address_takes_no_source(
    site: Site, blog: Blog, tmp_path: Path, path: str, kind: str
) -> None:
    found = look(site.url(path), settings(tmp_path))
    assert (found.source.kind, found.listed) == (kind, 8)
    assert titles(found) == [story.title for story in blog.stories[:3]]


def test_the_address_of_a_source_is_that_source(site: Site, blog: Blog, tmp_path: Path) -> None:
    site.at("/list", Page(b"<p><a class=x href=/articles>One</a>"))
    text = LISTING.format(url=site.url("/list")) + "[list]\nlink = 'a.x'\n"
    found = look(site.url("/list"), settings(tmp_path, mine=text))
    assert (found.source.name, found.listed) == ("mine", 1)


def test_one_article_is_told_what_its_listing_says(site: Site, blog: Blog, tmp_path: Path) -> None:
    made = settings(tmp_path, news=f'kind = "feed"\nurl = "{site.url("/teasers.rss")}"\n')
    story = blog.stories[6]
    [one] = look("news", made, article=site.url(f"/{story.path}")).articles
    assert (one.entry.title, one.entry.published) == (story.title, story.published)
    assert one.page is not None


def test_the_date_of_a_list_is_no_date_of_a_file(site: Site, blog: Blog, tmp_path: Path) -> None:
    words = "The mill stood still for a week while its owner looked for a miller. " * 9
    items = ""
    for day in range(1, 5):
        title = f"What happened at the mill on day {day}"
        site.at(f"/{day}-mill", Page(f"<h1>{title}</h1><article><p>{words}{day}</p></article>"))
        date = f'<time datetime="2026-01-0{day}">'
        items += f'<article><h2><a href="/{day}-mill">{title}</a></h2>{date}</time></article>'
    made = settings(tmp_path, mill=LISTING.format(url=site.at("/mill", Page(items))))
    one, *_ = look("mill", made).articles
    assert f"{one.entry.published:%d}" == "04" and one.article.published is None
    assert one.oddities == ()


def test_what_fails_says_so(site: Site, blog: Blog, tmp_path: Path) -> None:
    made = settings(tmp_path)
    missing = look(site.url("/nowhere"), made)
    assert missing.is_failure and missing.failure is not None and missing.failure.kind == "http"
    site.at("/empty", Page(b"<html><body><p>Soon.</p></body></html>"))
    empty = look(site.url("/empty"), made)
    assert empty.failure is not None and empty.failure.kind == "layout"


def test_files_are_previewed_with_what_is_odd_about_them(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    long = "The mill stood still for a week while its owner looked for a miller. " * 8
    texts = {
        "one.md": f"---\ntitle: Same\ndate: 2026-01-02\n---\n{long}one",
        "two.md": f"---\ntitle: Same\ndate: 2026-01-01\n---\n{long}two",
        "four.md": f"---\ntitle: Other\n---\n{long}four",
        "three.md": "---\ntitle: Short\ndate: 2999-01-01\n---\nA teaser.",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (LONG_AGO, LONG_AGO))
    drop = '[[feed]]\nname = "own"\n[[feed.drop]]\ntitle = "Short"\n'
    made = settings(tmp_path, own='kind = "files"\nroot = "articles"\n')
    (tmp_path / "config/feeder.toml").write_text(drop)
    made = load(tmp_path / "config")
    odd = {one.address: " ".join(one.oddities) for one in look("own", made, limit=9).articles}
    assert odd["one.md"] == odd["two.md"] == "2 of these articles have this title"
    assert odd["four.md"] == "no date is told: that of the file stands for one"
    assert "to come" in odd["three.md"] and "short (2 words)" in odd["three.md"]
    assert "the feed own leaves it out" in odd["three.md"]
    [alone] = look("own", made, article="two.md").articles
    assert alone.address == "two.md"


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("new", "did you mean news?"),
        ("zebra", "there are: news"),
    ],
)
def test_a_word_that_is_no_source_is_met_with_help(tmp_path: Path, word: str, advice: str) -> None:
    made = settings(tmp_path, news=LISTING.format(url="https://news.example/"))
    with pytest.raises(UnknownSourceError) as error:
        target_of(word, made)
    assert advice in error.value.advice


@pytest.mark.parametrize(
    "word", ["https://", "ftp://x.example/", "https://me:hunter2@x.example/", "news.example.org",
             "me:hunter2@x.example", "htps://me:hunter2@x.example/"]
)  # fmt: skip
def test_what_is_no_web_address_is_said_to_be_none(word: str) -> None:
    with pytest.raises(AddressError) as error:
        target_of(word, None)
    assert error.value.exit_code == 2 and error.value.advice
    assert "hunter2" not in f"{error.value.message} {error.value.advice}"


def test_a_file_that_was_written_just_now_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = list[float]()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        os.utime(tmp_path / "articles/one.md", (LONG_AGO, LONG_AGO))

    monkeypatch.setattr("feeder.previewing.looking.time.sleep", wait)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/one.md").write_text("# One\n\nThe mill stood still for a week.\n")
    made = settings(tmp_path, own='kind = "files"\nroot = "articles"\n')
    assert titles(look("own", made)) == ["One"] and waited == [2.0]
