"""`feeder repair`: a proposal with what speaks for it; what a person wrote is never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.cli import app as verbs
from feeder.errors import LayoutError
from feeder.repairs.writing import edited
from feeder.workers.here import Here
from tests.refresh.room import Room
from tests.repairs.designs import Design, blocks, wordpress
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site

runner = CliRunner()
SOURCE = """# Mine.
kind = "listing"
url = "{url}"

[list]
link = "main.plain a[href*='articles/']"  # as it was
include = ["*/articles/*"]

[fetch]
max_articles = 50
"""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("feeder.app.Workers", lambda **bounds: nullcontext(Here()))
    with Site() as made:
        yield made


@pytest.fixture
def blog(site: Site, tmp_path: Path) -> Blog:
    made = Blog(articles=6)
    site.at("/", made)
    room = Room(tmp_path)
    room.source(SOURCE.format(url=site.url("/")))
    assert room.refresh().new == 6
    return made


def said(root: Path, *words: str, status: int = 0) -> str:
    result = runner.invoke(verbs, ["--config", str(root / "config"), "repair", *words])
    assert result.exit_code == status, result.output
    return result.output


def test_a_redesign_is_answered_by_a_change_of_the_file_that_finds_all_again(
    blog: Blog, tmp_path: Path
) -> None:
    blog.layout = "cards"
    new = blog.publish("A seventh piece of news")
    path = tmp_path / "config/sources/news.toml"
    before = path.read_text()
    told = said(tmp_path, "news")
    assert "of 7 articles listed, 6 are on record" in told
    assert "and 1 is new, such as\n  A seventh piece of news" in told
    assert "-link = " in told and "+link = " in told and "# Mine." not in told.split("@@")[0]
    refused = said(tmp_path, "news", "--apply", status=2)
    assert "is yours" in refused
    assert path.read_text() == before
    made = tmp_path / "var/state/sources.d"
    made.mkdir(parents=True)
    path.rename(made / "news.toml")
    assert "is written" in said(tmp_path, "news", "--apply")
    kept = (made / "news.toml").read_text()
    assert kept.startswith("# Mine.\n") and 'include = ["*/articles/*"]' in kept
    outcome = Room(tmp_path).refresh()
    assert outcome.failure is None and outcome.new == 1
    assert Room(tmp_path).entries()[0].title == new.title


def test_programs_are_told_the_same_and_whether_it_was_written(blog: Blog, tmp_path: Path) -> None:
    blog.layout = "cards"
    blog.publish("A seventh piece of news")
    told = json.loads(said(tmp_path, "news", "--json"))
    path = tmp_path / "config/sources/news.toml"
    assert (told["source"], told["file"], told["written"]) == ("news", str(path), False)
    (change,) = told["changes"]
    assert (change["table"], change["known"], change["fresh"]) == ("list", 6, 1)
    assert change["old"] == {"link": "main.plain a[href*='articles/']"}
    assert change["new"].keys() <= {"item", "link"}
    assert change["fresh_titles"] == ["A seventh piece of news"] and len(change["titles"]) == 3
    refused = runner.invoke(
        verbs, ["--config", str(tmp_path / "config"), "repair", "news", "--json", "--apply"]
    )
    assert refused.exit_code == 2 and "is yours" in refused.stderr
    assert json.loads(refused.stdout) == told
    made = tmp_path / "var/state/sources.d"
    made.mkdir(parents=True)
    path.rename(made / "news.toml")
    assert json.loads(said(tmp_path, "news", "--json", "--apply"))["written"] is True
    assert change["new"]["link"] in (made / "news.toml").read_text()


def test_where_selectors_find_nothing_any_more_status_advises_to_repair_them(
    blog: Blog, tmp_path: Path
) -> None:
    blog.layout = "cards"
    failure = Room(tmp_path).refresh().failure
    assert failure is not None and failure.kind == "layout"
    assert failure.advice.startswith("`feeder repair news` ")
    assert "or look at the page" in failure.advice
    for words in (["status"], ["status", "news"]):
        result = runner.invoke(verbs, ["--config", str(tmp_path / "config"), *words])
        assert "`feeder repair news`" in result.output, result.output


def test_selectors_that_never_found_anything_are_to_be_corrected_by_hand(
    site: Site, tmp_path: Path
) -> None:
    made = Blog(articles=6)
    made.layout = "cards"
    site.at("/", made)
    room = Room(tmp_path)
    room.source(SOURCE.format(url=site.url("/")))
    failure = room.refresh().failure
    assert failure is not None and "finds nothing" in failure.message
    assert "feeder repair" not in failure.advice


def test_what_has_no_selectors_that_a_site_could_break_is_told_so(tmp_path: Path) -> None:
    room = Room(tmp_path)
    (tmp_path / "articles").mkdir()
    room.source('kind = "files"\nroot = "articles"\n[article]\ncontent = ".story"\n')
    room.source('kind = "feed"\nurl = "https://a.example/"\n', "other")
    for name in ("news", "other"):
        result = runner.invoke(verbs, ["--config", str(tmp_path / "config"), "repair", name])
        assert isinstance(result.exception, LayoutError)
        assert f"{name} names no selectors that could be repaired" in result.exception.message


def test_where_the_articles_are_gone_nothing_is_proposed_or_written(
    blog: Blog, tmp_path: Path
) -> None:
    blog.layout = "nothing"
    result = runner.invoke(verbs, ["--config", str(tmp_path / "config"), "repair", "news"])
    assert isinstance(result.exception, LayoutError)
    assert "0 of 6 articles on record" in result.exception.message


def test_what_works_is_left_alone(blog: Blog, tmp_path: Path) -> None:
    result = runner.invoke(verbs, ["--config", str(tmp_path / "config"), "repair", "news"])
    assert isinstance(result.exception, LayoutError)
    assert "nothing is to be repaired" in result.exception.message


ARTICLES = """kind = "listing"
url = "{url}"

[article]
content = ".entry-content"
"""


def build(site: Site, design: Design, numbers: Iterable[int]) -> None:
    """A list of articles, and their pages in a design."""
    links = "".join(f'<li><h2><a href="/{n}">Story {n} of the harbour</a></h2>' for n in numbers)
    site.at("/", Page(f"<!doctype html><main><ul>{links}</ul></main>"))
    for number in numbers:
        site.at(f"/{number}", Page(design(number)))


def test_where_pages_of_articles_were_redesigned_their_texts_are_found_again(
    site: Site, tmp_path: Path
) -> None:
    room = Room(tmp_path)
    build(site, wordpress, range(20, 12, -1))
    room.source(ARTICLES.format(url=site.url("/")))
    assert (first := room.refresh()).new == 8 and not first.hints
    build(site, blocks, range(21, 12, -1))
    (hint,) = room.refresh().hints
    assert "content in [article] finds nothing on the page" in hint and "feeder repair news" in hint
    told = said(tmp_path, "news")
    assert "100% of the texts on record are found by it on 5 of 5 pages" in told
    assert '-content = ".entry-content"' in told and '+content = ".article__body"' in told
    made = tmp_path / "var/state/sources.d"
    made.mkdir(parents=True)
    (tmp_path / "config/sources/news.toml").rename(made / "news.toml")
    (change,) = json.loads(said(tmp_path, "news", "--apply", "--json"))["changes"]
    assert change == {
        "table": "article",
        "old": {"content": [".entry-content"]},
        "new": {"content": ".article__body"},
        "pages": 5,
        "of": 5,
        "held": 1.0,
    }
    after = room.refresh()  # all is read anew by the new selector, and says what it said
    assert (after.new, after.changed, after.hints) == (0, 0, ())
    result = runner.invoke(verbs, ["--config", str(tmp_path / "config"), "repair", "news"])
    assert isinstance(result.exception, LayoutError)
    assert "nothing is to be repaired: content" in result.exception.message


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ('[list]\nitem = "a"\ndate = "b"\n', '[list]\nlink = "d"\nitem = "c"\n'),
        (
            'x = 1\n[list] # l\nitem = "a"\ndate = "b"\nnext = "n"\n\n[y]\nz = 2\n',
            'x = 1\n[list] # l\nlink = "d"\nitem = "c"\nnext = "n"\n\n[y]\nz = 2\n',
        ),
        ('list = { item = "a", date = "b" }\n', None),
        ('[list]\nitem = """\na"""\ndate = "b"\n', None),
    ],
)
def test_a_file_is_changed_where_that_is_safe(text: str, made: str | None) -> None:
    assert edited(text, "list", ("item", "date"), {"item": "c", "link": "d"}) == made
