"""Steps that installed packages bring: each runs where it asks to, on the tree that it asks for."""

from __future__ import annotations

import itertools
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feeder import plugins
from feeder.cleaner.draft import clean
from feeder.cleaner.markup import plugged
from feeder.cleaner.markup.extract import extract
from feeder.errors import PluginError, SourceError, UnforeseenError
from feeder.models import Draft

Install = Callable[..., None]

STORY = "".join(
    f"<p>Paragraph {n} of a story about the harbour, which was closed after the storm had torn "
    f"{n} of the older boats from their moorings and carried them away.</p>"
    for n in ("one", "two", "three")
)
ODD = (
    "<p class=odd>An <b>odd</b> line stands between the others, and it says for whom the bell was "
    "rung at the pier while the ferry left for the island without its passengers.</p>"
)
PAGE = (
    "<!doctype html><html><head><title>Storm</title></head><body><nav><a href=/>Home</a></nav>"
    f"<article><h1>Storm</h1>{STORY}{ODD}{STORY.replace('harbour', 'town')}</article></body></html>"
)
_NUMBERS = itertools.count()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a package with steps where Python finds it."""

    def put(code: str, *steps: str) -> None:
        package = f"plugin{next(_NUMBERS)}"
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        points = "".join(f"{step.lower()} = {package}:{step}\n" for step in steps)
        (info / "entry_points.txt").write_text(f"[feeder.steps]\n{points}")
        (tmp_path / f"{package}.py").write_text(textwrap.dedent(code))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(plugins, "_found", plugins._found.__wrapped__)
        plugged._placed.cache_clear()

    yield put
    plugged._placed.cache_clear()
    for name in [name for name in sys.modules if name.startswith("plugin")]:
        del sys.modules[name]


def test_a_step_is_handed_the_article_as_a_soup(install: Install) -> None:
    install(
        """
        class Louder:
            after = "content"

            def __call__(self, soup):
                assert soup.nav is None and soup.title is None
                soup.b.string = soup.b.get_text().upper()
                soup.find("p").decompose()
        """,
        "Louder",
    )
    article = extract(PAGE)
    assert "An ODD line" in article.text
    assert "<b>ODD</b>" in article.html
    assert "Paragraph one of a story about the harbour" not in article.text
    assert "Paragraph two of a story about the harbour" in article.text


def test_a_step_can_have_all_that_ours_have(install: Install) -> None:
    install(
        """
        class Odd:
            after = "site-rules"
            soup = False

            def __call__(self, work):
                for element in work.root.xpath("//p[@class='odd']"):
                    work.drop(element, "odd", "class odd")
                work.tell("authors", ("Ann Reed",), "the plug-in knows")
        """,
        "Odd",
    )
    article = extract(PAGE)
    assert "odd" not in article.text
    assert article.authors == ("Ann Reed",)
    (block,) = [block for block in article.dropped if block.step == "odd"]
    assert (block.rule, block.text[:11]) == ("class odd", "An odd line")
    assert "the plug-in knows" in {evidence.rule for evidence in article.evidence}


def test_steps_run_behind_the_neighbour_that_they_name(install: Install) -> None:
    made = "\n".join(
        f"""
class {place.replace("-", "").title()}:
    after = "{place}"
    soup = False

    def __call__(self, work):
        work.note("{place}", "ran", "x")
"""
        for place in reversed(plugged.PLACES)
    )
    install(made, *(place.replace("-", "").title() for place in plugged.PLACES))
    for html, fragment in ((PAGE, False), (STORY, True)):
        dropped = extract(html, fragment=fragment).dropped
        assert tuple(block.step for block in dropped if block.rule == "ran") == plugged.PLACES
    whole = clean(Draft("whole", STORY)).dropped
    assert tuple(block.step for block in whole) == plugged.PLACES


def test_what_a_step_writes_is_sanitised(install: Install) -> None:
    install(
        """
        class Script:
            after = "links"

            def __call__(self, soup):
                soup.find("p").append(soup.new_tag("script", src="https://evil.example/x.js"))
                soup.find("p")["onclick"] = "evil()"
        """,
        "Script",
    )
    article = extract(PAGE)
    assert "Paragraph one" in article.text
    assert "evil" not in article.html


def test_a_step_that_fails_is_a_named_fault_of_that_article(install: Install) -> None:
    install(
        """
        class Weak:
            after = "images"

            def __call__(self, soup):
                raise KeyError("colour")
        """,
        "Weak",
    )
    with pytest.raises(UnforeseenError, match="the step 'weak' failed: KeyError: 'colour'") as told:
        extract(PAGE)
    assert isinstance(told.value, SourceError)
    assert "plug-in" in told.value.advice


@pytest.mark.parametrize("after", ['"sanitise"', "None", '"Content"'])
def test_a_neighbour_that_is_none_of_ours_is_told_with_those_that_are(
    after: str, install: Install
) -> None:
    install(f"class Lost:\n    after = {after}\n    def __call__(self, soup): ...\n", "Lost")
    with pytest.raises(PluginError, match="the step 'lost' wants to run after") as told:
        plugged.check_plugged()
    assert all(place in told.value.message for place in plugged.PLACES)
    with pytest.raises(PluginError):
        extract(PAGE)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("class Broken:\n    def __init__(self): raise OSError('no')", "cannot be made: OSError"),
        ("import nowhere_at_all", "cannot be loaded: ModuleNotFoundError"),
        ("Broken = 5", "is no class"),
    ],
)
def test_a_step_that_cannot_be_loaded_is_named(code: str, message: str, install: Install) -> None:
    install(code, "Broken")
    with pytest.raises(PluginError, match=message) as told:
        plugged.check_plugged()
    assert "'broken'" in told.value.message


def test_what_comes_after_a_soup_still_knows_the_page(install: Install) -> None:
    install(
        """
        class Early:
            after = "site-rules"

            def __call__(self, soup):
                soup.find(class_="odd").decompose()
        """,
        "Early",
    )
    article = extract(PAGE)
    assert article.title == "Storm"
    assert article.text.split()[:2] == ["Paragraph", "one"]
    assert "odd" not in article.text


def test_a_step_that_leaves_nothing_leaves_no_article(install: Install) -> None:
    install(
        "class Nothing:\n    after = 'structure'\n    def __call__(self, soup): soup.clear()\n",
        "Nothing",
    )
    article = extract(PAGE)
    assert (article.text, article.html) == ("", "")
