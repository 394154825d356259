"""Folders and sources are linted, and the rules of a site shown with files and lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feeder.errors import ConfigError
from tests.refresh.room import Room
from tests.site.blog import Blog
from tests.site.server import Site
from tests.siterules.said import said

SOURCE = 'kind = "listing"\nurl = "https://news.example.org/"\n'


def test_the_folders_of_the_house_and_the_sources_are_linted(room: Room) -> None:
    house, public = room.root / "house", room.root / "public"
    room.source(
        SOURCE + '[article]\nremove = ["aside", "//ASIDE"]\n'
        '[list]\nitem = "//LI"\ninclude = ["news/*", "/a/*"]\nexclude = ["/a/*"]\n'
    )
    (house / "example.org.txt").write_text("body: //p\nstripp: //a\n")
    (house / "www.example.com.txt").write_text("body: //p\n")
    (house / "Example.net.txt").write_text("body: //p\n")
    (house / "README.txt").write_text("Rules of the house.\n")
    (house / "link.example.txt").symlink_to(house / "example.org.txt")
    (public / "example.org.txt").write_text("body: //p\ninherit: no\n")
    found = json.loads(said(room, "lint", "--json", status=2))
    told = {(Path(one["file"]).name, one["line"], one["message"].split(": ")[0]) for one in found}
    assert told == {
        ("example.org.txt", 2, "stripp is not known"),
        ("www.example.com.txt", None, "no page has it read"),
        ("Example.net.txt", None, "no page has it read"),
        ("link.example.txt", None, "it is no file but a link or folder, and not read"),
        ("example.org.txt", 1, f"said already in {house / 'example.org.txt'}:1"),
        ("news.toml", 4, "article.remove"),
        ("news.toml", 6, "list.item"),
        ("news.toml", 7, "list.include"),
    }
    shown = said(room, "lint", status=2)
    assert "house/example.org.txt:2: stripp is not known\n  → did you mean strip?" in shown
    assert shown.endswith("8 faults, 1 hint\n")


def test_files_are_linted_by_their_names_and_good_ones_are_good(room: Room) -> None:
    file = room.root / "house/example.org.txt"
    room.source(SOURCE)
    file.write_text("body: //p\n")
    assert said(room, "lint") == "nothing is wrong\n"
    assert said(room, "lint", str(file), str(file.parent)) == "nothing is wrong\n"
    file.write_text("body: //\x1b[31mP[\n")
    assert "\x1b" not in said(room, "lint", str(file), status=2)
    with pytest.raises(ConfigError, match="there is no such file or folder"):
        said(room, "lint", str(room.root / "nowhere"))


def test_the_house_hides_what_is_farther(room: Room) -> None:
    room.source(SOURCE)
    (room.root / "house/example.org.txt").write_text("body: //p\ninherit: no\n")
    (room.root / "public/example.org.txt").write_text("body: //q\nstrip: //i\n")
    shown = said(room, "lint")
    assert "public/example.org.txt: hint: never read: " in shown


def test_the_rules_of_a_site_are_shown_with_what_overrules_them(room: Room) -> None:
    room.source(SOURCE + '[article]\ncontent = "article.story"\ncomments = true\n')
    (room.root / "house/news.example.org.txt").write_text("body: //article\nprune: no\n")
    (room.root / "public/news.example.org.txt").write_text("\nbody: //article\nprune: yes\n")
    for called in ("news.example.org", "https://www.news.example.org/a?b", "news"):
        data = json.loads(said(room, "show", called, "--json"))
        told = [(Path(r["file"]).name, r["line"], r["text"], r["counts"]) for r in data["rules"]]
        assert told[:6] == [
            ("news.toml", 4, "content = 'article.story'", True),
            ("news.toml", 5, "comments = true", True),
            ("news.example.org.txt", 1, "body: //article", True),
            ("news.example.org.txt", 2, "prune: no", True),
            ("news.example.org.txt", 2, "body: //article", False),
            ("news.example.org.txt", 3, "prune: yes", False),
        ]
    shown = said(room, "show", "news.example.org")
    assert "     1  body: //article\n        tried as number 2\n" in shown
    assert f"does not count: {room.root / 'house/news.example.org.txt'}:2 says prune: no" in shown
    assert "is no host, no address, and no source" in said(room, "show", "nobody", status=2)


def test_the_system_that_made_a_kept_page_has_its_rules_shown(room: Room, site: Site) -> None:
    blog = Blog(articles=1)
    room.source(f'kind = "listing"\nurl = "{site.at("/", blog)}"\n')
    room.refresh()
    assert json.loads(said(room, "show", "127.0.0.1", "--json"))["system"] is None
    assert "global.txt" in said(room, "show", "127.0.0.1")
