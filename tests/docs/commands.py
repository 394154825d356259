"""Command lines of feeder in shell text, and whether the real command line takes them.

Nothing is done: the verbs' functions are taken out, and the parser reads the words. So an unknown
verb, option or choice, a value that is missing or one word too many is found as it finds them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

import typer
import typer.main

from feeder.cli import app

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""Click's, of which typer has a copy of its own from 0.20 on."""


def _without_functions(command: Any) -> Any:
    command.callback = lambda **values: None
    for inner in getattr(command, "commands", {}).values():
        _without_functions(inner)
    return command


ROOT: Any = _without_functions(typer.main.get_command(app))
_ENDS = {"&&", "||", "|", ";", "&", "(", ")", "$("}
_WRAPPERS = (
    re.compile(r"^runuser -u \S+ -- "),
    re.compile(r"^sudo (-u \S+ )?"),
    re.compile(r"^docker compose (exec|run)( -\S+)* \S+ "),
)


def command_lines(text: str) -> Iterator[list[str]]:
    """The words behind `feeder` in each call of it in a piece of shell."""
    for line in text.replace("\\\n", " ").splitlines():
        for words in _simple(line):
            joined = shlex.join(words)
            for wrapper in _WRAPPERS:
                joined = wrapper.sub("", joined)
            words = shlex.split(joined)
            if words and PurePath(words[0]).name == "feeder":
                yield words[1:]


def _simple(line: str) -> Iterator[list[str]]:
    """Simple commands, without redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words: list[str] = []
    skipped = False
    for word in lexer:
        if word in _ENDS:
            yield words
            words = []
        elif set(word) <= set("<>&"):
            skipped = True
        elif skipped:
            skipped = False
        else:
            words.append(word)
    yield words


def parse(words: Sequence[str]) -> None:
    """Read a command line as the program does.

    Raises:
        UsageError: it is not taken.
    """
    ROOT.main(args=list(words), prog_name="feeder", standalone_mode=False)
