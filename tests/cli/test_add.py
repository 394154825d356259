"""`feeder add`: from an address to a source and its feed; and nothing written where it is wrong."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from feeder.app import load
from feeder.cli import app as verbs
from feeder.errors import AddressError, FeederError
from feeder.workers.here import Here
from tests.discovery.test_asking import Headed, named
from tests.site import statuses, walls
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site

NEAR = ["--allow-network", "127.0.0.1/32"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    # What is written is tested here; so that it is quick, the work is done in this very process.
    monkeypatch.setattr("feeder.workers.processes.Workers", lambda **bounds: nullcontext(Here()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDER_CONFIG", raising=False)
    Path("config/sources").mkdir(parents=True)
    Path("config/feeder.toml").write_text("")
    with Site() as made:
        yield made


def run(*words: str) -> Result:
    return CliRunner().invoke(verbs, ["add", *words])


def written() -> dict[str, str]:
    """All files that are here, but for locks of nobody."""
    return {str(path): path.read_text() for path in Path().rglob("*") if path.is_file()}


def test_the_best_becomes_a_commented_file_and_what_comes_is_said(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=6), named("/feed.atom")))
    result = run(url, *NEAR)
    assert result.exit_code == 0, result.output
    place = Path("config/sources/the-harbour-courier.toml")
    assert stat.S_IMODE(place.stat().st_mode) == 0o644
    text = place.read_text()
    assert tomllib.loads(text) == {
        "kind": "feed",
        "title": "The Harbour Courier",
        "url": site.url("/feed.atom"),
        "fetch": {"allow_networks": ["127.0.0.1/32"]},
    }
    assert max(map(len, text.splitlines())) <= 120
    assert text.startswith("# Added by `feeder add` on ") and "the page names it" in text
    assert f'# kind = "listing", url = "{url}" (list of links; 6 articles' in text
    assert f"{place}: Atom feed, 6 articles" in result.output
    assert "publishes 6 articles in the-harbour-courier.atom:" in result.output
    assert result.output.count("   • 2026-01-0") == 3 and "… and 3 more" in result.output
    assert "feeder refresh the-harbour-courier" in result.output
    assert "feeder reload" in result.output


def test_editors_know_what_is_written_where_they_know_the_rest(site: Site) -> None:
    url = site.at("/", Blog(articles=3))
    assert CliRunner().invoke(verbs, ["schema"]).exit_code == 0
    assert run(url, *NEAR, "--name", "courier").exit_code == 0
    text = Path("config/sources/courier.toml").read_text()
    assert text.startswith("#:schema ../.schema/source.json\n\n# Added by `feeder add` on ")
    assert (Path("config/sources") / "../.schema/source.json").is_file()


def test_what_was_added_is_what_a_refresh_publishes(site: Site) -> None:
    """From nothing to a feed of a local site: init, add, refresh."""
    url = site.at("/", Blog(articles=3))
    assert run(url, *NEAR, "--name", "courier", "--title", "Boats").exit_code == 0
    main = Path("config/feeder.toml")
    main.write_text('[fetch]\ndelay = "0s"\n')
    result = CliRunner().invoke(verbs, ["refresh", "courier"])
    assert result.exit_code == 0, result.output
    feed = Path("var/public/courier.atom").read_text()
    assert "<title>Boats</title>" in feed and feed.count("<entry") == 3


def test_a_page_has_its_selectors_as_comments_that_work(site: Site) -> None:
    url = site.at("/", Blog(articles=5))
    assert run(url, *NEAR, "--name", "courier").exit_code == 0
    place = Path("config/sources/courier.toml")
    text = place.read_text()
    assert "list" not in tomllib.loads(text)
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    begin = lines.index("[list]")
    pinned = "\n".join(lines[begin : lines.index("Also there:")])
    place.write_text(f'kind = "listing"\nurl = "{url}"\n{pinned}\n')
    [source] = load(Path("config")).sources
    assert source.list.item == ".teaser" and source.list.title


def test_the_kind_may_be_chosen(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=6), named("/feed.atom")))
    assert run(url, *NEAR, "--kind", "sitemap", "--name", "map").exit_code == 0
    assert tomllib.loads(Path("config/sources/map.toml").read_text())["kind"] == "sitemap"
    result = run(url, *NEAR, "--kind", "json")
    assert isinstance(result.exception, FeederError)
    assert "there is no json" in result.exception.message
    assert "feed, listing, sitemap" in result.exception.advice


def test_json_is_added_with_where_its_articles_are(site: Site) -> None:
    site.at("/", Blog(articles=4))
    assert run(site.url("/api.json"), *NEAR, "--name", "api").exit_code == 0
    told = tomllib.loads(Path("config/sources/api.toml").read_text())
    assert told["items"] == "data.articles"
    assert told["fields"]["title"] == "headline" and told["fields"]["content"] == "body"


def test_json_in_a_page_is_added_and_read(site: Site) -> None:
    blog = Blog(articles=3)
    rows = [{"title": story.title, "href": f"/{story.path}"} for story in blog.stories]
    body = walls.Shell().body
    assert isinstance(body, str)
    script = f'<script id="data" type="application/json">{json.dumps(rows)}</script></body>'
    blog.replaced[""] = Page(body.replace("</body>", script))
    assert run(site.at("/", blog), *NEAR, "--name", "shell").exit_code == 0
    told = tomllib.loads(Path("config/sources/shell.toml").read_text())
    assert (told["kind"], told["script"], told["items"]) == ("json", "script#data", "@")
    result = CliRunner().invoke(verbs, ["check", "--online"])
    assert "shell: 3 articles listed" in result.output, result.output


def test_a_source_that_no_feed_names_is_said(site: Site) -> None:
    Path("config/sources/old.toml").write_text('kind = "feed"\nurl = "https://old.example/"\n')
    Path("config/feeder.toml").write_text('[[feed]]\nname = "all"\nsources = ["old"]\n')
    url = site.at("/", Blog(articles=3))
    assert "in no feed, since no [[feed]]" in run(url, *NEAR).output


def test_where_the_configuration_is_read_only_the_state_folder_has_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.at("/", Blog(articles=3))
    # Who runs the tests may be root, to whom no mode is an obstacle: the kernel's answer is given.
    monkeypatch.setattr("os.access", lambda path, mode: "config" not in Path(path).parts)
    result = run(url, *NEAR, "--name", "courier")
    assert Path("var/state/sources.d/courier.toml").exists(), result.output
    assert "var/state/sources.d/courier.toml: " in result.output


USAGE = (
    (["--name", "Größe"], "1 to 64 characters of a-z"),
    (["--name", "old"], "old-2 is free"),
    (["--name", "index"], "index-2 is free"),
    (["--kind", "files"], "expected one of feed, json, listing, sitemap"),
)


@pytest.mark.parametrize(("words", "told"), USAGE)
def test_a_wrong_option_is_said_before_anybody_is_asked(
    site: Site, words: list[str], told: str
) -> None:
    Path("config/sources/old.toml").write_text('kind = "feed"\nurl = "https://old.example/"\n')
    before = written()
    result = run(site.url("/"), *NEAR, *words)
    assert result.exit_code == 2 and told in " ".join(result.output.split())
    assert written() == before and not site.paths


def test_an_address_that_some_source_reads_already_is_not_added_again(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=3), named("/feed.atom")))
    assert run(url, *NEAR).exit_code == 0
    before = written()
    for address in (site.url("/feed.atom"), url):
        result = run(address, *NEAR, "--name", "again")
        assert isinstance(result.exception, AddressError), result.output
        assert "the-harbour-courier reads that already" in result.exception.message
    assert written() == before


def test_of_a_page_that_is_a_source_another_kind_can_be_added(site: Site) -> None:
    url = site.at("/", Blog(articles=3))
    assert run(url, *NEAR, "--name", "page").exit_code == 0
    assert run(url, *NEAR, "--name", "map", "--kind", "sitemap").exit_code == 0
    again = run(url, *NEAR, "--name", "again", "--kind", "listing")
    assert isinstance(again.exception, AddressError) and again.exception.exit_code == 2


def test_names_that_are_taken_get_a_number(site: Site) -> None:
    Path("config/sources/boats.toml").write_text('kind = "feed"\nurl = "https://old.example/"\n')
    url = site.at("/", Blog(articles=3, title="Boats"))
    before = Path("config/sources/boats.toml").read_bytes()
    assert run(url, *NEAR).exit_code == 0
    assert Path("config/sources/boats-2.toml").exists()
    assert Path("config/sources/boats.toml").read_bytes() == before


BAD = (
    walls.LogIn(),
    walls.EmptyListing(),
    walls.EmptyPage(),
    walls.SoftNotFound(),
    statuses.Status(404),
    statuses.LogInRequired(),
    Page(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
    Page(b"GIF89a" + b"\0" * 99, "image/gif"),
    Page("<!doctype html><title>One</title><article><h1>One</h1><p>Text.</p></article>"),
)


@pytest.mark.parametrize("behaviour", BAD, ids=lambda one: type(one).__name__)
def test_where_there_is_nothing_nothing_is_written(
    site: Site, behaviour: Page | statuses.Status
) -> None:
    before = written()
    result = run(site.at("/", behaviour), *NEAR)
    assert isinstance(result.exception, FeederError), result.output
    assert result.exception.message and result.exception.advice
    assert result.exception.exit_code == 1 and written() == before


def test_what_is_no_address_or_private_writes_nothing(site: Site) -> None:
    before = written()
    for typed, advice in (
        ("news.example.org", "try https://news.example.org"),
        (site.url("/"), f"feeder add {site.url('/')} --allow-network 127.0.0.1/32"),
    ):
        result = run(typed)
        assert isinstance(result.exception, FeederError) and advice in result.exception.advice
    assert written() == before and not site.paths


def test_a_configuration_that_is_wrong_or_not_there_is_said_first(site: Site) -> None:
    Path("config/sources/bad.toml").write_text("kind = \n")
    before = written()
    result = run(site.url("/"), *NEAR)
    assert isinstance(result.exception, FeederError) and result.exception.exit_code == 2
    assert written() == before and not site.paths
    result = run(site.url("/"), "--config", "nowhere")
    assert isinstance(result.exception, FeederError)
    assert "feeder init" in result.exception.advice
