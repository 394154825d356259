"""The misbehaviours of the test site do what their names say, as seen by a bare socket."""

from __future__ import annotations

import gzip
import http.client
import socket
import time
import zlib

import pytest
from lxml import etree

from tests.site import codings, endless, faults, framing, names, redirects, statuses, traps, xml
from tests.site.behaviour import Behaviour, Door
from tests.site.encodings import ENCODINGS
from tests.site.pages import Page
from tests.site.server import Site

SHORT = 0.15
"""Seconds of silence that are taken for the rest of the exchange."""


def seen(behaviour: Behaviour | Door, at_most: int = 300_000) -> tuple[bytes, str]:
    """What came, and how it ended: "closed", "reset", "refused", "silence" or "endless"."""
    with Site() as site:
        url = site.at("/a", behaviour)
        try:
            client = socket.create_connection(("127.0.0.1", int(url.split(":")[2][:-2])), SHORT)
        except ConnectionRefusedError:
            return b"", "refused"
        except TimeoutError:
            return b"", "unanswered"
        except ConnectionResetError:  # before this end has looked whether it is connected
            return b"", "reset"
        with client:
            return read(client, at_most)


def read(client: socket.socket, at_most: int) -> tuple[bytes, str]:
    got, end = b"", time.monotonic() + 4 * SHORT
    try:
        client.sendall(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while len(got) < at_most and time.monotonic() < end:
            piece = client.recv(65_536)
            if not piece:
                return got, "closed"
            got += piece
    except ConnectionError:
        return got, "reset"
    except TimeoutError:
        return got, "silence"
    return got, "endless"


@pytest.mark.parametrize(
    ("behaviour", "beginning", "ending"),
    [
        (faults.Refused(), b"", "refused"),
        (faults.Unanswered(), b"", "unanswered"),
        (faults.ResetAtAccept(), b"", "reset"),
        (faults.SilentAtAccept(), b"", "silence"),
        (faults.Banner(), b"220 mail", "silence"),
        (faults.Reset("request"), b"", "reset"),
        (faults.Reset("headers"), b"HTTP/1.1 200 OK", "reset"),
        (faults.Reset("body"), b"HTTP/1.1 200 OK", "reset"),
        (faults.Closed("request"), b"", "closed"),
        (faults.Closed("chunks"), b"HTTP/1.1 200 OK", "closed"),
        (faults.Silent("request"), b"", "silence"),
        (faults.Silent("status"), b"HTTP/1.", "silence"),
        (faults.Silent("body"), b"HTTP/1.1 200 OK", "silence"),
        (faults.Drip(every=0.05), b"HTTP/1.1 200 OK", "endless"),
        (faults.Drip(every=0.05, part="headers"), b"HTTP/1.1 200 OK", "endless"),
        (faults.Drip(every=0.05, part="chunks"), b"HTTP/1.1 200 OK", "endless"),
        (endless.Interim(), b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100", "endless"),
        (endless.InfiniteBody(), b"HTTP/1.1 200 OK", "endless"),
        (endless.HugeBody(), b"HTTP/1.1 200 OK", "endless"),
        (endless.InfiniteChunks(), b"HTTP/1.1 200 OK", "endless"),
        (endless.InfiniteChunks(1), b"HTTP/1.1 200 OK", "endless"),
        (endless.InfiniteChunkSize(), b"HTTP/1.1 200 OK", "endless"),
        (endless.InfiniteTrailers(), b"HTTP/1.1 200 OK", "endless"),
        (endless.InfiniteHeaders(), b"HTTP/1.1 200 OK", "endless"),
        (endless.InfiniteHeader(), b"HTTP/1.1 200 OK\r\nX-Long: xxx", "endless"),
        (endless.InfiniteStatusLine(), b"HTTP/1.1 200 xxx", "endless"),
        (framing.ShortBody(), b"HTTP/1.1 200 OK", "closed"),
        (framing.LongBody(), b"HTTP/1.1 200 OK", "silence"),
        (redirects.Loop(), b"HTTP/1.1 302 Found\r\nLocation: /a", "silence"),
        (statuses.Gone(), b"HTTP/1.1 410 Gone", "silence"),
        (statuses.NotModified(), b"HTTP/1.1 304 Not Modified\r\n\r\n", "silence"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_it_ends_as_its_name_says(
    behaviour: Behaviour | Door, beginning: bytes, ending: str
) -> None:
    got, end = seen(behaviour)
    assert got.startswith(beginning)
    assert end == ending
    assert got or not beginning


def test_the_bombs_unpack_to_more_than_any_page_and_are_small() -> None:
    for name, bomb in codings.bombs().items():
        assert len(bomb.body) < 70_000, name
    assert len(gzip.decompress(codings.bomb("gzip"))) == codings.BOMB_BYTES
    assert len(zlib.decompress(codings.bomb("deflate"))) == codings.BOMB_BYTES
    assert len(gzip.decompress(gzip.decompress(codings.nested_bomb()))) == codings.BOMB_BYTES


def test_good_gzip_is_good_and_bad_gzip_is_bad() -> None:
    for good in codings.GOOD_GZIP.values():
        assert gzip.decompress(good.body) == codings.PAGE
    bad = {name for name in codings.BAD_GZIP if name not in ("empty", "nested")}
    for name in bad:
        with pytest.raises((EOFError, OSError, zlib.error)):
            gzip.decompress(codings.BAD_GZIP[name].body)


def test_a_rebinding_name_leads_elsewhere_the_second_time() -> None:
    resolve = names.Rebinding("news.example", [names.PUBLIC], ["127.0.0.1"])
    led_to = [resolve("news.example", 80)[0][4][0] for _ in range(3)]
    assert led_to == [names.PUBLIC, "127.0.0.1", "127.0.0.1"]
    assert resolve("2130706433", 80)[0][4] == ("127.0.0.1", 80)
    with pytest.raises(socket.gaierror):
        resolve("other.example", 80)
    assert resolve.asked == ["news.example"] * 3 + ["2130706433", "other.example"]


def test_every_feed_but_the_broken_ones_is_a_feed() -> None:
    for kind in (xml.OldRss(), xml.Inclusion(), xml.Stylesheet("/x"), xml.ManyItems(10)):
        body = kind.body.encode() if isinstance(kind.body, str) else kind.body
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        assert etree.fromstring(body, parser).tag == "rss"
    for broken in (xml.TruncatedXml(), xml.ControlCharacters(), xml.WrongEncodingXml()):
        body = broken.body.encode() if isinstance(broken.body, str) else broken.body
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(body)


def test_pages_in_encodings_hold_their_text_in_them() -> None:
    codecs = {"gb2312 that is gb18030": "gb18030", "no charset, cp1251": "cp1251"}
    for name, codec in codecs.items():
        page, text = ENCODINGS[name]
        assert isinstance(page, Page)
        assert isinstance(page.body, bytes)
        assert text in page.body.decode(codec)


def test_lists_without_an_end_name_a_further_page_each_time() -> None:
    with Site() as site:
        pages = {
            site.at("/pages", traps.EndlessPages()): "/pages?page=",
            site.at("/same", traps.SamePages()): "/same?page=",
            site.at("/maps", traps.EndlessSitemaps()): "/maps?page=",
            site.at("/api", traps.EndlessCursor()): "/api?page=",
        }
        for url, further in pages.items():
            first, second = (got(site, f"{further}{number}") for number in (3, 4))
            assert "page=4" in first or "page=151" in first, url
            assert "page=5" in second or "page=201" in second, url


def got(site: Site, path: str) -> str:
    connection = http.client.HTTPConnection(site.address, site.port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()
