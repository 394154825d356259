"""Every Python example runs; what is quoted from a file is held elsewhere (test_configurations)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks

_RUN = [block for block in blocks("python") if not block.mark.startswith(("quoted", "file"))]


@pytest.mark.parametrize("block", _RUN, ids=str)
def test_it_runs(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with the files that the examples speak of."""
    told = "What happened, told in a paragraph of some length, as it is on a page."
    (tmp_path / "page.html").write_text(f"<html><body><h1>A headline</h1><p>{told}</p></body>")
    (tmp_path / "scrape.txt").write_text(f"A headline\n\n{told}\n")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    exec(compile(block.text, str(block), "exec"), {})
