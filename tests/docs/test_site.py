"""Links lead somewhere, anchors too, and the documentation builds as a site without a warning."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import lxml.html
import pytest
import yaml
from pymdownx.slugs import slugify  # type: ignore[import-untyped]

from tests.docs.blocks import DOCS, ROOT, pages

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_slug = slugify(case="lower")
"""As GitHub makes anchors, and as mkdocs.yml says."""


@cache
def text_of(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    headings = (
        re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", h) for h in _HEADING.findall(text_of(page))
    )
    return frozenset(_slug(heading, "-") for heading in headings)


def astray(page: Path) -> list[str]:
    """The links of a page within the repository that lead nowhere."""
    wrong = []
    for link in _LINK.findall(_CODE.sub("", text_of(page))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        is_there = target.exists() and (not anchor or anchor in anchors(target))
        wrong += [] if is_there else [f"{page.name}: {link}"]
    return wrong


def test_links_lead_somewhere() -> None:
    wrong = [link for page in [*pages(), ROOT / "CHANGELOG.md"] for link in astray(page)]
    assert not wrong


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n[a](#a-page) [b](#b-page) [c](c.md) [d](page.md#a-page) `[e](e.md)`\n"
    )
    assert astray(page) == ["page.md: #b-page", "page.md: c.md"]


class _Loader(yaml.SafeLoader):
    """mkdocs.yml names a function of Python, which is none of our business."""


_Loader.add_multi_constructor("!!python/", lambda loader, suffix, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)


def test_every_page_is_in_the_navigation() -> None:
    told = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    listed = re.findall(r"[\w-]+\.md", str(told["nav"]))
    assert len(listed) == len(set(listed))
    assert {str(page.relative_to(DOCS)) for page in pages()[1:]} == set(listed)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the site is built of, elsewhere: a build keeps things beside it."""
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(DOCS, tmp_path / "docs")
    return tmp_path


def built(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_site_is_built_and_asks_nobody_else(project: Path) -> None:
    done = built(project)
    assert done.returncode == 0, done.stdout + done.stderr
    made = sorted((project / "var/site").rglob("index.html"))
    assert len(made) >= len(pages()) - 1
    for page in made:
        tree = lxml.html.parse(str(page))
        loaded = tree.xpath(
            "//script/@src | //img/@src | //iframe/@src | //link[@rel!='canonical']/@href"
        )
        assert not [address for address in loaded if "://" in address], page


@pytest.mark.slow
def test_an_anchor_that_is_not_there_breaks_the_build(project: Path) -> None:
    with (project / "docs/errors.md").open("a", encoding="utf-8") as page:
        page.write("\n[gone](sources.md#no-such-heading)\n")
    assert built(project).returncode != 0
