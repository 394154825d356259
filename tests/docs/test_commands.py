"""Every shell block, and every command in the running text, is one that feeder takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.docs.blocks import ROOT, Block, blocks, pages
from tests.docs.commands import ROOT as COMMAND
from tests.docs.commands import UsageError, command_lines, parse

_INLINE = re.compile(r"`feeder( [^`\n]+)`")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def called() -> list[tuple[str, list[str]]]:
    """Every command line in a block, and where it stands."""
    return [(str(b), words) for b in blocks("sh", "console") for words in _lines(b)]


def _lines(block: Block) -> Iterator[list[str]]:
    text = block.text
    if block.language == "console":  # what is typed, where a prompt tells it from what is shown
        typed = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
        text = "\n".join(typed) or text
    yield from command_lines(text)


def inline() -> list[tuple[str, list[str]]]:
    """Every command in the running text; `list|show` stands for several."""
    found = []
    for page in pages():
        text = _FENCED.sub("", page.read_text(encoding="utf-8"))
        for words in _INLINE.findall(text):
            found += [(str(page.relative_to(ROOT)), said) for said in _expanded(words.split())]
    return found


def _expanded(words: list[str]) -> Iterator[list[str]]:
    if not words:
        yield []
        return
    for first in words[0].split("|"):
        for rest in _expanded(words[1:]):
            yield [first, *rest]


def test_every_command_of_a_block_is_taken() -> None:
    assert len(called()) > 30
    wrong = []
    for place, words in called():
        try:
            parse(words)
        except UsageError as error:
            wrong.append(f"{place}: feeder {' '.join(words)}: {error}")
    assert not wrong, "\n".join(wrong)


def test_every_command_in_the_text_has_its_verb_and_options() -> None:
    """Its other words are names such as NAME, or left out."""
    wrong = [f"{place}: feeder {' '.join(words)}" for place, words in inline() if not known(words)]
    assert not wrong, "\n".join(wrong)


def known(words: list[str]) -> bool:
    """Whether the verbs and options are there, whatever stands between them."""
    command, options = COMMAND, {"--help", "-h"}
    for word in words:
        options |= {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
        if word.startswith("-"):
            if word.rstrip(".,…]").partition("=")[0] not in options:
                return False
        elif inner := getattr(command, "commands", {}):
            if word not in inner:
                return word.isupper() or word == "…"  # "feeder VERB --help"
            command = inner[word]
    return True


@pytest.mark.parametrize(
    "line",
    [
        "feeder refesh",
        "feeder refresh --forced",
        "feeder webserver ngnix",
        "feeder webserver",
        "feeder restore a b",
        "cd x && sudo -u feeder feeder status --yaml | less",
    ],
)
def test_what_feeder_does_not_take_is_found(line: str) -> None:
    (words,) = command_lines(line)
    with pytest.raises(UsageError):
        parse(words)


@pytest.mark.parametrize("words", ["refesh", "refresh --forced", "quarantine relase"])
def test_it_is_found_in_the_text_too(words: str) -> None:
    assert not known(words.split())
