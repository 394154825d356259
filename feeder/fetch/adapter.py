"""The adapter of requests that puts our pools in place of urllib3's.

It is used without a `Session`. One would add only what we do not want: cookies, .netrc, proxies of
the environment, and redirects, whose bodies it reads whole even where it is told not to follow.
"""

from __future__ import annotations

import logging
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.poolmanager import PoolManager
from urllib3.response import BaseHTTPResponse
from urllib3.util.ssl_ import create_urllib3_context

from feeder.errors import ConnectError, TlsError
from feeder.fetch.connections import GuardedPool, GuardedTlsPool

if TYPE_CHECKING:
    from feeder.fetch.transport import Ask, Trust

_HOSTS = 64
"""Hosts whose idle connections are kept: more than there are fetching threads."""
_IDLE = 4
"""Idle connections kept to one of them. With `_HOSTS` that is at most 256 descriptors."""
_POOLS = {"http": GuardedPool, "https": GuardedTlsPool}
# It warns of full pools, and of headers with the address whole: what matters we raise.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class GuardedAdapter(HTTPAdapter):
    """The pooled connections of one `Trust`."""

    def __init__(self, trust: Trust) -> None:
        if trust.proxy and not _is_web_address(trust.proxy):
            raise ConnectError(
                "the proxy's address is not one of http or https",
                advice='write proxy = "http://HOST:PORT" into [fetch]',
            )
        self._context = _context(trust.verify, trust.ca_file)
        self._proxies = dict.fromkeys(_POOLS, trust.proxy) if trust.proxy else None
        super().__init__(pool_connections=_HOSTS, pool_maxsize=_IDLE, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Pools of ours."""
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._context, **pool_kwargs
        )
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        """Pools of ours, through the proxy."""
        manager: PoolManager = super().proxy_manager_for(
            proxy, ssl_context=self._context, proxy_ssl_context=self._context, **proxy_kwargs
        )
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """The host alone: TLS is the same for the whole adapter."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing: the context says it all, and is not read anew with each connection."""

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Without the cookies that requests looks for."""
        response = Response()
        response.status_code = resp.status
        response.raw = resp
        return response

    def open(self, ask: Ask) -> BaseHTTPResponse:
        """The answer with its body still on the wire."""
        timeout = (ask.connect_timeout, ask.read_timeout)
        response = self.send(_request(ask), stream=True, timeout=timeout, proxies=self._proxies)
        raw: BaseHTTPResponse = response.raw
        return raw


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in _POOLS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _request(ask: Ask) -> PreparedRequest:
    """Made by hand: `prepare` would spell the address anew, and costs as much as all the rest."""
    request = PreparedRequest()
    request.method = ask.method
    request.body = ask.body
    request.url = ask.url
    request.headers = CaseInsensitiveDict(ask.headers)
    # No other coding is unpacked here, whatever somebody's configuration says.
    request.headers["Accept-Encoding"] = "gzip"
    if ask.body is not None:  # requests would send it in chunks, which not every server takes
        request.headers["Content-Length"] = str(len(ask.body))
    return request


def authorities(ca_file: Path | None) -> int:
    """How many authorities' certificates are trusted.

    Raises:
        TlsError: they cannot be read.
    """
    return _context(True, ca_file).cert_store_stats()["x509_ca"]


@lru_cache(maxsize=64)
def _context(verify: bool, ca_file: Path | None) -> ssl.SSLContext:
    """Reading the authorities takes some 10 ms: once, and not at each connection."""
    if not verify:
        context = create_urllib3_context(cert_reqs=ssl.CERT_NONE)
        context.check_hostname = False
        return context
    context = create_urllib3_context()
    try:
        context.load_verify_locations(ca_file or DEFAULT_CA_BUNDLE_PATH)
    except (OSError, ssl.SSLError) as error:
        raise TlsError(
            f"{ca_file}: no certificates can be read from it: {error.strerror or error}",
            advice="let ca_file name a file of PEM certificates that feeder may read",
        ) from error
    return context
