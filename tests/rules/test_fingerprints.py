"""Publishing systems are known by marks in the head of a page, not by what mentions them."""

from __future__ import annotations

import time

import pytest

from feeder.rules.fingerprints import HEAD, fingerprint
from feeder.rules.rulebook import Rulebook


@pytest.mark.parametrize(
    ("system", "mark"),
    [
        ("wordpress.com", '<meta name="generator" content="WordPress 6.8.1" />'),
        ("wordpress.com", "<meta name='generator' content='WordPress.com'>"),
        ("wordpress.com", "<meta content=WordPress name=generator>"),
        ("wordpress.com", '<link rel="https://api.w.org/" href="https://x.example/wp-json/" />'),
        ("wordpress.com", "<link rel=stylesheet href=/wp-content/themes/x/style.css>"),
        ("blogspot.com", "<meta content='blogger' name='generator'/>"),
        ("blogspot.com", '<meta name="generator" content="Blogger"/>'),
        ("medium.com", '<meta data-rh="true" property="al:ios:app_name" content="Medium"/>'),
        ("substack.com", '<link rel="stylesheet" href="https://substackcdn.com/bundle/a.css">'),
        ("ippen.media", '<p class="id-Story-authors">'),
        ("ghost.io", '<meta name="generator" content="Ghost 5.87">'),
        ("drupal.org", '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)" />'),
        ("drupal.org", '<meta name="generator" content="Drupal 7 (http://drupal.org)" />'),
        ("drupal.org", '<script data-drupal-selector="drupal-settings-json">{}</script>'),
        ("discourse.org", '<meta name="generator" content="Discourse 3.5.0 - https://x.example">'),
        ("gohugo.io", '<meta name="generator" content="Hugo 0.128.0">'),
    ],
)
def test_a_system_shows_in_its_marks(system: str, mark: str) -> None:
    page = f"<!doctype html><html><head><title>x</title>{mark}"
    assert fingerprint(page) == f"fingerprint.{system}"
    assert fingerprint(page.encode()) == f"fingerprint.{system}"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>Made with WordPress, not with Ghost; the generator is Hugo",
        '<meta name="description" content="WordPress generator">',
        '<meta name="generator" content="Ghostwriter"><meta name="generator" content="Elementor">',
        '<a href="https://substackcdn.com/image/x.png">',
        "<p>see /wp-content/themes/ on your disk",
        b"\xff\xfe<\x00m\x00e\x00t\x00a\x00",
    ],
)
def test_who_only_mentions_a_system_is_not_made_by_it(page: str | bytes) -> None:
    assert fingerprint(page) is None


def test_the_generator_may_be_one_of_several() -> None:
    page = '<meta name="generator" content="Elementor 3"><meta name="generator" content="Drupal 9">'
    assert fingerprint(page) == "fingerprint.drupal.org"


def test_marks_are_looked_for_in_the_head_of_the_text() -> None:
    mark = '<meta name="generator" content="Ghost 5">'
    assert fingerprint(" " * (HEAD - len(mark)) + mark) == "fingerprint.ghost.io"
    assert fingerprint(" " * HEAD + mark) is None


@pytest.mark.parametrize(
    "hostile",
    [
        "<meta " * 20_000,
        "generator" * 20_000,
        "<meta name=generator " + "content=" * 20_000,
        'href="' + "/wp-content/themes/ " * 20_000,
        "<link " + "a" * 60_000 + " substackcdn.com",
    ],
)
def test_no_page_is_looked_at_for_long(hostile: str) -> None:
    begin = time.process_time()
    fingerprint(hostile)
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    "mark",
    [
        '<meta name="generator" content="WordPress 6">',
        "<meta content='blogger' name='generator'/>",
        '<meta property="al:ios:app_name" content="Medium">',
        '<link href="https://substackcdn.com/a.css">',
        '<p class="id-Story-authors">',
        '<meta name="generator" content="Ghost 5">',
        '<meta name="generator" content="Drupal 10">',
        '<meta name="generator" content="Discourse 3">',
        '<meta name="generator" content="Hugo 0.1">',
    ],
)
def test_each_system_has_a_file_with_feeder(mark: str) -> None:
    assert len(Rulebook().rules_for(None, mark).origins) == 2
