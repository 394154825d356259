"""A web of local sites, served by one process: `python benchmarks/sites.py --sites 100`.

Each site has an address of its own, 127.1.0.1 and on, all with one port, so that whoever asks them
deals with as many hosts. Its pages are made of a seed and have validators; articles appear when
the driver says so, by addresses that only 127.0.0.1 has:

    /publish    one more article at every site
    /counts     answers so far, by kind of page and status, as JSON; they begin again at nothing

The server stands beside what is measured and is no part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import resource
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from http.client import HTTPConnection, responses
from typing import NamedTuple

import site_pages
from newsroom import Site, Story, story_of

CONTROL = "127.0.0.1"
_LONGEST_REQUEST = 65_536
_KEPT_PAGES = 1_500  # 40 kB each, packed: all pages of 100 sites and then some
_KINDS = {"/": "front", "/robots.txt": "robots", "/feed.atom": "feed", "/feed.rss": "feed"}


class Made(NamedTuple):
    """A page that there is: its validator, and how it comes to be when somebody wants it whole."""

    kind: str
    media_type: str
    etag: str
    make: Callable[[], str]


class Web:
    """All sites, and what was asked of them."""

    def __init__(self, sites: int, articles: int, seed: int, port: int) -> None:
        made = [Site(number, seed) for number in range(sites)]
        self.sites = {site.host: site for site in made}
        self.articles = articles
        self.port = port
        self.counts: Counter[str] = Counter()
        self._paths: dict[tuple[str, str], int] = {}
        for site in made:
            self._list(site.stories(articles), site)

    def publish(self) -> None:
        """One more article at every site."""
        self.articles += 1
        for site in self.sites.values():
            self._list(site.stories(self.articles)[:1], site)

    def _list(self, stories: Sequence[Story], site: Site) -> None:
        self._paths |= {(site.host, story.path): story.number for story in stories}

    def page(self, host: str, path: str) -> Made | None:
        """What a site has at a path."""
        site, kind = self.sites[host], _KINDS.get(path, "article")
        count = self.articles
        match kind:
            case "front":
                tag = site_pages.etag(site, path, count)
                return Made(
                    kind, "text/html", tag, lambda: site_pages.front(site, site.stories(count))
                )
            case "robots":
                tag = site_pages.etag(site, path)
                return Made(kind, "text/plain", tag, lambda: site_pages.ROBOTS)
            case "feed" if site.feed and path.endswith(site.feed):
                base = f"http://{host}:{self.port}"
                tag = site_pages.etag(site, path, count)
                return Made(
                    kind,
                    f"application/{site.feed}+xml",
                    tag,
                    lambda: site_pages.feed(site, site.stories(count), base),
                )
        number = self._paths.get((host, path))
        if number is None:
            return None
        tag = site_pages.etag(site, path)
        return Made(
            kind, "text/html", tag, lambda: site_pages.article(site, story_of(site, number))
        )


class Served(asyncio.Protocol):
    """One connection: requests in turn, each answered at once."""

    def __init__(self, web: Web, pages: Callable[[str, str], bytes]) -> None:
        self.web = web
        self.pages = pages
        self.read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As a protocol."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        """As a protocol."""
        self.read += data
        while b"\r\n\r\n" in self.read:
            head, _, self.read = self.read.partition(b"\r\n\r\n")
            self._answer(head.decode("latin-1"))
        if len(self.read) > _LONGEST_REQUEST:
            self.transport.abort()

    def _answer(self, head: str) -> None:
        request, *lines = head.split("\r\n")
        path = request.split(" ")[1]
        fields = {key.lower(): value.strip() for key, _, value in (s.partition(":") for s in lines)}
        if self.host == CONTROL:
            return self._send(200, "application/json", self._control(path))
        made = self.web.page(self.host, path)
        if made is None:
            return self._send(404, "text/html", b"<h1>Not found</h1>", kind="other")
        extra = {"ETag": made.etag, "Cache-Control": "max-age=0"}
        if fields.get("if-none-match") == made.etag:
            return self._send(304, "", b"", made.kind, extra)
        packed = self.pages(self.host, path)
        if "gzip" in fields.get("accept-encoding", ""):
            extra["Content-Encoding"] = "gzip"
            return self._send(200, made.media_type, packed, made.kind, extra)
        return self._send(200, made.media_type, gzip.decompress(packed), made.kind, extra)

    def _control(self, path: str) -> bytes:
        if path == "/publish":
            self.web.publish()
        told = json.dumps(self.web.counts)
        self.web.counts.clear()
        return told.encode()

    def _send(
        self,
        status: int,
        media_type: str,
        body: bytes,
        kind: str = "",
        extra: dict[str, str] | None = None,
    ) -> None:
        if kind:
            self.web.counts[f"{kind} {status}"] += 1
        fields = {"Vary": "Accept-Encoding", **(extra or {})}
        if status != 304:
            fields |= {"Content-Type": f"{media_type}; charset=utf-8"}
            fields |= {"Content-Length": str(len(body))}
        lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        head = f"HTTP/1.1 {status} {responses[status]}\r\n{lines}\r\n"
        self.transport.write(head.encode() + body)


async def serve(web: Web, control: socket.socket) -> None:
    """Listen at all addresses, say at which port, and serve until the process is ended."""

    @lru_cache(maxsize=_KEPT_PAGES)
    def packed(host: str, path: str, etag: str) -> bytes:
        made = web.page(host, path)
        assert made is not None
        return gzip.compress(made.make().encode(), compresslevel=6, mtime=0)

    def pages(host: str, path: str) -> bytes:
        made = web.page(host, path)
        assert made is not None
        return packed(host, path, made.etag)

    loop = asyncio.get_running_loop()
    sockets = [control, *(socket.create_server((host, web.port)) for host in web.sites)]
    for each in sockets:
        await loop.create_server(lambda: Served(web, pages), sock=each)
    print(web.port, flush=True)
    await asyncio.get_running_loop().create_future()


class Running(NamedTuple):
    """A web that is being served."""

    port: int
    sites: Sequence[Site]

    def address(self, site: Site) -> str:
        """Of a site's front page."""
        return f"http://{site.host}:{self.port}/"

    def counts(self) -> Counter[str]:
        """The answers since this was last asked."""
        return self._asked("/counts")

    def publish(self) -> None:
        """One more article at every site."""
        self._asked("/publish")

    def _asked(self, path: str) -> Counter[str]:
        connection = HTTPConnection(CONTROL, self.port, timeout=60)
        connection.request("GET", path)
        told: Counter[str] = Counter(json.loads(connection.getresponse().read()))
        connection.close()
        return told


@contextmanager
def running(sites: int, articles: int, seed: int = 0) -> Iterator[Running]:
    """A web in a process of its own."""
    numbers = ["--sites", str(sites), "--articles", str(articles), "--seed", str(seed)]
    command = [sys.executable, __file__, *numbers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield Running(port, [Site(number, seed) for number in range(sites)])
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--articles", type=int, default=10, help="at each of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--port", type=int, default=0, help="any that is free")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a socket a site, and its clients
    control = socket.create_server((CONTROL, options.port))
    web = Web(options.sites, options.articles, options.seed, control.getsockname()[1])
    asyncio.run(serve(web, control))


if __name__ == "__main__":
    main()
