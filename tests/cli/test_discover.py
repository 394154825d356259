"""`feeder discover`: everything at an address with evidence, for people and for programs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from feeder.cli import app as verbs
from feeder.errors import ConfigError, ForbiddenAddressError
from feeder.workers.here import Here
from tests.discovery.test_asking import Headed, named
from tests.site import walls
from tests.site.blog import Blog
from tests.site.redirects import Redirect
from tests.site.server import Site

NEAR = ["--allow-network", "127.0.0.0/8"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    # What is said is tested here; so that it is quick, the work is done in this very process.
    monkeypatch.setattr("feeder.workers.processes.Workers", lambda **bounds: nullcontext(Here()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDER_CONFIG", raising=False)
    with Site() as made:
        yield made


def run(*words: str, colour: bool = False) -> Result:
    return CliRunner().invoke(verbs, ["discover", *words], color=colour)


def test_each_find_has_its_evidence_and_the_command_that_adds_it(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=6), named("/feed.atom")))
    result = run(url, *NEAR)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "Courier" and lines[1].startswith(f"{url} · ")
    assert "1. Atom feed: 6 articles, the newest of 2026-01-07" in lines
    assert "   + it has 6 of the 6 articles on the page" in lines
    assert f"   → feeder add {site.url('/feed.atom')} {shlex.join(NEAR)}" in lines
    assert f"   → feeder add {url} --kind listing {shlex.join(NEAR)}" in lines
    assert "\x1b" not in result.output
    assert max(map(len, lines)) <= 100
    assert not list(Path.cwd().iterdir()), "nothing is stored"


def test_colours_are_for_terminals(site: Site) -> None:
    url = site.at("/", Blog(articles=4))
    assert "\x1b[32m" in run(url, *NEAR, colour=True).output


def test_for_programs_it_is_one_document(site: Site) -> None:
    url = site.at("/", Headed(Blog(articles=6), named("/feed.atom")))
    found = json.loads(run(url, *NEAR, "--json").stdout)
    assert [find["kind"] for find in found["finds"]] == ["feed", "listing", "sitemap"]
    best = found["finds"][0]
    assert (best["articles"], best["whole_texts"], best["dated"]) == (6, 6, 6)
    assert best["newest"].startswith("2026-01-07") and best["obstacles"] == []
    assert best["next"].startswith("feeder add ") and len(best["sample"]) == 3
    assert found["requests"] == len(found["asked"]) + 1  # robots.txt


def test_what_stands_in_the_way_is_said_and_the_exit_status_is_one(site: Site) -> None:
    url = site.at("/", walls.LogIn())
    result = run(url, *NEAR)
    assert result.exit_code == 1
    assert "✗ a log-in page came" in result.output and "[cookies]" in result.output
    assert "Nothing here can be subscribed to" in result.output
    assert "feeder add" not in result.output


def test_a_private_address_is_refused_with_the_very_command(site: Site) -> None:
    url = site.at("/", Blog(articles=4))
    result = run(url)
    assert isinstance(result.exception, ForbiddenAddressError)
    assert f"feeder discover {url} --allow-network 127.0.0.1/32" in result.exception.advice
    assert not site.paths


def test_what_was_allowed_before_stays_in_the_command(site: Site) -> None:
    url = site.at("/", Redirect("http://10.0.0.1/"))
    error = run(url, *NEAR).exception
    assert isinstance(error, ForbiddenAddressError)
    assert f"feeder discover {url} {shlex.join(NEAR)} --allow-network 10.0.0.1/32" in error.advice


def test_the_configuration_says_how_sites_are_asked(site: Site) -> None:
    url = site.at("/", Blog(articles=4))
    config = Path("config")
    config.mkdir()
    (config / "feeder.toml").write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\nuser_agent = "our reader"\n'
    )
    assert run(url).exit_code == 0
    assert {asked.headers["user-agent"] for asked in site.requests} == {"our reader"}
    (config / "feeder.toml").write_text("[fetch]\nrobot = true\n")
    assert isinstance(run(url).exception, ConfigError)
    assert isinstance(run(url, "--config", "elsewhere").exception, ConfigError)


def test_a_network_that_is_none_is_a_wrong_option(site: Site) -> None:
    result = run(site.url("/"), "--allow-network", "here")
    assert result.exit_code == 2 and "expected a network such as" in result.output
