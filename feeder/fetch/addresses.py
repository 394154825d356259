"""Which addresses may be asked: the table of networks that are nobody's sites, and its exceptions.

`ipaddress.is_global` is not enough: in Python 3.11 it holds for NAT64 and 6to4 of loopback, for
site-local addresses, multicast and some clouds' metadata. So the table is our own, `special.tsv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFFFFFF


class Refusal(NamedTuple):
    """Why an address may not be asked, and the narrowest network that would allow it."""

    reason: str
    network: Network


def forbidden(address: Address, allowed: Sequence[Network] = ()) -> str | None:
    """Why it may not be asked ("loopback", "cloud metadata", ...); None where it may.

    Args:
        allowed: networks that may be asked although the table says no. Link-local addresses and
            clouds' metadata are allowed only by an entry that names them, not by a wide one.
    """
    refusal = judge(address, allowed)
    return refusal.reason if refusal else None


def judge(address: Address, allowed: Sequence[Network] = ()) -> Refusal | None:
    """As `forbidden`, with the network that would have to be in `allow_networks`."""
    for part in _parts(address):
        row = _row(part)
        if row.verdict != "open" and not any(_allows(entry, part) for entry in allowed):
            return Refusal(row.reason, ip_network(part))
    return None


def address_of(text: str) -> Address:
    """The address that a socket tells, without the zone of a link-local one.

    Raises:
        ValueError: it is none.
    """
    return ip_address(text.partition("%")[0])


class _Row(NamedTuple):
    network: Network
    verdict: str
    reason: str


@cache
def _table() -> tuple[_Row, ...]:
    """The rows, the longest networks first."""
    lines = files("feeder.fetch").joinpath("special.tsv").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if line and not line.startswith("#")]
    rows = [_Row(ip_network(network), verdict, reason) for network, verdict, reason in fields]
    return tuple(sorted(rows, key=lambda row: -row.network.prefixlen))


def _row(address: Address) -> _Row:
    return next(row for row in _table() if address in row.network)


def _parts(address: Address) -> tuple[Address, ...]:
    """The address and any IPv4 address that a packet to it is passed on to."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.scope_id:
        address = IPv6Address(int(address))
    if mapped := address.ipv4_mapped:
        # The kernel itself takes it for IPv4. What may be asked that way need not be asked this.
        return (mapped,) if _row(mapped).verdict != "open" else (address,)
    return (*_embedded(address), address)


def _embedded(address: IPv6Address) -> tuple[Address, ...]:
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return (IPv4Address(int(address) & _LAST_32_BITS),)
    return ()


def _allows(entry: Network, address: Address) -> bool:
    if address not in entry:
        return False
    guarded = (row.network for row in _table() if row.verdict == "guarded")
    return all(_within(entry, network) for network in guarded if address in network)


def _within(entry: Network, network: Network) -> bool:
    """Whether all of `entry`, which shares an address with `network`, lies in it."""
    return entry.prefixlen >= network.prefixlen
