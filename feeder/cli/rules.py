"""`feeder rules`: site rules linted, tried on kept pages, fetched, and shown for a site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli import completing
from feeder.cli.discover import AllowNetwork, allowing
from feeder.cli.options import AsJson, ConfigPath, Quiet
from feeder.cli.progress import progress

if TYPE_CHECKING:
    from feeder.app import App

app = typer.Typer(
    name="rules",
    help="Rules for single sites: lint them, try them on kept pages, fetch the public ones, show "
    "which hold.\n\n"
    "Examples: `feeder rules lint`, `feeder rules show news.example.org`",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def lint(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Rule files, or folders of them; without any all folders of [rules] but those "
            "that `feeder rules update` filled, and the selectors of all sources.",
        ),
    ] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Name what is wrong in rule files and in the selectors of sources, or can never match.

    Each with its file and line: directives that are not known, expressions that are none, what no
    page can match, what another line overrules, files that no page has read. The exit status is 2
    where anything is wrong, and 0 where there are hints alone.

    Examples: `feeder rules lint`, `feeder rules lint rules/news.example.org.txt`
    """
    from feeder.cli.ruled import print_findings, print_findings_json
    from feeder.siterules.linting import lint_all, lint_paths

    if paths:
        found = list(lint_paths(paths))
    else:
        from feeder.app import load

        found = list(lint_all(load(config or ctx.obj)))
    (print_findings_json if as_json else print_findings)(found)
    raise typer.Exit(2 if any(one.weight == "fault" for one in found) else 0)


@app.command()
def test(
    ctx: typer.Context,
    called: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="HOST|NAME",
            help="Hosts, addresses or sources; the sites of all sources if none is named.",
            autocompletion=completing.sources,
        ),
    ] = None,
    online: Annotated[
        bool,
        typer.Option("--online", help="Also ask for test addresses whose pages are not kept."),
    ] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Try the rules of sites on the pages that are kept, and run their tests.

    Says of each rule on how many of the last 50 articles' pages it found something: one that found
    nothing has grown old. Each test_url whose page is kept must give an article with all of its
    test_contains. Nothing is recorded. The exit status is 1 where a test fails.

    Examples: `feeder rules test`, `feeder rules test news.example.org --online`
    """
    from feeder.app import load, open_app
    from feeder.cli.ruled import print_trials, print_trials_json
    from feeder.siterules.trying import Trial

    with open_app(load(config or ctx.obj)) as opened:
        trial = Trial(opened, online=online)
        found = [trial.site(address) for address in _sites(opened, called or ())]
    (print_trials_json if as_json else print_trials)(found)
    bad = any(one.outcome in ("lacks", "failed") for site in found for one in site.tests)
    raise typer.Exit(1 if bad else 0)


@app.command()
def update(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            help="Where the rules go; without it the folder of [rules] that was filled before, or "
            "the one that is empty.",
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="A .tar.gz of rule files; remembered for the next time. Else those of Five "
            "Filters.",
            show_default=False,
        ),
    ] = None,
    allow_network: AllowNetwork = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Fetch the public collection of site rules into a folder, or bring it up to date.

    The folder is replaced as a whole, or not at all; one with files of somebody else, or with
    changes made by hand, is left alone. What has not changed is not fetched again.

    Examples: `feeder rules update rules/public`, `feeder rules update`
    """
    from feeder.app import load
    from feeder.cli.ruled import print_updated, print_updated_json
    from feeder.fetch.typed import web_address
    from feeder.siterules.updating import folder_to_update, update
    from feeder.workers.processes import Workers

    settings = load(config or ctx.obj)
    fetch = allowing(settings.fetch, allow_network or [])
    asked = web_address(address) if address is not None else None
    with Workers() as work, progress("Fetching", None, shown=not (quiet or as_json)):
        done = update(fetch, work, folder or folder_to_update(settings), asked)
    is_used = any(one.resolve() == done.folder for one in settings.rules.folders)
    if as_json:
        print_updated_json(done)
    elif not quiet:
        print_updated(done, is_used=is_used)


@app.command()
def show(
    ctx: typer.Context,
    called: Annotated[
        str,
        typer.Argument(
            metavar="HOST|URL|NAME",
            help="A host, an address, or a source.",
            autocompletion=completing.sources,
        ),
    ],
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show the rules that hold for a site, each with its file and line, and what overrules what.

    In the order in which they count: [article] of the source, the files of the site, those of the
    publishing system that made its pages (told by a page that is kept), and global.txt.

    Examples: `feeder rules show news.example.org`, `feeder rules show news --json`
    """
    from feeder.app import load, open_app
    from feeder.cli.ruled import print_standings, print_standings_json
    from feeder.siterules.showing import rules_for

    with open_app(load(config or ctx.obj)) as opened:
        (address,) = _sites(opened, [called])
        shown = rules_for(opened, address)
    if shown is None:
        raise _no_host(called)
    (print_standings_json if as_json else print_standings)(shown)


def _sites(opened: App, called: Sequence[str]) -> Iterable[str]:
    """The addresses that are meant, one of each host."""
    from feeder.rules.rulebook import host_key
    from feeder.urls import resolve

    starts = {
        name: job.manner.source.start for name, job in opened.jobs.items() if job.host is not None
    }
    found: dict[str, str] = {}
    for one in called or starts:
        address = starts.get(one) or resolve(one if "://" in one else f"https://{one}")
        host = host_key(address)
        if address is None or host is None or "." not in host:
            raise _no_host(one)
        found.setdefault(host, address)
    return found.values()


def _no_host(called: str) -> typer.BadParameter:
    from feeder.fetch.shown import shown

    told = shown(called) if "://" in called else called
    return typer.BadParameter(
        f"{told!r} is no host, no address, and no source on the web", param_hint="HOST"
    )
