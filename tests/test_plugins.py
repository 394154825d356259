"""Kinds come from installed packages, feeder's own among them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from feeder import plugins
from feeder.errors import PluginError

Install = Callable[[str, str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package with an entry point where Python finds it."""

    def put(package: str, group: str, point: str) -> None:
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{point}\n")
        module = """
            class Shelf:
                pass
            number = 5
            """
        (tmp_path / f"{package}.py").write_text(textwrap.dedent(module))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(plugins, "_found", plugins._found.__wrapped__)

    return put


def test_built_in_kinds_are_there() -> None:
    assert "files" in plugins.names("feeder.sources")
    assert "atom" in plugins.names("feeder.renderers")
    assert "directory" in plugins.names("feeder.outputs")
    assert plugins.find("feeder.renderers", "atom").__module__ == "feeder.generator.atom"


def test_a_package_brings_a_kind(install: Install) -> None:
    install("shelves", "feeder.sources", "shelf = shelves:Shelf")
    assert "shelf" in plugins.names("feeder.sources")
    assert plugins.find("feeder.sources", "shelf").__module__ == "shelves"


def test_an_unknown_kind_is_told_with_those_that_there_are(install: Install) -> None:
    install("shelves2", "feeder.sources", "shelf = shelves2:Shelf")
    with pytest.raises(PluginError) as caught:
        plugins.find("feeder.sources", "fils")
    assert caught.value.message == (
        "unknown source kind 'fils'; did you mean 'files'; "
        "there is: feed, files, json, listing, shelf, sitemap"
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("package", "point", "message"),
    [
        ("torn1", "torn1:Missing", "of torn1 cannot be loaded: AttributeError"),
        ("torn2", "absent:Shelf", "of torn2 cannot be loaded: ModuleNotFoundError"),
        ("torn3", "torn3:number", "of torn3 is no class: torn3:number"),
    ],
)
def test_a_plug_in_that_cannot_be_loaded_is_named(
    package: str, point: str, message: str, install: Install
) -> None:
    install(package, "feeder.sources", f"bad = {point}")
    with pytest.raises(PluginError) as caught:
        plugins.find("feeder.sources", "bad")
    assert caught.value.message.startswith(f"the source kind 'bad' {message}")


def test_a_name_that_two_packages_claim_is_nobodys(install: Install) -> None:
    install("rival", "feeder.renderers", "atom = rival:Shelf")
    with pytest.raises(PluginError, match="'atom' comes from several packages: feeder, rival"):
        plugins.find("feeder.renderers", "atom")
