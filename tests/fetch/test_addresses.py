"""The table of addresses that may not be asked, against the registries it stands on."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import pytest

from feeder.fetch.addresses import forbidden, judge

# IANA IPv4 Special-Purpose Address Registry, row by row, and what we make of it.
REFUSED_V4 = """
    0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.0.0/29 192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32
    192.0.2.0/24 192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24
    203.0.113.0/24 240.0.0.0/4 255.255.255.255/32
"""
OPEN_V4 = "192.31.196.0/24 192.52.193.0/24 192.175.48.0/24"
# IANA IPv6 Special-Purpose Address Registry.
REFUSED_V6 = """
    ::1/128 ::/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32
    2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28
    2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10
"""
OPEN_V6 = "2620:4f:8000::/48"
# What other registries set apart, and what has been given to nobody.
OTHERS = "224.0.0.0/4 239.0.0.0/8 ff00::/8 fec0::/10 ::/96 4000::/3 6000::/3 8000::/3 e000::/4"
METADATA = """
    169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 192.0.0.192 168.63.129.16
    fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:42::42 fe80::a9fe:a9fe
"""


@pytest.mark.parametrize("row", [*REFUSED_V4.split(), *REFUSED_V6.split(), *OTHERS.split()])
def test_what_a_registry_sets_apart_may_not_be_asked(row: str) -> None:
    network = ip_network(row)
    for address in (network[0], network[network.num_addresses // 2], network[-1]):
        assert forbidden(address), address


@pytest.mark.parametrize("row", [*OPEN_V4.split(), *OPEN_V6.split()])
def test_what_a_registry_calls_reachable_may_be_asked(row: str) -> None:
    network = ip_network(row)
    assert forbidden(network[0]) is None and forbidden(network[-1]) is None


@pytest.mark.parametrize(
    "address",
    """1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
    169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0
    198.17.255.255 198.20.0.0 223.255.255.255 2000:: 2001:200:: 2606:4700::1111 2a00:1450::1
    3ffe:ffff::1""".split(),
)
def test_neighbours_of_what_is_set_apart_may_be_asked(address: str) -> None:
    assert forbidden(ip_address(address)) is None


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.1.2.3", "private network (RFC 1918)"),
        ("::ffff:169.254.169.254", "cloud metadata"),
        ("::127.0.0.1", "loopback"),
        ("64:ff9b::169.254.169.254", "cloud metadata"),
        ("64:ff9b::10.0.0.1", "private network (RFC 1918)"),
        ("2002:7f00:1::", "loopback"),
        ("2002:a9fe:a9fe::1", "cloud metadata"),
        ("2002:808:808::", "6to4 (RFC 7526)"),
        ("2001:0:102:304::80ff:fffe", "loopback"),  # Teredo: the client's address inverted
        ("2001:0:7f00:1::f7f7:f7f7", "loopback"),  # and its server's as it is
        ("fe80::1%eth0", "link-local (RFC 4291)"),
    ],
)
def test_an_address_within_an_address_is_judged_too(address: str, reason: str) -> None:
    assert forbidden(ip_address(address)) == reason


def test_a_translator_for_public_addresses_may_be_asked() -> None:
    """Where there is only IPv6, DNS64 makes such addresses of all sites with IPv4 only."""
    assert forbidden(ip_address("64:ff9b::8.8.8.8")) is None


@pytest.mark.parametrize("address", METADATA.split())
def test_cloud_metadata_is_allowed_by_name_only(address: str) -> None:
    it = ip_address(address)
    wide = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"), ip_network("169.254.0.0/16"))
    narrow = ip_network(f"{it}/{it.max_prefixlen - 1}", strict=False)
    assert "metadata" in (forbidden(it) or "")
    assert forbidden(it, (*wide, narrow))
    assert forbidden(it, (ip_network(it),)) is None


@pytest.mark.parametrize(
    ("address", "network"), [("169.254.7.7", "169.254.0.0/16"), ("fd00:ec2::7", "fd00:ec2::/32")]
)
def test_link_local_is_allowed_by_an_entry_that_lies_within_it(address: str, network: str) -> None:
    it = ip_address(address)
    wide = (IPv4Network("0.0.0.0/0"), IPv4Network("169.0.0.0/8"), IPv6Network("::/0"))
    assert forbidden(it, wide)
    assert forbidden(it, (ip_network(network),)) is None


def test_networks_that_are_allowed_may_be_asked_and_no_others() -> None:
    allowed = (ip_network("192.168.1.0/24"), ip_network("fd00:1::/32"))
    assert forbidden(ip_address("192.168.1.7"), allowed) is None
    assert forbidden(ip_address("fd00:1::7"), allowed) is None
    assert forbidden(ip_address("192.168.2.7"), allowed)
    assert forbidden(ip_address("127.0.0.1"), allowed)


def test_ipv4_in_ipv6_is_allowed_with_its_ipv4_network() -> None:
    allowed = (ip_network("127.0.0.1/32"),)
    assert forbidden(ip_address("::ffff:127.0.0.1"), allowed) is None
    assert forbidden(ip_address("::ffff:127.0.0.1"), (ip_network("::/0"),)) == "loopback"
    # The tunnel is not meant by it.
    assert forbidden(ip_address("2002:7f00:1::"), allowed) == "6to4 (RFC 7526)"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "169.254.169.254", "fc00::1"])
def test_the_network_that_is_named_is_the_one_that_allows_it(address: str) -> None:
    refusal = judge(ip_address(address))
    assert refusal is not None and refusal.network.num_addresses == 1
    assert forbidden(ip_address(address), (refusal.network,)) is None
