"""`feeder webserver`: what nginx, Caddy or Apache must be told to give the documents out well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import unquote, urlsplit

import typer

from feeder.cli.options import ConfigPath

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.config.settings import Settings
    from feeder.errors import ConfigError

_TEMPLATES = Path(__file__).with_name("webservers")
# What a server takes for a variable, an escape or an end in a text in quotes; none can quote all.
_UNQUOTABLE = re.compile(r"""[\x00-\x1f\x7f"'`\\${}%]""")


class Server(StrEnum):
    """The web servers that there is a snippet for."""

    nginx = "nginx"
    caddy = "caddy"
    apache = "apache"


def webserver(
    ctx: typer.Context,
    server: Annotated[
        Server, typer.Argument(metavar="nginx|caddy|apache", show_default=False, help="Which one.")
    ],
    config: ConfigPath = None,
) -> None:
    """Print what a web server must be told to give the feeds out.

    That is: types, caching, packed copies, hubs, and which feeds were renamed or removed. Nothing
    is written. Private feeds are in none of it.

    Example: `feeder webserver nginx > /etc/nginx/conf.d/feeds.conf`
    """
    from feeder.app import load, open_app

    settings = load(config or ctx.obj)
    root = served_folder(settings)
    with open_app(settings) as app:
        typer.echo(snippet(server, _told(app, root)), nl=False)


def served_folder(settings: Settings) -> Path:
    """The folder that a web server is to give out.

    Raises:
        ConfigError: there is none, or its name cannot be written into a server's configuration.
    """
    if not settings.folders:
        raise _fault(settings, "output", "none is a folder that a web server could give out")
    folder = settings.folders[0]
    if _UNQUOTABLE.search(str(folder)):
        raise _fault(settings, "public", f"no web server takes the name {str(folder)!r}")
    return folder


def snippet(server: Server, told: Mapping[str, Any]) -> str:
    """The text for one server; the same told, the same text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=False,  # noqa: S701 - no markup
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "pattern": re.escape,
        # In what RewriteRule puts in place, and in a header, % and $ begin a variable.
        "substitution": lambda text: re.sub(r"([%$])", r"\\\1", text),
        "header": lambda text: text.replace("%", "%%").replace('"', '\\"'),
    }
    return environment.get_template(f"{server.value}.txt").render(told)


def _told(app: App, root: Path) -> dict[str, Any]:
    from feeder.outputs.codings import NAMES
    from feeder.outputs.paths import cache_control
    from feeder.server.media import media_types, safe

    settings = app.settings
    url = urlsplit(settings.public_url)
    base = unquote(url.path)
    if _UNQUOTABLE.search(base):
        raise _fault(settings, "public_url", f"no web server takes the path {base!r}")
    hidden = {n for feed in settings.feeds if feed.private for n in (feed.name, *feed.formerly)}
    moved = app.store.moved().items()
    return {
        "origin": f"{url.scheme}://{url.netloc}",
        "host": url.netloc.removesuffix(f":{url.port}"),
        # What speaks TLS is the server's own, and before it comes what the snippet says.
        "port": url.port if url.port and url.scheme == "http" else 80,
        "base": base,
        "base_pattern": re.escape(base),
        "root": str(root),
        "types": sorted(media_types(settings).items()),
        "codings": list(NAMES.items()),
        "fresh": cache_control("news.atom"),
        "for_good": cache_control("news/archive/1.atom"),
        "links": list(_links(settings)),
        "moved": [
            (path, safe(settings.public_url + new))
            for path, new in sorted(moved)
            if _is_plain(path) and _bearer(path) not in hidden and _bearer(new) not in hidden
        ],
        "gone": [
            path
            for path in sorted(app.store.gone())
            if _is_plain(path) and _bearer(path) not in hidden
        ],
    }


def _links(settings: Settings) -> Iterator[tuple[str, str]]:
    """The `Link` of each document (W3C WebSub, 4): its hubs, and its own address."""
    from feeder.app import document_paths
    from feeder.server.media import link

    for feed in settings.feeds:
        for path in () if feed.private else document_paths(feed):
            if feed.hubs and _is_plain(path):
                yield path, link(feed.hubs, settings.public_url + path)


def _bearer(path: str) -> str:
    """The name of the feed that a path is made of."""
    return PurePosixPath(path).parts[0].partition(".")[0]


def _is_plain(path: str) -> bool:
    """Whether no server could misread it. Formats of plug-ins may have any path."""
    return re.fullmatch(r"[A-Za-z0-9._/-]+", path) is not None


def _fault(settings: Settings, key: str, message: str) -> ConfigError:
    from feeder.errors import ConfigError, ConfigFault

    return ConfigError([ConfigFault(str(settings.path), None, None, key, message)])
