"""What the transport calls faults: bytes against the rules, breaks, certificates."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feeder.errors import ConnectError, ProtocolError, TlsError
from feeder.fetch.transport import Answer, Transport
from tests.fetch.exchanges import LOOPBACK, OK, Said, get, said, server, within
from tests.site import codings, endless, faults, framing
from tests.site.certificates import Certificate
from tests.site.server import Site

BOMBS = codings.bombs()
BROKEN: dict[str, Any] = framing.FRAMING | codings.BAD_GZIP | codings.UNASKED
BROKEN |= {f"bomb in {name}": BOMBS[name] for name in ("deflate", "br", "zstd", "nested")}
BROKEN |= {
    kind.__name__: kind()
    for kind in (
        endless.Interim,
        endless.InfiniteHeaders,
        endless.InfiniteHeader,
        endless.InfiniteStatusLine,
        endless.InfiniteChunkSize,
    )
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
def test_what_is_not_http_is_no_page(transport: Transport, site: Site, behaviour: Any) -> None:
    with pytest.raises(ProtocolError) as error:
        within(4, lambda: get(transport, site.at("/x?key=secret", behaviour)))
    assert f"http://127.0.0.1:{site.port}/x?key=…: " in said(error) and error.value.advice
    assert "secret" not in said(error).replace("x-secret", "") and said(error).isprintable()


@pytest.mark.parametrize("behaviour", framing.ODD_HEADERS.values(), ids=framing.ODD_HEADERS)
def test_odd_headers_end_in_a_page_or_a_named_fault(
    transport: Transport, site: Site, behaviour: Any
) -> None:
    with suppress(ProtocolError):
        assert get(transport, site.at("/", behaviour)).body == b"<p>x"


@pytest.mark.parametrize(
    "behaviour",
    [
        faults.Refused(),
        faults.ResetAtAccept(),
        faults.ClosedAtAccept(),
        *(faults.Reset(part) for part in ("request", "status", "headers", "body", "chunks")),
        faults.Closed(),
    ],
    ids=repr,
)
def test_connections_that_break_are_named(transport: Transport, site: Site, behaviour: Any) -> None:
    with pytest.raises(ConnectError) as error:
        get(transport, site.at("/x?key=secret", behaviour))
    assert "127.0.0.1" in said(error) and "secret" not in said(error)


@pytest.mark.parametrize("part", ["status", "headers", "body", "chunks"])
def test_answers_that_break_off_are_no_pages(
    transport: Transport, site: Site, part: faults.Part
) -> None:
    with pytest.raises(ProtocolError):
        get(transport, site.at("/", faults.Closed(part)))


def test_a_header_that_cannot_be_sent_is_not_told(transport: Transport) -> None:
    for value in ("secret\r\nX: y", "secret\u20ac"):
        with server(Said(OK)) as port, pytest.raises(ProtocolError) as error:
            get(transport, f"http://site.example:{port}/", headers={"Authorization": value})
        assert "secret" not in said(error) and "[headers]" in said(error)


def test_a_line_that_is_no_header_hides_no_length(transport: Transport) -> None:
    """http.client drops what follows it, and takes what came for a whole body."""
    answer = b"HTTP/1.1 200 OK\r\nNonsense\r\nContent-Length: 400\r\n\r\n<p>cut"
    with server(Said(answer, requests=1)) as port, pytest.raises(ProtocolError):
        get(transport, f"http://site.example:{port}/")


def secure(transport: Transport, kind: Certificate, **trust: Any) -> Answer:
    with Site(tls=kind) as site:
        url = site.at("/", codings.GOOD_GZIP["one member"])
        known = replace(LOOPBACK, ca_file=site.ca_file)
        return get(transport, url, replace(known, **trust))


def test_certificates_are_checked_against_the_given_authority(transport: Transport) -> None:
    assert secure(transport, "good").body == codings.PAGE
    with pytest.raises(TlsError, match="certificate"):
        secure(transport, "good", ca_file=None)


@pytest.mark.parametrize(
    "kind", ["wrong-name", "expired", "not-yet-valid", "self-signed", "unknown-issuer"]
)
def test_certificates_that_do_not_hold_are_refused_unless_told_otherwise(
    transport: Transport, kind: Certificate
) -> None:
    with pytest.raises(TlsError) as error:
        secure(transport, kind)
    assert "127.0.0.1" in said(error) and "verify = false" in said(error)
    assert secure(transport, kind, verify=False, ca_file=None).body == codings.PAGE


def test_a_server_without_tls_is_named(transport: Transport, site: Site) -> None:
    url = site.at("/", faults.Banner(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(TlsError, match="no TLS"):
        get(transport, url.replace("http:", "https:"))


def test_a_ca_file_that_is_none_is_named(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name in ("missing", "empty"):
        with pytest.raises(TlsError) as error:
            get(transport, "https://site.example/", replace(LOOPBACK, ca_file=tmp_path / name))
        assert name in said(error) and "ca_file" in said(error)
