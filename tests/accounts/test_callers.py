"""Whose address counts: the peer's, and behind trusted proxies the last one that they did not make up."""

from ipaddress import ip_network

import pytest

from tocsin.accounts.callers import caller, counted_as

PROXIES = (ip_network("10.0.0.0/24"), ip_network("fd00:2::/64"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        # Nobody's word is taken but a proxy's.
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("fd00:2::1", "2001:db8::7", "2001:db8::7"),
        # What the caller wrote stands to the left.
        ("10.0.0.1", "127.0.0.1,198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.7 , 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.7", ""),
    ],
)
def test_the_last_hop_that_is_no_proxy_counts(peer: str, forwarded: str, expected: str) -> None:
    assert caller(peer=peer, forwarded=forwarded, proxies=PROXIES) == expected


def test_without_proxies_no_header_counts() -> None:
    assert caller(peer="10.0.0.1", forwarded="198.51.100.7", proxies=()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::2", "2001:db8:0:1::/64"),
        ("", ""),
    ],
)
def test_addresses_of_one_customer_count_as_one(address: str, expected: str) -> None:
    assert counted_as(address) == expected
