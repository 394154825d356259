"""The command line: a file a verb. A verb, and what it does, is imported when it is called."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from feeder.cli.options import LOG_FORMAT, ConfigPath
from feeder.cli.verbs import Verbs
from feeder.errors import EXIT_STATUS

EPILOG = "Exit status: {}.".format(
    "; ".join(f"{status} {told.partition(';')[0]}" for status, told in EXIT_STATUS.items())
)

_UNANSWERABLE = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

app = typer.Typer(
    name="feeder",
    cls=Verbs,
    help="Read article sources, clean the articles, publish Atom feeds.\n\n"
    "`feeder init` writes a configuration that works at once, `feeder refresh` makes its feeds.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"feeder {version('feeder')}")
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    config: ConfigPath = None,
    log_format: Annotated[
        str, typer.Option(metavar="plain|json", help="Form of the log lines on standard error.")
    ] = "plain",
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """What holds for every verb."""
    from feeder.logs import configure

    if log_format not in ("plain", "json"):
        raise typer.BadParameter("plain or json", param_hint="--log-format")
    # Who asks for JSON wants to see it, at a terminal too.
    told = (
        sys.stderr.isatty()
        and ctx.invoked_subcommand not in ("run", "serve")
        and log_format == "plain"
    )
    configure("json" if log_format == "json" else "plain", quiet=told)
    ctx.meta[LOG_FORMAT] = log_format
    ctx.color = _colours()
    ctx.obj = config


def _colours() -> bool | None:
    """Whether what is said has colours; None: on a terminal (https://no-color.org/).

    Tables and bars are rich's, which minds the same variables by itself.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def main() -> NoReturn:
    """The console script. A failure that was foreseen is a message and an exit status."""
    from feeder.errors import FeederError

    _prepare_streams()
    try:
        app()
    except FeederError as error:
        _say(error.message, error.advice)
        sys.exit(error.exit_code)
    except OSError as error:
        # Whatever writes to a disk names its own failures: only the answer is left.
        if error.errno not in _UNANSWERABLE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE:  # `feeder status | head`: nobody wants the rest
            _say(f"the answer cannot be written: {error.strerror}", "")
        sys.exit(1)
    sys.exit(0)


def _prepare_streams() -> None:
    """Standard streams that bear whatever is written to them.

    After `>&-` the database would be opened as file 1, and what a library prints written into it;
    and the name of a folder need not be text.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _say(message: str, advice: str) -> None:
    from feeder.logs import printable

    with suppress(OSError):  # the exit status says it still
        for line in message.splitlines():
            typer.echo(f"feeder: {printable(line)}", err=True)
        if advice:
            typer.echo(f"  → {printable(advice)}", err=True)
