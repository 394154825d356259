"""`feeder preview --pick`: a page to pick selectors on, served until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from feeder.config.settings import Settings, SourceSettings


def pick_on(source: SourceSettings, settings: Settings | None, *, kept: bool, show: bool) -> None:
    """Serve a source's listing to be clicked at.

    Args:
        kept: whether it is the page as the last refresh kept it, and not one that is asked for.
        show: whether a browser is opened.

    Raises:
        SourceError: the page cannot be had, or not be shown.
    """
    from datetime import UTC, datetime

    from feeder.app import FOR_ARTICLES, FOR_LISTINGS
    from feeder.previewing.listed import first_page, kept_page
    from feeder.server.picking import pick
    from feeder.workers.processes import Workers

    if source.kind != "listing":
        message = f"{source.name} is of the kind {source.kind}: selectors are for listings"
        raise typer.BadParameter(message, param_hint="--pick")
    if not kept:
        page = first_page(source, settings)
    elif settings is not None and source in settings.sources:
        page = kept_page(source, settings, datetime.now(UTC))
    else:
        message = "only pages of sources by their names are kept"
        raise typer.BadParameter(message, param_hint="--kept")
    with Workers(processes=1, preload=(FOR_ARTICLES, FOR_LISTINGS)) as work:
        pick(source, page, work, opened=_show if show else _tell)
    typer.echo("Nothing was stored.")


def _tell(address: str) -> None:
    typer.echo(f"Pick at {address}\nThat address is good once. Ctrl-C ends it.")


def _show(address: str) -> None:
    import webbrowser

    _tell(address)
    webbrowser.open(address)
