"""The public collection of rule files, from `$FEEDER_CORPORA`."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

CORPORA = os.environ.get("FEEDER_CORPORA")


def unpacked(folder: Path) -> Path:
    """The collection's files, in a folder named as one would name a checkout of it."""
    with tarfile.open(Path(CORPORA or "") / "ftr-site-config.tar.xz") as files:
        files.extractall(folder / "upstream", filter="data")
    found = next((folder / "upstream").rglob("global.txt"))
    return found.parent
