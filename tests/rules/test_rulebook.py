"""Which files hold for a page, in which order, and that nothing else is ever read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from feeder.errors import UnreadableError
from feeder.rules.rulebook import BUILT_IN, Rulebook, host_key

WORDPRESS = '<html><head><meta name="generator" content="WordPress 6.8">'
Folder = Callable[[str, Mapping[str, str]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def made(name: str, files: Mapping[str, str]) -> Path:
        for file, text in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / name

    return made


def bodies(book: Rulebook, url: str | None, html: str = "") -> list[str]:
    return [rule.value for rule in book.rules_for(url, html).body]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org/a", ["//exact"]),
        ("https://www.example.org/a", ["//exact"]),
        ("https://EXAMPLE.org:8443/a", ["//exact"]),
        ("https://example.org./a", ["//exact"]),
        ("https://news.example.org/a", ["//wildcard"]),
        ("https://blog.example.org/a", ["//blog"]),
        ("https://deep.news.example.org/a", ["//deeper"]),
        ("https://a.deep.news.example.org/a", []),
        ("https://other.example/", []),
        ("https://org/", []),
        ("not an address", []),
        ("", []),
        (None, []),
    ],
)
def test_a_site_has_its_own_file_or_else_that_of_all_hosts_beside_it(
    folder: Folder, url: str | None, found: list[str]
) -> None:
    house = folder(
        "house",
        {
            "example.org.txt": "body: //exact",
            ".example.org.txt": "body: //wildcard",
            "blog.example.org.txt": "body: //blog",
            ".news.example.org.txt": "body: //deeper",
        },
    )
    assert bodies(Rulebook([house], built_in=False), url) == found


def test_a_wildcard_s_file_need_not_be_a_hidden_one(folder: Folder) -> None:
    house = folder("house", {"_.example.org.txt": "body: //w", ".example.org.txt": "body: //h"})
    book = Rulebook([house], built_in=False)
    assert book.names == (".example.org.txt",)
    assert sorted(bodies(book, "https://a.example.org/")) == ["//h", "//w"]


def test_no_file_of_feeder_s_own_is_hidden() -> None:
    """setuptools leaves hidden files out of a package."""
    assert not [path.name for path in BUILT_IN.iterdir() if path.name.startswith(".")]


def test_system_and_global_rules_come_after_the_site_s(folder: Folder) -> None:
    house = folder(
        "house",
        {
            "example.org.txt": "body: //site\nprune: no",
            ".wordpress.com.txt": "body: //system\nprune: yes\nskip_json_ld: yes",
            "global.txt": "body: //everywhere\nnative_ad_clue: //ad",
        },
    )
    book = Rulebook([house], built_in=False)
    rules = book.rules_for("https://example.org/", WORDPRESS)
    assert [rule.value for rule in rules.body] == ["//site", "//system", "//everywhere"]
    assert [rule.general for rule in rules.body] == [False, True, True]
    assert rules.prune is False
    assert rules.skip_json_ld is True
    assert rules.native_ad_clue
    assert bodies(book, "https://other.example/") == ["//everywhere"]
    assert bodies(book, None, WORDPRESS) == ["//system", "//everywhere"]


def test_a_site_below_the_system_s_own_is_no_stranger_to_it(folder: Folder) -> None:
    house = folder("house", {".wordpress.com.txt": "body: //system"})
    (rule,) = (
        Rulebook([house], built_in=False).rules_for("https://a.wordpress.com/", WORDPRESS).body
    )
    assert not rule.general


def test_a_file_can_keep_the_general_ones_out(folder: Folder) -> None:
    house = folder(
        "house",
        {
            "example.org.txt": "body: //site\nautodetect_on_failure: no",
            ".wordpress.com.txt": "body: //system",
            "global.txt": "body: //everywhere",
        },
    )
    assert bodies(Rulebook([house]), "https://example.org/", WORDPRESS) == ["//site"]


def test_global_is_no_host(folder: Folder) -> None:
    house = folder("house", {"global.txt": "body: //everywhere"})
    (rule,) = Rulebook([house], built_in=False).rules_for("https://global/").body
    assert rule.general


def test_folders_extend_each_other_and_the_nearest_is_first(folder: Folder) -> None:
    upstream = folder(
        "upstream",
        {
            "example.org.txt": "body: //far\nstrip: //far\nprune: yes\ntest_url: https://a.example/",
            "only.example.txt": "body: //upstream",
        },
    )
    local = folder("local", {"example.org.txt": "body: //near\nprune: no"})
    book = Rulebook([upstream, local], built_in=False)
    rules = book.rules_for("https://example.org/")
    assert [(rule.value, rule.origin) for rule in rules.body] == [
        ("//near", "local/example.org.txt"),
        ("//far", "upstream/example.org.txt"),
    ]
    assert [rule.value for rule in rules.strip] == ["//far"]
    assert rules.prune is False
    assert bodies(book, "https://only.example/") == ["//upstream"]


def test_a_file_can_stand_for_those_of_its_name_in_farther_folders(folder: Folder) -> None:
    upstream = folder("upstream", {"example.org.txt": "body: //far", "global.txt": "strip: //g"})
    local = folder("local", {"example.org.txt": "body: //near\ninherit: no"})
    rules = Rulebook([upstream, local], built_in=False).rules_for("https://example.org/")
    assert [rule.value for rule in rules.body] == ["//near"]
    assert rules.strip


def test_an_exact_name_in_any_folder_goes_before_a_wildcard(folder: Folder) -> None:
    upstream = folder("upstream", {"news.example.org.txt": "body: //exact"})
    local = folder("local", {".example.org.txt": "body: //wildcard"})
    assert bodies(Rulebook([upstream, local]), "https://news.example.org/") == ["//exact"]


def test_what_comes_with_feeder_is_the_farthest_folder(folder: Folder) -> None:
    local = folder("local", {".wordpress.com.txt": "strip_id_or_class: mine"})
    (first, *others) = Rulebook([local]).rules_for(None, WORDPRESS).strip_id_or_class
    assert first.value == "mine"
    assert {rule.origin for rule in others} == {"sites/_.wordpress.com.txt"}


@pytest.mark.parametrize(
    "url",
    [
        "https://../../etc/passwd",
        "https://..%2f..%2fetc/passwd",
        "https://a/../secret",
        "https://.example.org/",
        "https://example.org%00.txt/",
        "https://" + "a." * 150 + "example/",
        "https://[::1]/",
        "file:///etc/passwd",
        "https://user@example.org/",
        "https://example.org\\@evil.example/",
    ],
)
def test_a_strange_host_leads_to_no_file(folder: Folder, tmp_path: Path, url: str) -> None:
    (tmp_path / "secret.txt").write_text("body: //secret")
    house = folder("house", {".example.org.txt": "body: //w", "a.txt": "strip: //a"})
    assert bodies(Rulebook([house], built_in=False), url) == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.org/", "example.org"),
        ("https://www.www.example.org/", "www.example.org"),
        ("https://Bücher.example/", "xn--bcher-kva.example"),
        ("ftp://example.org/", None),
    ],
)
def test_the_key_of_a_host(url: str, key: str | None) -> None:
    assert host_key(url) == key


def test_links_out_of_a_collection_are_not_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("password: hunter2")
    house = folder("house", {"a.example.txt": "body: //a"})
    (house / "b.example.txt").symlink_to(tmp_path / "private.txt")
    book = Rulebook([house], built_in=False)
    assert book.names == ("a.example.txt",)
    assert book.rules_for("https://b.example/").notes == ()


def test_only_rule_files_are_seen(folder: Folder) -> None:
    names = [
        "LICENSE.txt",
        "README.md",
        "a.example.TXT",
        "a b.txt",
        ".txt",
        "..txt",
        "x.example.txt",
    ]
    house = folder("house", dict.fromkeys(names, "body: //a"))
    (house / "folder.example.txt").mkdir()
    assert Rulebook([house], built_in=False).names == ("x.example.txt",)


def test_a_file_that_cannot_be_read_is_noted(folder: Folder) -> None:
    house = folder("house", {"a.example.txt": "body: //a", "global.txt": "strip: //g"})
    book = Rulebook([house], built_in=False)
    (house / "a.example.txt").unlink()
    rules = book.rules_for("https://a.example/")
    assert rules.strip
    assert any(note.startswith("house/a.example.txt: cannot be read") for note in rules.notes)


def test_bytes_that_are_no_utf8_spoil_their_line_only(folder: Folder) -> None:
    house = folder("house", {"a.example.txt": ""})
    (house / "a.example.txt").write_bytes(b"strip: //\xff\xfe\nbody: //a")
    assert bodies(Rulebook([house], built_in=False), "https://a.example/") == ["//a"]


def test_a_folder_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="nowhere"):
        Rulebook([tmp_path / "nowhere"])


def test_files_are_read_once_and_only_when_a_page_asks(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    whole = Path.open

    def counted(path: Path, *args: str, **options: str) -> object:
        read.append(path.name)
        return whole(path, *args, **options)  # type: ignore[call-overload]

    house = folder("house", {"a.example.txt": "body: //a", "b.example.txt": "body: //b"})
    monkeypatch.setattr(Path, "open", counted)
    book = Rulebook([house], built_in=False)
    assert read == []
    for _ in range(3):
        book.rules_for("https://a.example/", WORDPRESS)
    assert read == ["a.example.txt"]


def test_crawlers_are_impersonated_only_when_the_rulebook_is_told_to(folder: Folder) -> None:
    house = folder("house", {"a.example.txt": "http_header(user-agent): Googlebot/2.1"})
    assert Rulebook([house]).rules_for("https://a.example/").headers == {}
    asked = Rulebook([house], impersonate=True).rules_for("https://a.example/")
    assert asked.headers == {"user-agent": "Googlebot/2.1"}


def test_all_files_that_come_with_feeder_are_in_order() -> None:
    book = Rulebook()
    assert len(book.names) == len(list(BUILT_IN.iterdir())) == 10
    for name in book.names:
        assert book.read(name).notes == ()
        assert book.read(name).examples or name == "global.txt"
