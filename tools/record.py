"""Runs the sessions in the documentation and writes down what they show: `python -m tools.record`.

A session is all blocks of a page with one name:

    <!-- session: tutorial -->
    ```console
    $ feeder init demo
    demo/config: …
    ```

Lines that begin with `$ ` are typed, one after the other in one shell at a terminal of 80 columns,
in a fresh folder that has the tutorial's site as `site`; what stands below is what they showed, and
is written anew. So a recording is changed by changing its commands.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import termios
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "docs/examples/site"
PORT = "8000"
"""What stands in the text. Runs take another one, which is free."""
SECONDS = 120
_BLOCK = re.compile(
    r"(?P<head><!-- session: (?P<name>[\w-]+) -->\n```console\n)(?P<text>.*?)(?P<end>^```$)",
    re.MULTILINE | re.DOTALL,
)
_MARK = "\x1e"
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_VARYING = (
    (re.compile(r"\bAdded by .* on \d{4}-\d\d-\d\d"), "Added"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(Z| UTC)?"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s|sec|seconds?|min|minutes?|h|hours?|days?)\b"), "WHILE"),
    (re.compile(r"\btag:[^,\s]+,\d{4}-\d\d-\d\d:"), "tag:"),
)


@dataclass(frozen=True)
class Session:
    """The commands of one session, block by block."""

    name: str
    commands: tuple[tuple[str, ...], ...]


def sessions(text: str) -> list[Session]:
    """The sessions of a page, in its order."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for block in _BLOCK.finditer(text):
        typed = [line[2:] for line in block["text"].splitlines() if line.startswith("$ ")]
        found.setdefault(block["name"], []).append(tuple(typed))
    return [Session(name, tuple(commands)) for name, commands in found.items()]


def recorded(text: str) -> str:
    """The page with all its sessions run anew."""
    shown = {session.name: iter(run(session)) for session in sessions(text)}
    return _BLOCK.sub(lambda b: f"{b['head']}{next(shown[b['name']])}{b['end']}", text)


def run(session: Session) -> list[str]:
    """What each block of a session shows, its commands among it.

    One that has not ended after two minutes is ended.
    """
    port = _free_port()
    lines = [f"trap 'kill $(jobs -p) 2>/dev/null' EXIT; PS1=; cd {'{}'}"]
    commands = [command for block in session.commands for command in block]
    for command in commands:
        lines += [
            f"printf '{_MARK}'",
            command.replace(f":{PORT}", f":{port}").replace(f" {PORT} ", f" {port} "),
        ]
        if command.endswith("&"):
            lines.append("sleep 1")  # until it listens
    with TemporaryDirectory() as folder:
        shutil.copytree(SITE, Path(folder) / "site")
        lines[0] = lines[0].format(folder)
        shown = _at_a_terminal("\n".join(lines), _environment(folder))
    told = shown.replace(folder + "/", "").replace(f":{port}", f":{PORT}")
    answers = iter(told.split(_MARK)[1:])
    return ["".join(f"$ {c}\n{_ended(next(answers, ''))}" for c in b) for b in session.commands]


def _at_a_terminal(script: str, environment: dict[str, str]) -> str:
    """What a shell shows at a terminal: without a person, and its lines as they are."""
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (40, 80))
    shell = subprocess.Popen(  # noqa: S603  what is run stands in our own pages
        ["/bin/bash", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    ender = threading.Timer(SECONDS, os.killpg, (shell.pid, signal.SIGKILL))
    ender.start()
    shown = b""
    try:
        # A terminal whose last program has ended is an error to read from.
        with suppress(OSError):
            while piece := os.read(ours, 65_536):
                shown += piece
        shell.wait()
    finally:
        ender.cancel()
        os.close(ours)
    return _STYLE.sub("", shown.decode("utf-8", "replace").replace("\r\n", "\n"))


def alike(one: str, other: str) -> bool:
    """Whether two recordings differ in times alone."""
    return _without_times(one) == _without_times(other)


def _without_times(text: str) -> str:
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text


def _ended(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    return f"{text}\n" if text else ""


def _environment(folder: str) -> dict[str, str]:
    """As at a terminal of 80 columns, with our own `feeder` and nothing of this machine's own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FEEDER", "PYTHON", "XDG"))}
    path = f"{Path(sys.executable).parent}:{kept.get('PATH', '')}"
    told = {"PATH": path, "HOME": folder, "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    return {**kept, **told, "TZ": "UTC", "LANG": "C.UTF-8"}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def pages() -> list[Path]:
    """README and the pages of docs/ that have sessions."""
    every = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in every if sessions(page.read_text(encoding="utf-8"))]


def main() -> None:
    """Write all recordings anew, those that are as they were but for times left alone."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        now = recorded(text)
        if not alike(now, text):
            page.write_text(now, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
