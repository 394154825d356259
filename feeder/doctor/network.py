"""The network as far as it is ours: names, and the certificates that are trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from feeder.config.settings import Settings, is_loopback
from feeder.doctor.findings import Finding, broken, good, note
from feeder.errors import FeederError
from feeder.fetch.adapter import authorities
from feeder.fetch.resolver import Resolver

_MOST = 8
"""Names that are asked for: enough to tell a resolver that fails from a site that is gone."""
_SECONDS = 15.0
"""For all of them together."""

Addresses = Callable[[str, int, float], object]


def names(settings: Settings, addresses: Addresses | None = None) -> Iterator[Finding]:
    """Whether DNS answers for where our feeds are, and for the first sources.

    Args:
        addresses: looks a name up, as `Resolver.addresses` does.
    """
    if settings.fetch.proxy is not None:
        yield good("DNS", "names are the proxy's business")
        return
    hosts = list(_hosts(settings))[:_MOST]
    look_up = addresses or Resolver().addresses
    failed = [host for host in hosts if not _is_known(host, look_up)]
    if not hosts:
        yield good("DNS", "nothing on the web is asked")
    elif not failed:
        yield good("DNS", f"{len(hosts)} of {len(hosts)} names are known")
    elif len(failed) == len(hosts):
        advice = "is this machine on the network? see /etc/resolv.conf"
        yield broken("DNS", f"no name is known: {', '.join(failed)}", advice)
    else:
        advice = "is it spelt right, and is there such a site still?"
        yield note("DNS", f"not known: {', '.join(failed)}", advice)


def certificates(settings: Settings) -> Iterator[Finding]:
    """Whether there are certificates to trust."""
    if not settings.fetch.verify:
        yield note("TLS", "verify = false in [fetch] has any certificate trusted", "take it out")
        return
    try:
        count = authorities(settings.fetch.ca_file)
    except FeederError as error:
        yield broken("TLS", error.message, error.advice)
        return
    if count:
        yield good("TLS", f"{count} authorities are trusted")
    else:
        yield broken("TLS", "no authority is trusted", "pip install --force-reinstall certifi")


def _hosts(settings: Settings) -> Iterator[str]:
    urls = (settings.public_url, *(source.url for source in settings.sources if source.enabled))
    found = dict.fromkeys(urlsplit(url).hostname for url in urls if url)
    yield from (host for host in found if host and not is_loopback(host))


def _is_known(host: str, look_up: Addresses) -> bool:
    try:
        look_up(host, 443, _SECONDS / _MOST)
    except (OSError, ValueError):
        return False
    return True
