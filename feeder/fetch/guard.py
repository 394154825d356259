"""From a name to a connection, by way of the table of addresses that may not be asked."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any

from feeder.errors import ForbiddenAddressError
from feeder.fetch.addresses import Refusal, address_of, judge
from feeder.fetch.exchange import Exchange
from feeder.fetch.resolver import SocketAddress

_MOST_ATTEMPTS = 8
"""Addresses of one name that are tried. The time for a connection is shared out among them."""


def refused(
    host: str, address: object, refusal: Refusal, others: Iterable[Refusal] = ()
) -> ForbiddenAddressError:
    """The error of an address that may not be asked, and of others that the name leads to."""
    networks = tuple(dict.fromkeys(str(one.network) for one in (refusal, *others)))
    written = ", ".join(f'"{network}"' for network in networks)
    return ForbiddenAddressError(
        f"{host} leads to {address}, which may not be asked: {refusal.reason}",
        advice="if that is where the site is, write into its [fetch]: "
        f"allow_networks = [{written}]",
        networks=networks,
    )


def resolved(exchange: Exchange, host: str, port: int) -> tuple[SocketAddress, ...]:
    """What the name leads to, asked once: what is judged is what is connected to."""
    seconds = exchange.connect_left()
    try:
        addresses = exchange.resolver.addresses(host, port, seconds)
    except TimeoutError:
        exchange.left()
        raise exchange.no_name_in_time(seconds) from None
    except (OSError, ValueError, OverflowError) as error:
        raise exchange.no_such_name(error) from error
    if not addresses:
        raise exchange.no_such_name(OSError(0, "it has no address"))
    return addresses


def permitted(
    exchange: Exchange, host: str, addresses: tuple[SocketAddress, ...]
) -> tuple[SocketAddress, ...]:
    """Those that may be asked.

    One that may not be refuses the whole name: a name that leads both outside and inside is
    somebody's attempt, or a slip. Only where networks inside are allowed is it the usual case.
    """
    allowed = exchange.trust.allow_networks
    verdicts = [(one, judge(address_of(one.address[0]), allowed)) for one in addresses]
    refusals = [(one, refusal) for one, refusal in verdicts if refusal]
    good = tuple(one for one, refusal in verdicts if refusal is None)
    if refusals and not (allowed and good):
        one, refusal = refusals[0]
        raise refused(host, one.address[0], refusal, (other for _, other in refusals))
    return good


def connected(
    exchange: Exchange, addresses: tuple[SocketAddress, ...], options: list[Any]
) -> socket.socket:
    """A connection to the first address that takes one."""
    addresses = addresses[:_MOST_ATTEMPTS]
    failure = OSError("it has no address")
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        seconds = exchange.connect_left() / left
        try:
            return _attempt(exchange, address, options, seconds)
        except OSError as error:
            failure = error
    raise failure


def _attempt(
    exchange: Exchange, address: SocketAddress, options: list[Any], seconds: float
) -> socket.socket:
    connection = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        for option in options:
            connection.setsockopt(*option)
        connection.settimeout(seconds)
        exchange.watch.hold(connection)
        connection.connect(address.address)
    except BaseException:
        connection.close()
        raise
    return connection


def check_peer(exchange: Exchange, host: str, connection: socket.socket) -> None:
    """Once more, of what the kernel says that we are connected to."""
    peer = connection.getpeername()[0]
    refusal = judge(address_of(peer), exchange.trust.allow_networks)
    if refusal:
        raise refused(host, peer, refusal)
