"""`feeder preview --pick`: a page to pick selectors on, served until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from feeder.config.settings import Settings, SourceSettings


def pick_on(source: SourceSettings, settings: Settings | None, *, show: bool) -> None:
    """Fetch a source's listing, and serve it to be clicked at.

    Args:
        show: whether a browser is opened.

    Raises:
        SourceError: the page cannot be had, or not be shown.
    """
    from feeder.app import FOR_ARTICLES, FOR_LISTINGS
    from feeder.previewing.listed import first_page
    from feeder.server.picking import pick
    from feeder.workers.processes import Workers

    if source.kind != "listing":
        message = f"{source.name} is of the kind {source.kind}: selectors are for listings"
        raise typer.BadParameter(message, param_hint="--pick")
    page = first_page(source, settings)
    with Workers(processes=1, preload=(FOR_ARTICLES, FOR_LISTINGS)) as work:
        pick(source, page, work, opened=_show if show else _tell)
    typer.echo("Nothing was stored.")


def _tell(address: str) -> None:
    typer.echo(f"Pick at {address}\nThat address is good once. Ctrl-C ends it.")


def _show(address: str) -> None:
    import webbrowser

    _tell(address)
    webbrowser.open(address)
