"""Certificates for the test site: a right one, and everything that can be wrong with one."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import trustme

Certificate = Literal[
    "good", "wrong-name", "expired", "not-yet-valid", "self-signed", "unknown-issuer"
]
NAMES = ("127.0.0.1", "::1", "localhost", "*.example", "*.news.example")
"""What a good certificate is for."""


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def context(kind: Certificate) -> ssl.SSLContext:
    """What a server speaks TLS with."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if kind == "self-signed":
        with _authority().cert_pem.tempfile() as cert, _private_key().tempfile() as key:
            made.load_cert_chain(cert, key)
    else:
        _leaf(kind).configure_cert(made)
    return made


def _private_key() -> trustme.Blob:
    return _authority().private_key_pem


def _leaf(kind: Certificate) -> trustme.LeafCert:
    now = datetime.now(UTC)
    year = timedelta(days=365)
    match kind:
        case "wrong-name":
            return _authority().issue_cert("elsewhere.test")
        case "expired":
            return _authority().issue_cert(*NAMES, not_before=now - year, not_after=now - year / 2)
        case "not-yet-valid":
            return _authority().issue_cert(*NAMES, not_before=now + year / 2, not_after=now + year)
        case "unknown-issuer":
            return trustme.CA().issue_cert(*NAMES)
        case _:
            return _authority().issue_cert(*NAMES)


def write_authority(path: Path) -> None:
    """What is to be trusted by a client that is to believe the good certificate."""
    _authority().cert_pem.write_to_path(path)
