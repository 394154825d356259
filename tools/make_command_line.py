"""Writes docs/command-line.md and the man page docs/feeder.1 from the command line itself.

    python -m tools.make_command_line

Every word in them is a verb's own help (`feeder VERB --help`), an exit status of
`feeder/errors.py`, or a row of the table of variables in docs/configuration.md: there are no copies
to be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer.main

from feeder.cli import app
from feeder.errors import EXIT_STATUS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
CONFIGURATION = DOCS / "configuration.md"

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Word:
    """An argument or option: how it is written, what it does, and what holds without it."""

    term: str
    help: str
    note: str


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as its help tells it."""

    path: str
    usage: str
    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]
    arguments: tuple[Word, ...]
    options: tuple[Word, ...]
    is_group: bool

    @property
    def summary(self) -> str:
        """The first sentence of its help."""
        first = self.paragraphs[0] if self.paragraphs else ""
        return re.split(r"(?<=[.:])\s", first, maxsplit=1)[0].rstrip(".:")


def verbs() -> list[Verb]:
    """feeder itself, then every verb in the order of `feeder --help`, each before its own verbs."""
    return list(_walk(typer.main.get_command(app), None, "feeder"))


def _walk(command: Any, parent: Any, name: str) -> Iterator[Verb]:
    context = command.context_class(
        command, info_name=name, parent=parent, **command.context_settings
    )
    words = [word for word in command.get_params(context) if not word.hidden]
    arguments = [word for word in words if word.param_type_name == "argument"]
    options = [word for word in words if word.param_type_name == "option"]
    inner = getattr(command, "commands", {})
    told = [" ".join(part.split()) for part in cleandoc(command.help or "").split("\n\n")]
    is_example = [part.startswith("Example") for part in told]
    yield Verb(
        path=context.command_path,
        usage=" ".join(
            (
                context.command_path,
                "[OPTIONS]",
                *(_usage(argument) for argument in arguments),
                *(["VERB …"] if inner else []),
            )
        ),
        paragraphs=tuple(p for p, example in zip(told, is_example, strict=True) if not example),
        examples=tuple(
            code
            for part, example in zip(told, is_example, strict=True)
            if example
            for code in _CODE.findall(part)
        ),
        arguments=tuple(Word(_name(one), one.help or "", _note(one)) for one in arguments),
        options=tuple(
            Word(one.get_help_record(context)[0], one.help or "", _note(one))
            for one in options
            if "--help" not in one.opts
        ),
        is_group=bool(inner),
    )
    for own, each in inner.items():
        if not each.hidden:
            yield from _walk(each, context, own)


def _name(argument: Any) -> str:
    name: str = argument.metavar or argument.name.upper()
    return name


def _usage(argument: Any) -> str:
    name = _name(argument) + ("..." if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _note(word: Any) -> str:
    """That it must be there, or what holds without it."""
    if word.required:
        return "required"
    shown = word.show_default
    if isinstance(shown, str):
        return f"default: {shown}"
    value = word.default.value if isinstance(word.default, Enum) else word.default
    if not shown or callable(value) or value in (None, False, "", (), []):
        return ""
    return f"default: {value}"


def variables() -> list[tuple[str, str]]:
    """The environment, as the page about the configuration has it."""
    page = CONFIGURATION.read_text(encoding="utf-8")
    _, found, section = page.partition("\n## Environment\n")
    assert found, f"{CONFIGURATION.name} has no section about the environment"
    return re.findall(r"^\| `(\w+)` \| (.+?) \|$", section, re.MULTILINE)


def markdown() -> str:
    """docs/command-line.md."""
    everything, *own = verbs()
    lines = [
        "# The command line",
        "",
        "<!-- Written by `python -m tools.make_command_line` from the help of each verb. -->",
        "",
        *_paragraphs(everything),
        "The same is said by `feeder --help`, `feeder VERB --help` and `man feeder` (in a checkout "
        "`man docs/feeder.1`).",
        "",
        "| verb | does |",
        "|---|---|",
        *(
            f"| [`{verb.path}`](#{_anchor(verb)}) | {_cell(verb.summary)} |"
            for verb in own
            if not verb.is_group
        ),
        "",
        "## Exit status",
        "",
        "| status | means |",
        "|---|---|",
        *(f"| {status} | {_cell(meaning)} |" for status, meaning in EXIT_STATUS.items()),
        "",
        "## Before the verb",
        "",
        *_table(everything.options, "option"),
    ]
    for verb in own:
        lines += _section(verb)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(verb: Verb) -> list[str]:
    return [
        f"## {verb.path}",
        "",
        *(() if verb.is_group else ("```", verb.usage, "```", "")),
        *_paragraphs(verb),
        *_examples(verb),
        *_table(verb.arguments, "argument"),
        *_table(verb.options, "option"),
    ]


def _examples(verb: Verb) -> list[str]:
    if not verb.examples:
        return []
    return [
        "Example:" if len(verb.examples) == 1 else "Examples:",
        "",
        "```",
        *verb.examples,
        "```",
        "",
    ]


def _paragraphs(verb: Verb) -> list[str]:
    return [line for paragraph in verb.paragraphs for line in (paragraph, "")]


def _table(words: Sequence[Word], what: str) -> list[str]:
    if not words:
        return []
    rows = [f"| `{_cell(word.term)}` | {_cell(_told(word))} |" for word in words]
    return [f"| {what} | does |", "|---|---|", *rows, ""]


def _told(word: Word) -> str:
    return f"{word.help} ({word.note})" if word.note else word.help


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _anchor(verb: Verb) -> str:
    return verb.path.replace(" ", "-")


def man_page() -> str:
    """docs/feeder.1, in the macros of man(7)."""
    everything, *own = verbs()
    lines = [
        '.\\" Written by `python -m tools.make_command_line` from the help of each verb.',
        '.TH FEEDER 1 "" feeder "User Commands"',
        ".SH NAME",
        rf"feeder \- {_roff(everything.summary)}",
        ".SH SYNOPSIS",
        *(line for verb in own if not verb.is_group for line in _synopsis(verb)),
        ".SH DESCRIPTION",
        *_roff_paragraphs(everything),
        ".SH OPTIONS",
        "Before the verb:",
        *_roff_list(everything.options),
        ".SH VERBS",
    ]
    for verb in own:
        lines += [f".SS {_roff(verb.path.removeprefix('feeder '))}", *_roff_paragraphs(verb)]
        lines += _roff_list((*verb.arguments, *verb.options))
        if verb.examples:
            shown = (f"    {_roff(example)}" for example in verb.examples)
            lines += [".PP", ".EX", *shown, ".EE"]
    lines += [".SH EXIT STATUS"]
    lines += _roff_list([Word(str(status), told, "") for status, told in EXIT_STATUS.items()])
    lines += [".SH ENVIRONMENT"]
    lines += _roff_list([Word(name, told, "") for name, told in variables()])
    return "\n".join(lines) + "\n"


def _synopsis(verb: Verb) -> list[str]:
    rest = verb.usage.removeprefix(verb.path).strip()
    return [rf"\fB{_roff(verb.path)}\fR {_roff(rest)}", ".br"]


def _roff_paragraphs(verb: Verb) -> list[str]:
    return [line for paragraph in verb.paragraphs for line in (".PP", _roff(paragraph))]


def _roff_list(words: Sequence[Word]) -> list[str]:
    return [
        line
        for word in words
        for line in (".TP", rf"\fB{_roff(word.term)}\fR", _roff(_told(word)) or r"\&")
    ]


def _roff(text: str) -> str:
    """Text that troff takes for text: no escapes, no requests, hyphens that can be copied."""
    bare = text.replace("\\", r"\e").replace("-", r"\-")
    ascii_only = "".join(c if c.isascii() else rf"\[u{ord(c):04X}]" for c in bare)
    escaped = _CODE.sub(r"\\fB\1\\fR", ascii_only)
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def pages() -> dict[Path, str]:
    """What is to stand in each file."""
    return {DOCS / "command-line.md": markdown(), DOCS / "feeder.1": man_page()}


def main() -> None:
    """Write both."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines")  # noqa: T201


if __name__ == "__main__":
    main()
