"""Redirects: good ones, loops, and every spelling of an address that must not be asked."""

from __future__ import annotations

from dataclasses import dataclass

from tests.site.wire import Headers, Request, Wire

PERMANENT = (301, 308)
TEMPORARY = (302, 303, 307)


@dataclass(frozen=True)
class Redirect:
    """To another address, which is sent as given. None: there is no Location."""

    to: str | None
    status: int = 302
    headers: Headers = ()

    def answer(self, asked: Request, wire: Wire) -> None:
        """Elsewhere."""
        given = list(self.headers.items() if hasattr(self.headers, "items") else self.headers)
        if self.to is not None:
            given.append(("Location", self.to))
        wire.reply(self.status, given, b"<p>Moved", method=asked.method)


@dataclass(frozen=True)
class Loop:
    """Back to itself, and as it was asked for each time."""

    status: int = 302

    def answer(self, asked: Request, wire: Wire) -> None:
        """Here again."""
        wire.reply(self.status, {"Location": asked.local})


@dataclass(frozen=True)
class EndlessRedirects:
    """Always to an address that was not asked for yet."""

    status: int = 302

    def answer(self, asked: Request, wire: Wire) -> None:
        """One further."""
        number = int(asked.query) if asked.query.isdigit() else 0
        wire.reply(self.status, {"Location": f"{asked.path}?{number + 1}"})


class Hops:
    """So many redirects, and then what stands at `to`."""

    def __init__(self, hops: int, to: str, status: int = 302) -> None:
        self._hops, self._to, self._status = hops, to, status

    def answer(self, asked: Request, wire: Wire) -> None:
        """The next one."""
        hop = 1 + (int(asked.query) if asked.query.isdigit() else 0)
        to = f"{asked.path}?{hop}" if hop < self._hops else self._to
        wire.reply(self._status, {"Location": to})


PRIVATE = (
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/",
    "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/",
    "http://127.0.0.1./", "http://127.127.127.127/", "http://0.0.0.0/", "http://0/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://127.0.0.1:22/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/",
    "http://100.100.100.200/", "http://192.0.0.192/", "http://168.63.129.16/",
    "http://198.18.0.1/", "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
    "http://[fe80::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/",
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://%31%32%37.0.0.1/",
    "//127.0.0.1/", "\\\\127.0.0.1\\", "/\\127.0.0.1/", "http:\\\\127.0.0.1/",
)  # fmt: skip
"""Locations that lead to this machine, its network or a cloud's metadata, if anybody follows."""

TRICKS = (
    "http://news.example@127.0.0.1/", "http://news.example:80@127.0.0.1/",
    "http://127.0.0.1#@news.example/", "http://127.0.0.1\\@news.example/",
    "http://news.example\\@127.0.0.1/", "http://user:password@news.example/",
    "http://[::1", "http://news.example:99999/", "http://news.example:port/", "http://",
    "http:///a", "https:a", "http://[fe80::1%25lo]/", "http://a b/", "http://news.example\t/",
    "http://news.example\x00.evil.example/", " http://127.0.0.1/", "\x01http://127.0.0.1/",
)  # fmt: skip
"""Locations that two programs read as two different addresses, or that are none."""

SCHEMES = (
    "file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd",
    "gopher://127.0.0.1:25/_HELO", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/stat",
    "ldap://127.0.0.1/", "data:text/html,<p>x", "javascript:alert(1)", "java\tscript:alert(1)",
    "about:blank", "blob:http://news.example/1", "view-source:http://127.0.0.1/", "mailto:a@b.c",
    "ws://127.0.0.1/", "jar:http://127.0.0.1!/", "netdoc:///etc/passwd", "unix:/run/docker.sock",
)  # fmt: skip
"""Locations that are no web addresses."""


NOWHERE: dict[str, Redirect] = {
    "no Location": Redirect(None),
    "an empty Location": Redirect(""),
    "a Location of 60 kB": Redirect("/" + "x" * 60_000),
    "two Locations": Redirect("/a", headers=[("Location", "/b")]),
    "300 with none": Redirect(None, 300),
    "305": Redirect("http://127.0.0.1:3128/", 305),
    "306": Redirect("/a", 306),
}
"""Redirects that lead nowhere."""


def meta_refresh(to: str) -> bytes:
    """A page that sends browsers elsewhere; nobody else is to follow it."""
    return f'<!doctype html><meta http-equiv="refresh" content="0; url={to}"><p>Moved'.encode()
