"""Everything that a test publishes, read by validators and parsers of other people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from feeder.models import Document
from feeder.outputs.directory import Directory
from tests.validators import atom, json_feed, pages, rss

_VALIDATORS: dict[str, Callable[[Document], Iterator[str]]] = {
    ".atom": atom.faults,
    ".rss": rss.faults,
    ".json": json_feed.faults,
    ".opml": pages.faults_of_opml,
    ".html": pages.faults_of_html,
    ".css": pages.faults_of_css,
}
_valid: set[tuple[str, bytes]] = set()


def assert_valid(document: Document) -> None:
    """Fail with all faults that anybody finds in a document; the same bytes are read once."""
    known = document.path, sha256(document.body).digest()
    if known not in _valid:
        found = faults(document)
        assert not found, f"{document.path}: {found}"
        _valid.add(known)


def faults(document: Document) -> list[str]:
    """All faults, as `Class: what`."""
    return list(_VALIDATORS[Path(document.path).suffix](document))


def assert_valid_folder(public: Path) -> None:
    """Fail with the faults of any document that lies in a public folder."""
    files = (file for file in sorted(public.rglob("*")) if file.suffix in _VALIDATORS)
    # Hidden files are half written ones that a kill left; nobody is given them.
    whole = (file for file in files if not file.name.startswith(".") and file.is_file())
    _assert_all_valid(
        Document(file.relative_to(public).as_posix(), "", file.read_bytes()) for file in whole
    )


@contextmanager
def validated() -> Iterator[None]:
    """Whatever is put into a public folder within the block is valid, or the block fails."""
    put, documents = Directory.put, dict[Document, None]()

    def noted(self: Directory, document: Document) -> bool:
        done = put(self, document)
        documents[document] = None
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Directory, "put", noted)
        yield
    # At the end: before, a fault would be one more failing output, which flows survive.
    _assert_all_valid(documents)


def _assert_all_valid(documents: Iterable[Document]) -> None:
    """A renamed feed lies at its old places too, and says in each where its new one is."""
    by_body: dict[bytes, list[Document]] = {}
    for document in documents:
        by_body.setdefault(document.body, []).append(document)
    for first, *others in by_body.values():
        if not any(not faults(other) for other in others):
            assert_valid(first)
