"""Rule files and the selectors of sources, looked at for what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from feeder.config.settings import Settings, SourceSettings
from feeder.errors import ConfigError, ConfigFault
from feeder.rules.expressions import xpath
from feeder.rules.lines import Line, read_lines, text_of
from feeder.rules.lint import Weight, dead_expression, lint
from feeder.rules.rulebook import Rulebook, is_rule_file
from feeder.rules.standing import Placed, standings
from feeder.siterules.marker import is_ours

_NO_RULES = frozenset({"license", "licence", "readme", "changelog", "notice", "copying"})
_LISTED = ("item", "link", "title", "date", "summary", "image", "author", "next")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where: a line from 1, or none where it is the file as a whole."""

    file: Path
    line: int | None
    weight: Weight
    message: str
    advice: str = ""


def lint_all(settings: Settings) -> Iterator[Finding]:
    """What is wrong in the folders of `[rules]` and in the sources. What `feeder rules update` put
    there is left out, since nobody here mends it."""
    own = [folder for folder in settings.rules.folders if not is_ours(folder)]
    for folder in own:
        yield from lint_folder(folder)
    yield from _layered(settings, own)
    for source in settings.sources:
        yield from _of_source(source)


def lint_paths(paths: Iterable[Path]) -> Iterator[Finding]:
    """What is wrong in these files, and in all rule files of these folders.

    Raises:
        ConfigError: one is not there.
    """
    for path in paths:
        if path.is_dir():
            yield from lint_folder(path)
        elif path.is_file():
            yield from _of_file(path)
        else:
            fault = ConfigFault(str(path), None, None, "", "there is no such file or folder")
            raise ConfigError([fault])


def lint_folder(folder: Path) -> Iterator[Finding]:
    """What is wrong in the rule files of a folder, and which files there are never read."""
    for path in sorted(folder.iterdir()):
        stem = path.name.rpartition(".")[0].lower()
        if path.suffix.lower() != ".txt" or stem in _NO_RULES:
            continue
        if path.is_symlink() or not path.is_file():
            yield Finding(path, None, "fault", "it is no file but a link or folder, and not read")
        else:
            yield from _of_file(path)
    for path in sorted(folder.glob("_.*.txt")):
        other = folder / path.name.removeprefix("_")
        if other.exists():
            yield Finding(path, None, "hint", f"{other.name} beside it is the same file by name",
                          "put the rules of both into one")  # fmt: skip


def _of_file(path: Path) -> Iterator[Finding]:
    if not is_rule_file(path.name):
        yield Finding(
            path,
            None,
            "fault",
            "no page has it read: it is named like no host",
            "a host in lower case, without www., or .example.org.txt for all hosts beside it",
        )
    try:
        text = text_of(path)
    except OSError as error:
        yield Finding(path, None, "fault", f"cannot be read: {error.strerror}")
        return
    for one in lint(text, path.name):
        yield Finding(path, one.number, one.weight, one.message, one.advice)


def _layered(settings: Settings, own: Sequence[Path]) -> Iterator[Finding]:
    """Lines in files of the house that another file of the same name makes needless."""
    book = Rulebook(settings.rules.folders, impersonate=settings.rules.impersonate)
    for name in book.names:
        files = book.files(name)
        if len(files) < 2:
            continue
        told = {path: _lines(path) for path in files}
        yield from _shadowed(files, told, own)
        for standing in standings(list(told.items())):
            path, line = standing.placed
            by = standing.overruled_by
            if by is not None and by.path != path and path.parent in own:
                yield Finding(path, line.number, "hint", _needless(line, by), "leave one out")


def _shadowed(
    files: Sequence[Path], told: Mapping[Path, Sequence[Line]], own: Sequence[Path]
) -> Iterator[Finding]:
    for at, path in enumerate(files):
        if any(line.directive == "inherit" and line.value.lower() == "no" for line in told[path]):
            for hidden in files[at + 1 :]:
                if hidden.parent in own:
                    yield Finding(hidden, None, "hint", f"never read: {path} says inherit: no")
            return


def _needless(line: Line, by: Placed) -> str:
    same = by.line.key == line.key and by.line.value == line.value
    return f"{'said already in' if same else 'overruled by'} {by.path}:{by.line.number}"


def _lines(path: Path) -> list[Line]:
    try:
        return read_lines(text_of(path))
    except OSError:
        return []


def _of_source(source: SourceSettings) -> Iterator[Finding]:
    """Selectors and patterns that are right as such, and can match nothing."""
    for key, selectors in source.article.selectors.items():
        for index, selector in enumerate(selectors):
            if why := dead_expression(xpath(selector)):
                yield _at(source, ("article", key, index), f"can never match: {why}")
    for key in _LISTED:
        selector = getattr(source.list, key)
        if selector and (why := _dead(selector)):
            yield _at(source, ("list", key), f"can never match: {why}")
    for key in ("include", "exclude"):
        for index, pattern in enumerate(getattr(source.list, key)):
            if not pattern.startswith(("/", "*", "re:", "http://", "https://")):
                yield _at(
                    source,
                    ("list", key, index),
                    f"{pattern!r} can never match: it is compared with whole addresses, which "
                    "begin with http",
                    f"write {'/' + pattern!r} for what the path begins with, or {'*' + pattern!r}",
                )
    for pattern in source.list.include:
        if pattern in source.list.exclude:
            yield _at(
                source, ("list", "include"), f"{pattern!r} is in exclude too: nothing is left"
            )


def _dead(selector: str) -> str | None:
    try:
        return dead_expression(xpath(selector))
    except ValueError:  # a source kind that checks none of its selectors
        return None


def _at(
    source: SourceSettings, key: tuple[str | int, ...], message: str, advice: str = ""
) -> Finding:
    fault = source.place.fault(key, message)
    return Finding(Path(fault.file), fault.line, "fault", f"{fault.key}: {message}", advice)
