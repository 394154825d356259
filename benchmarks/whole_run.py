"""The command as a whole: start-up, a cold refresh of 1,000 files, a warm one, peak memory.

The baseline is a plain script that reads the same files and writes the same number of entries with
feedgen, without cleaning, state or fsync. CPU seconds of each process, the median of its runs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

FILES = 1_000
RUNS = 3

BASELINE = """
import sys, html, pathlib
from feedgen.feed import FeedGenerator
feed = FeedGenerator()
feed.id("urn:x"); feed.title("x"); feed.author(name="x")
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    title, *paragraphs = path.read_text().split("\\n\\n")
    entry = feed.add_entry(order="append")
    entry.id(f"urn:x:{path.name}"); entry.title(title)
    entry.content("".join(f"<p>{html.escape(p)}</p>" for p in paragraphs), type="html")
pathlib.Path(sys.argv[2]).write_bytes(feed.atom_str())
"""


def cpu(command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of one process and its children."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_articles(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(FILES):
        paragraphs = [
            f"Paragraph {n} of story {number} tells what happened in the town on that day, who was "
            "there, what they said about it, and why the others did not believe a word of it. " * 2
            for n in range(9)
        ]
        body = "\n\n".join(
            [
                f"Story number {number}",
                *paragraphs,
                "Leave a Reply",
                "Your email address will not be published. Required fields are marked *",
            ]
        )
        path = folder / f"{number:05}.txt"
        path.write_text(body)
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))


def project(root: Path) -> list[str]:
    (root / "config/sources").mkdir(parents=True)
    (root / "config/feeder.toml").write_text("")
    (root / "config/sources/news.toml").write_text('kind = "files"\nroot = "articles"\n')
    return [sys.executable, "-m", "feeder", "--config", str(root / "config")]


def measured(name: str, run: Callable[[], tuple[float, float]], baseline: float | None) -> float:
    results = [run() for _ in range(RUNS)]
    seconds = statistics.median(result[0] for result in results)
    ratio = f"{seconds / baseline:6.2f} ×" if baseline else "baseline"
    print(f"{name:36} {seconds:7.3f} s CPU  {ratio:>9}  {max(r[1] for r in results):6.0f} MB peak")
    return seconds


def cold(root: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as fresh:
        command = project(Path(fresh))
        source = Path(fresh) / "config/sources/news.toml"
        source.write_text(f'kind = "files"\nroot = "{root / "articles"}"\n')
        return cpu([*command, "refresh"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_articles(root / "articles")
        command = project(root)
        plain = [sys.executable, "-c", BASELINE, str(root / "articles"), str(root / "plain.atom")]
        base = measured(f"plain feedgen, {FILES} files", lambda: cpu(plain), None)
        measured("feeder --help", lambda: cpu([*command, "--help"]), base)
        measured(f"cold refresh of {FILES} files", lambda: cold(root), base)
        cpu([*command, "refresh"])
        measured("warm refresh, nothing new", lambda: cpu([*command, "refresh"]), base)


if __name__ == "__main__":
    main()
