"""`feeder discover`: what could be subscribed to at an address?"""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.options import AsJson, ConfigPath
from feeder.cli.progress import progress

if TYPE_CHECKING:
    from feeder.config.settings import FetchSettings
    from feeder.discovery.finds import Discovery

Address = Annotated[
    str, typer.Argument(metavar="URL", help="Address of a page or a feed.", show_default=False)
]
AllowNetwork = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-network",
        metavar="NETWORK",
        help="A private network that may be asked, such as 192.168.1.0/24; repeatable.",
        show_default=False,
    ),
]


def discover(
    ctx: typer.Context,
    url: Address,
    allow_network: AllowNetwork = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show all that could be subscribed to at an address, the best first.

    That is: the page's feeds, WordPress's API, JSON, sitemaps and the page itself, each with how
    many articles it has, how new they are, whether it has their texts, what stands in the way and
    the command that makes it a source. The site is asked as a refresh asks it (robots.txt, one
    request a second), at most 24 times. Nothing is stored, and no configuration is needed.

    Examples: `feeder discover https://news.example.org/`, `feeder discover --json https://example.org/`
    """
    from feeder.cli.discovered import as_data, print_found
    from feeder.discovery.manners import fetch_settings
    from feeder.fetch.typed import web_address

    networks = allow_network or []
    address = web_address(url)
    settings = allowing(fetch_settings(config or ctx.obj, os.environ), networks)
    found = look(address, settings, typed("discover", url, networks), shown=not as_json)
    if as_json:
        typer.echo(json.dumps(as_data(found, networks), ensure_ascii=False, indent=2))
    else:
        print_found(found, networks)
    raise typer.Exit(0 if found.best else 1)


def typed(verb: str, url: str, networks: list[str]) -> str:
    """What somebody typed, for the advice to type more of it."""
    allowed = [word for network in networks for word in ("--allow-network", network)]
    return shlex.join(["feeder", verb, url, *allowed])


def allowing(settings: FetchSettings, networks: list[str]) -> FetchSettings:
    """The settings with networks that the command line allows.

    Raises:
        typer.BadParameter: one of them is none.
    """
    from pydantic import TypeAdapter, ValidationError

    from feeder.config.options import Network
    from feeder.discovery import manners

    try:
        found = TypeAdapter(tuple[Network, ...]).validate_python(tuple(networks))
    except ValidationError as error:
        message = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise typer.BadParameter(message, param_hint="--allow-network") from None
    return manners.allowing(settings, found)


def look(
    address: str,
    settings: FetchSettings,
    command: str,
    *,
    selectors: bool = False,
    shown: bool = True,
) -> Discovery:
    """What there is at an address.

    Args:
        command: what was typed, for the advice to type more of it.
        shown: whether a terminal shows what is asked for.

    Raises:
        SourceError: it gives nothing.
    """
    from feeder.discovery.asking import PRELOAD
    from feeder.discovery.asking import discover as discovered
    from feeder.errors import ForbiddenAddressError
    from feeder.workers.processes import Workers

    try:
        with (
            Workers(processes=1, preload=PRELOAD) as work,
            progress("Asking", None, shown=shown) as step,
        ):
            return discovered(address, settings, work, selectors=selectors, tell=step)
    except ForbiddenAddressError as error:
        if error.networks:
            allowed = " ".join(f"--allow-network {network}" for network in error.networks)
            error.advice = f"if that is where the site is: {command} {allowed}"
        raise
