"""Imports run one way, one module talks HTTP, and packages re-export nothing concrete."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "feeder"

# Lowest first. Members of one row never import each other; inside a family its files may.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"models"}),
    frozenset(
        {
            "text",
            "encoding",
            "markup",
            "dates",
            "languages",
            "urls",
            "regexes",
            "enclosures",
            "logs",
            "workers",
            "locks",
            "supervisor",
        }
    ),
    frozenset({"config", "plugins", "rules"}),
    frozenset({"fetch", "changes", "sources", "cleaner", "generator", "outputs", "store"}),
    frozenset({"refresh", "publish", "recovery", "telling"}),
    frozenset({"jobs"}),
    frozenset({"app"}),
    frozenset({"adding"}),  # writes what `app` then loads, for all who make sources
    frozenset(
        {
            "rounds",
            "online",
            "discovery",
            "previewing",
            "repairs",
            "replays",
            "quarantines",
            "porting",
            "explaining",
            "siterules",
        }
    ),
    frozenset({"scheduler", "server", "watching"}),
    frozenset({"service", "doctor"}),  # looks at what both server and store know
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
LEVEL = {name: level for level, row in enumerate(LAYERS) for name in row}
HTTP_CLIENTS = {"requests", "urllib3", "http.client", "urllib.request", "httpx", "aiohttp"}
STORES = {"botocore", "boto3", "minio", "obstore"}
"""Clients of object storage, which bring their own HTTP."""


BROWSERS = {"playwright", "selenium", "pyppeteer"}
"""What drives a browser, which takes .2 s and 30 MB, and runs in a process of its own."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def member(path: Path) -> str:
    """The row member that a file belongs to: `feeder/store/tables.py` → `store`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_every_module_has_its_place_in_the_layers() -> None:
    members = {member(path) for path in modules()} - {"__init__"}
    assert members <= LEVEL.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    here = member(path)
    if here == "__init__":
        return
    for name, line in imported(path):
        parts = name.split(".")
        if parts[0] != "feeder" or len(parts) < 2 or parts[1] == here:
            continue
        there = parts[1]
        if there not in LEVEL:  # `from feeder import __version__`
            continue
        assert LEVEL[there] < LEVEL[here], f"{path}:{line}: {here} must not import {there}"


def test_only_fetch_may_import_an_http_client() -> None:
    for path in modules():
        if member(path) == "fetch":
            continue
        clients = {name for name, _ in imported(path)} & HTTP_CLIENTS
        assert not clients, f"{path} imports {clients}"


def test_one_module_alone_talks_to_object_storage() -> None:
    for path in modules():
        if path != PACKAGE / "outputs/bucket.py":
            roots = {name.split(".")[0] for name, _ in imported(path)}
            assert not roots & STORES, f"{path} imports {roots & STORES}"


def test_one_module_alone_drives_a_browser() -> None:
    for path in modules():
        if path != PACKAGE / "fetch/browser/drawing.py":
            roots = {name.split(".")[0] for name, _ in imported(path)}
            assert not roots & BROWSERS, f"{path} imports {roots & BROWSERS}"


def test_packages_re_export_nothing_concrete() -> None:
    for path in PACKAGE.rglob("*/__init__.py"):
        if path.parent == PACKAGE / "cli":  # the console script's entry point stands there
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("feeder."):
                assert node.module in {"feeder.models", "feeder.errors", "feeder.config"}, path
