"""Variables are read as they are meant, or the program does not start."""

from ipaddress import ip_network

import pytest

from tocsin.project.env import OddSetting, read


def test_proxies_are_networks_or_single_addresses() -> None:
    given = read({"TOCSIN_PROXIES": "10.0.0.1, fd00:2::/64,"})

    assert given.proxies == (ip_network("10.0.0.1/32"), ip_network("fd00:2::/64"))


def test_nobody_is_a_proxy_unless_named() -> None:
    assert read({}).proxies == ()


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.1/24", "10.0.0.0/40", "10.0.0.1 10.0.0.2"])
def test_what_is_no_network_refuses_to_start(value: str) -> None:
    with pytest.raises(OddSetting, match="TOCSIN_PROXIES"):
        read({"TOCSIN_PROXIES": value})
