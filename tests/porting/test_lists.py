"""Lists of subscriptions from elsewhere become files of sources; broken ones become nothing."""

from __future__ import annotations

import io
import json
import os
import time
import tracemalloc
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from feeder import adding
from feeder.adding import NewSource, checked
from feeder.app import load
from feeder.cli import app
from feeder.errors import UnfitFileError
from feeder.models import Page
from feeder.porting.addresses import read_addresses
from feeder.porting.lists import plan_list, write
from feeder.porting.opml import read_opml
from feeder.porting.plan import kind_by_look, planned
from feeder.porting.subscriptions import Subscription
from feeder.sources.listing.listing import Listing

FRESHRSS = Path(__file__).with_name("freshrss.opml").read_text(encoding="utf-8")
PAGE = b"""<html><body><h1>News</h1><nav><a href="/interesting/">All</a></nav>
<article><h2>The quay</h2><a href="/interesting/quay">Read on</a><img src="/quay.jpg"></article>
<article><h2>The crane</h2><a href="/interesting/crane">Read on</a></article>
<article><h2>An advertisement</h2><a href="/shop">Buy</a></article></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").touch()
    (tmp_path / "config/sources/harbour.toml").write_text(
        'kind = "feed"\nurl = "https://harbour.example/feed"\n'
    )
    return tmp_path / "config"


def run(folder: Path, text: str | bytes, *args: str, name: str = "list.opml") -> tuple[int, str]:
    """What `feeder import` does with a file of this text."""
    file = folder.parent / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = CliRunner().invoke(app, ["import", str(file), "--config", str(folder), *args])
    if isinstance(result.exception, UnfitFileError):
        return result.exception.exit_code, f"{result.exception} {result.exception.advice}"
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "sources").iterdir()}


def opml(*outlines: str) -> str:
    return f'<opml version="1.0"><head/><body>{"".join(outlines)}</body></opml>'


def outline(address: str, title: str = "") -> str:
    return f'<outline text="{title}" xmlUrl="{address}"/>'


def test_an_opml_becomes_a_source_each_and_once(folder: Path) -> None:
    text = opml(
        f'<outline text="Ports">{outline("https://quay.example/rss", "Quay &amp; Pier")}</outline>',
        outline("http://www.harbour.example/feed/", "Harbour again"),
        outline("feed://crane.example/atom", "Quay &amp; Pier"),
    )
    status, told = run(folder, text, "--dry-run")
    assert (status, files(folder)) == (0, {"harbour.toml"})
    assert "+ line 1: quay-pier (feed): https://quay.example/rss" in told
    assert "its address is that of harbour" in told
    assert run(folder, text)[0] == 0
    assert files(folder) == {"harbour.toml", "quay-pier.toml", "quay-pier-2.toml"}
    written = (folder / "sources/quay-pier.toml").read_text()
    assert "# Imported from list.opml, line 1, folder Ports." in written
    sources = {source.name: source for source in load(folder).sources}
    assert sources["quay-pier"].title == "Quay & Pier"
    assert sources["quay-pier-2"].url == "http://crane.example/atom"
    before = {path: path.read_bytes() for path in (folder / "sources").iterdir()}
    status, told = run(folder, text)
    assert (status, told.splitlines()[-1]) == (0, "3 there already.")
    assert {path: path.read_bytes() for path in (folder / "sources").iterdir()} == before


def test_what_freshrss_scrapes_is_found_on_the_page_by_the_same_expressions(folder: Path) -> None:
    status, told = run(folder, FRESHRSS)
    assert status == 0
    assert "write them into [cookies]" in told
    written = (folder / "sources/scraped.toml").read_text()
    assert "geheim" not in written + told
    source = next(one for one in load(folder).sources if one.name == "scraped")
    listing = Listing.model_validate({"url": source.url, "list": source.list})
    page = Page("https://www.example.net/page.html", "https://www.example.net/page.html", PAGE)
    found = listing.discover(page).candidates
    assert [(one.address, one.facts.title) for one in found] == [
        ("https://www.example.net/interesting/quay", "The quay"),
        ("https://www.example.net/interesting/crane", "The crane"),
    ]
    assert found[0].facts.image == "https://www.example.net/quay.jpg"
    assert source.article.content == ("article",)
    api = next(one for one in load(folder).sources if one.name == "api")
    assert (api.kind, api.options["items"]) == ("json", "data.items")
    muted = next(one for one in load(folder).sources if one.name == "muted")
    assert (muted.enabled, muted.options) == (False, {"full_text": "always"})


def test_what_freshrss_alone_can_do_is_refused_and_the_rest_is_taken(folder: Path) -> None:
    scraped = (
        '<outline xmlns:f="https://freshrss.org/opml" text="X" type="HTML+XPath+JSON+DotNotation" '
        'xmlUrl="https://x.example/" f:xPathToJson="//script"/>'
    )
    status, told = run(folder, opml(scraped, outline("https://quay.example/rss")))
    assert (status, files(folder)) == (1, {"harbour.toml", "quay-example-rss.toml"})
    assert "html+xpath+json+dotnotation, which feeder cannot" in told


BRIDGES = (
    (
        {"bridge": "CssSelectorBridge", "home_page": "https://b.example/", "url_selector": "h2 a",
         "url_pattern": "/blog/.*", "content_selector": "article", "content_cleanup": ".ad"},
        {"kind": "listing", "url": "https://b.example/",
         "list": {"item": "h2 a", "include": "re:/blog/.*"},
         "article": {"content": "article", "remove": ".ad"}},
    ),
    (
        {"bridge": "CssSelectorComplex", "home_page": "https://b.example/", "url_selector": "a",
         "entry_element_selector": "li.post", "title_selector": "h3", "time_selector": "time"},
        {"kind": "listing", "url": "https://b.example/",
         "list": {"item": "li.post", "title": "h3", "date": "time"}},
    ),
    (
        {"bridge": "CssSelectorFeedExpanderBridge", "feed": "https://b.example/rss",
         "content_selector": "main"},
        {"kind": "feed", "url": "https://b.example/rss", "full_text": "always",
         "article": {"content": "main"}},
    ),
    (
        {"bridge": "XPathBridge", "url": "https://b.example/", "item": "//li", "uri": ".//a/@href"},
        {"kind": "listing", "url": "https://b.example/",
         "list": {"item": "//li", "link": "(.//a/@href)"}},
    ),
)  # fmt: skip


@pytest.mark.parametrize(("query", "keys"), BRIDGES, ids=[one[0]["bridge"] for one in BRIDGES])
def test_an_address_of_rss_bridge_is_the_page_that_it_reads(
    query: dict[str, str], keys: dict[str, object], folder: Path
) -> None:
    address = f"https://bridge.example/?{urlencode({'action': 'display', **query})}&format=Atom"
    (step,) = planned([Subscription(1, address)], {}, "list.txt", is_opml=False)
    assert step.source is not None
    assert step.source.keys == keys
    checked(folder, [step.source])


def test_other_bridges_stay_feeds_and_what_cannot_be_read_is_told() -> None:
    other = "https://bridge.example/?action=display&bridge=Reddit&r=ports&format=Atom"
    (step,) = planned([Subscription(1, other)], {}, "list.opml", is_opml=True)
    assert step.source is not None
    assert (step.source.keys["kind"], step.source.keys["url"]) == ("feed", other)
    query = {"action": "display", "bridge": "CssSelector", "home_page": "https://b.example/",
             "url_selector": "h2[[", "url_pattern": "(", "cookie": "geheim"}  # fmt: skip
    told = Subscription(1, f"https://bridge.example/?{urlencode(query)}")
    (step,) = planned([told], {}, "list.opml", is_opml=True)
    assert step.source is not None
    assert step.source.keys == {"kind": "listing", "url": "https://b.example/"}
    notes = "\n".join(step.source.notes)
    assert "item, which feeder cannot read: h2[[" in notes
    assert "include, which feeder cannot read" in notes
    assert "geheim" not in notes


LOOKS = (
    ("https://a.example/", "listing"),
    ("https://a.example/news/", "listing"),
    ("https://a.example/feed/", "feed"),
    ("https://a.example/news.rss", "feed"),
    ("https://a.example/index.xml", "feed"),
    ("https://a.example/feed.json", "feed"),
    ("https://a.example/?feed=rss2", "feed"),
    ("https://a.example/feedback", "listing"),
    ("https://a.example/news_sitemap.xml", "sitemap"),
    ("https://a.example/sitemaps/sitemap-2.xml.gz", "sitemap"),
)


@pytest.mark.parametrize(("address", "kind"), LOOKS)
def test_a_bare_address_is_what_it_looks_like(address: str, kind: str) -> None:
    assert kind_by_look(address) == kind


def test_a_list_of_addresses_has_comments_titles_and_mistakes(folder: Path) -> None:
    text = (
        "# what I read\n\nhttps://quay.example/feed  The quay  # daily\nhttps://pier.example/#top\n"
        "pier.example/news\nhttps://me:geheim@crane.example/feed\nnothing\n"
    )
    status, told = run(folder, text, name="list.txt")
    assert status == 1
    assert "+ line 3: the-quay (feed): https://quay.example/feed" in told
    assert "+ line 4: pier-example (listing)" in told
    assert "line 5: pier.example/news: no web address; did you mean https://pier.example/" in told
    assert "write them into [auth]" in told
    assert "geheim" not in told
    assert files(folder) == {"harbour.toml", "the-quay.toml", "pier-example.toml"}


def test_the_outcome_as_json(folder: Path) -> None:
    status, told = run(folder, opml(outline("https://quay.example/rss", "Quay")), "--json", "-n")
    (line,) = json.loads(told)["lines"]
    assert (status, line["name"], line["kind"], line["outcome"]) == (0, "quay", "feed", "new")


def test_sources_that_no_feed_has_are_named(folder: Path) -> None:
    (folder / "feeder.toml").write_text('[[feed]]\nname = "all"\nsources = ["harbour"]\n')
    assert (
        "In no [[feed]] of feeder.toml: quay"
        in run(folder, opml(outline("https://quay.example/rss", "Quay")))[1]
    )


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
UNFIT = {
    "empty": (b" \n", "it is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
    "words": (b"nothing\nto be\nread\n", "none of its 3 lines can be a source"),
    "comments": (b"# https://a.example/\n", "there is no address in it"),
    "no feeds": (opml("<outline text='x'/>").encode(), "no outline in it has an xmlUrl"),
    "a page": (b"<!DOCTYPE html><html><body>", "1: no OPML, but <html> it is a web page"),
    "a feed": (b'<?xml version="1.0"?>\n<rss version="2.0">', ":2: no OPML, but <rss>"),
    "cut": (opml(outline("https://a.example/"))[:-9].encode(), "no well-formed XML"),
    "not escaped": (opml(outline("https://a.example/?a&b")).encode(), "not well-formed (invalid"),
    "laughs": (f'<!DOCTYPE o [<!ENTITY l0 "ha">{LAUGHS}]><opml>&l11;</opml>'.encode(), "an entity"),
    "outside": (b'<!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml>&f;', "an entity"),
    "declared": (
        b'<!DOCTYPE o [<!ATTLIST outline xmlUrl CDATA "https://a.example/">]><opml><outline/></opml>',
        "1: it declares an attribute, 'xmlUrl'",
    ),
    "one tag": (opml(outline("https://a.example/", "a" * 1_100_000)).encode(), "a tag of over 1"),
    "deep": (b"<opml>" + b"<outline>" * 500, "over 100 deep"),
    "long": (opml(outline("https://a.example/" + "a" * 9000)).encode(), "xmlurl has 9,018"),
    "encoding": (b'<?xml version="1.0" encoding="x-none"?><opml/>', "unknown encoding"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_a_file_that_is_none_is_refused_whole(case: str, folder: Path) -> None:
    body, words = UNFIT[case]
    status, told = run(folder, body)
    assert (status, files(folder)) == (2, {"harbour.toml"})
    assert words in told


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for place in (str(folder / "pipe"), "/dev/zero"):
        result = CliRunner().invoke(app, ["import", place, "--config", str(folder)])
        assert isinstance(result.exception, UnfitFileError)
        assert "no file, but a pipe or device" in result.exception.message


def test_who_ends_an_import_has_none_of_its_sources(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(place: Path, source: NewSource) -> Path:
        if source.name == "crane":
            raise KeyboardInterrupt
        return adding.keep(place, source)

    monkeypatch.setattr("feeder.porting.lists.keep", keep)
    text = opml(outline("https://quay.example/rss", "Quay"), outline("https://b.example/", "Crane"))
    settings = load(folder)
    taken = plan_list(settings, io.BytesIO(text.encode()), "list.opml", is_opml=True)
    with pytest.raises(KeyboardInterrupt):
        write(taken)
    assert files(folder) == {"harbour.toml"}


@pytest.mark.slow
def test_a_broken_list_of_50_mb_takes_seconds_and_next_to_no_memory(folder: Path) -> None:
    line = '<outline text="A title of some words" note="{}"/>\n'.format("x" * 4000).encode()
    body = io.BytesIO(b'<opml version="2.0"><body>\n' + line * (50_000_000 // len(line)))
    begun = time.process_time()
    tracemalloc.start()
    with pytest.raises(UnfitFileError, match="no element found") as caught:
        read_opml(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.line == body.getvalue().count(b"\n") + 1
    assert peak < 2_000_000
    assert time.process_time() - begun < 5


def test_the_folders_of_a_source_are_named_as_far_as_a_comment_has_room() -> None:
    text = opml(f'<outline text="{"Ports " * 1000}">' * 90, outline("https://a.example/"))
    text = text.replace("</body>", "</outline>" * 90 + "</body>")
    (step,) = planned(read_opml(io.BytesIO(text.encode())), {}, "list.opml", is_opml=True)
    assert step.source is not None
    (note,) = step.source.notes
    assert note.startswith("Imported from list.opml, line 1, folder Ports") and len(note) < 400


@given(
    told=st.lists(
        st.tuples(st.text(max_size=30), st.from_regex(r"https?://[a-z]{1,9}\.example/[ -~]{0,20}"))
    )
)
def test_whatever_a_list_says_the_sources_made_of_it_can_be_loaded(
    told: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any") / "config"
    folder.mkdir()
    (folder / "feeder.toml").touch()
    found = [Subscription(n, address, title) for n, (title, address) in enumerate(told)]
    steps = planned(found, {}, "list", is_opml=False)
    new = [step.source for step in steps if step.source]
    assert len(checked(folder, new).sources) == len(new)


def test_any_encoding_is_read() -> None:
    text = '<?xml version="1.0" encoding="{}"?>' + opml(outline("https://a.example/", "Größe"))
    for encoding in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        (found,) = read_opml(io.BytesIO(text.format(encoding).encode(encoding)))
        assert found.title == "Größe"
    assert read_addresses(io.BytesIO("https://a.example/ Größe".encode("utf-16")))[0].title
