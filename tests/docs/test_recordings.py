"""What stands below the commands of a session is what they show today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import make_site, record

TEXT = """<!-- session: one -->
```console
$ printf 'at 2026-11-28 01:35Z, in 0.3 s\\n'
at 2025-01-02 03:04Z, in 12 s
$ cd site && ls -1
articles
index.html
```

Then:

<!-- session: one -->
```console
$ ls | wc -l
2
```
"""


README = record.ROOT / "README.md"
TUTORIAL = record.ROOT / "docs/tutorial.md"


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in record.pages() if page != README], ids=lambda page: page.name
)
def test_a_recording_is_what_its_commands_show(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    now = record.recorded(text)
    assert record.alike(now, text), f"python -m tools.record\n{now}"


def test_readme_shows_what_the_tutorial_shows() -> None:
    """So it need not be run a second time."""
    tutorial = TUTORIAL.read_text(encoding="utf-8")
    (session,) = record.sessions(README.read_text(encoding="utf-8"))
    shown = README.read_text(encoding="utf-8").partition("<!-- session: one-shot -->")[2]
    block = shown.partition("```console\n")[2].partition("```")[0]
    answers = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    assert len(answers) == len(session.commands[0])
    assert not [answer for answer in answers if f"$ {answer}" not in tutorial]


def test_a_session_goes_on_from_block_to_block_and_times_are_let_pass() -> None:
    now = record.recorded(TEXT)
    assert "01:35Z" in now
    assert record.alike(now, TEXT)


def test_another_answer_is_seen() -> None:
    assert not record.alike(record.recorded(TEXT), TEXT.replace("articles\n", "article\n"))


def test_the_site_of_the_tutorial_is_what_its_tool_writes() -> None:
    kept = {
        str(path.relative_to(make_site.SITE)): path.read_text(encoding="utf-8")
        for path in make_site.SITE.rglob("*.html")
    }
    assert kept == make_site.pages()
