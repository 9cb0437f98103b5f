"""Assets in their one spelling, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Invalid
from tocsin.registry.rules import ATTRIBUTING, AssetKind, AssetState, canonical_asset, doubts


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("203.0.113.0/24", "prefix", "203.0.113.0/24"),
        (" 203.0.113.7 ", "prefix", "203.0.113.7/32"),
        ("203.0.113.0/255.255.255.0", "prefix", "203.0.113.0/24"),
        ("2001:DB8:0::/48", "prefix", "2001:db8::/48"),
        ("2001:db8::1", "prefix", "2001:db8::1/128"),
        ("AS64500", "asn", "AS64500"),
        ("as 64500", "asn", "AS64500"),
        ("64500", "asn", "AS64500"),
        ("AS1.10", "asn", "AS65546"),
        ("Example.ORG.", "domain", "example.org"),
        ("*.example.org", "domain", "example.org"),
        ("www.example.org", "domain", "www.example.org"),
        ("网络安全.中国", "domain", "xn--15qt0wdv3amna.xn--fiqs8s"),
        ("https://User@Example.org:443/App/?q=1#x", "url", "https://example.org/App/"),
        ("https://example.org/mine/%2e%2e/./yours", "url", "https://example.org/yours"),
    ],
)
def test_it_finds_the_kind_and_the_one_spelling(text: str, kind: str, value: str) -> None:
    assert canonical_asset(None, text) == (kind, value)


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (AssetKind.HOST, "WWW.Example.org", (AssetKind.HOST, "www.example.org")),
        (AssetKind.HOST, "203.0.113.7", (AssetKind.PREFIX, "203.0.113.7/32")),
        (AssetKind.HOST, "[2001:db8::7]", (AssetKind.PREFIX, "2001:db8::7/128")),
        (AssetKind.HOST, "github.io", (AssetKind.HOST, "github.io")),
        (AssetKind.URL, "http://203.0.113.7:8080/x", (AssetKind.URL, "http://203.0.113.7:8080/x")),
        (AssetKind.URL, "http://[2001:db8::7]/x", (AssetKind.URL, "http://[2001:db8::7]/x")),
    ],
)
def test_a_given_kind_is_kept_except_for_an_address_called_a_host(
    kind: AssetKind, text: str, found: tuple[AssetKind, str]
) -> None:
    assert canonical_asset(kind, text) == found


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (None, "  ", "empty"),
        (None, "203.0.113.7/24", "the network is 203.0.113.0/24"),
        (None, "2001:db8::1/32", "the network is 2001:db8::/32"),
        (None, "0.0.0.0/0", "too broad"),
        (None, "::/0", "too broad"),
        (None, "20.0.0.0/7", "too broad"),
        (None, "2000::/15", "too broad"),
        (None, "127.0.0.1", "loopback"),
        (None, "0.0.0.0", "this network"),
        (None, "239.1.2.3", "multicast"),
        (None, "255.255.255.255", "reserved"),
        (None, "::1", "loopback"),
        (None, "::", "unspecified"),
        (None, "ff02::1", "multicast"),
        (None, "fe80::1", "link-local"),
        (None, "::ffff:203.0.113.0/120", "write it as IPv4"),
        (None, "AS0", "reserved"),
        (None, "AS4294967295", "reserved"),
        (None, "AS4294967296", "no AS number"),
        (None, "AS1.65536", "no AS number"),
        (None, "23456", "stands for"),
        (AssetKind.ASN, "example.org", "no AS number"),
        (AssetKind.PREFIX, "example.org", "no network"),
        (None, "com", "public suffix"),
        (None, "co.uk", "public suffix"),
        (None, "gov.cn", "public suffix"),
        (None, "中国", "public suffix"),
        (None, "github.io", "public suffix"),
        (None, "localhost", "public suffix"),
        (AssetKind.HOST, "co.uk", "public suffix"),
        (AssetKind.URL, "https://co.uk/", "public suffix"),
        (AssetKind.URL, "https://127.0.0.1/", "loopback"),
        (AssetKind.URL, "https://[::1]:8443/", "loopback"),
        (AssetKind.URL, "example.org/app", "no URL"),
        (AssetKind.URL, "javascript://example.org/", "no URL"),
        (AssetKind.DOMAIN, "https://example.org/", "is a URL"),
        (AssetKind.DOMAIN, "someone@example.org", "no domain name"),
        (AssetKind.DOMAIN, "203.0.113.7", "looks like an address"),
        (None, "exam ple.org", "no domain name"),
    ],
)
def test_it_refuses_what_nobody_can_own_and_says_why(kind: AssetKind | None, text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        canonical_asset(kind, text)


@pytest.mark.parametrize("text", ["20.0.0.0/8", "2400::/16", "10.0.0.0/8"])
def test_the_broadest_allowed_is_allowed(text: str) -> None:
    assert canonical_asset(None, text) == (AssetKind.PREFIX, text)


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [
        (AssetKind.PREFIX, "10.1.0.0/16", "private"),
        (AssetKind.PREFIX, "100.64.0.0/10", "carriers"),
        (AssetKind.PREFIX, "2001:db8::/48", "documentation"),
        (AssetKind.ASN, "AS64512", "private"),
    ],
)
def test_it_doubts_what_is_never_seen_from_outside(kind: AssetKind, value: str, word: str) -> None:
    (doubt,) = doubts(kind, value)

    assert word in doubt


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (AssetKind.PREFIX, "20.0.0.0/16"),
        (AssetKind.PREFIX, "2400::/32"),
        (AssetKind.ASN, "AS3333"),
        (AssetKind.DOMAIN, "example.org"),
    ],
)
def test_it_does_not_doubt_the_ordinary(kind: AssetKind, value: str) -> None:
    assert doubts(kind, value) == []


@given(st.text(max_size=30), st.sampled_from([None, *AssetKind]))
def test_any_text_is_refused_or_stays_as_it_was_spelt(text: str, kind: AssetKind | None) -> None:
    try:
        found, value = canonical_asset(kind, text)
    except Invalid:
        return

    assert canonical_asset(found, value) == (found, value)


def test_a_claim_attributes_nothing() -> None:
    assert AssetState.CLAIMED not in ATTRIBUTING
    assert AssetState.REJECTED not in ATTRIBUTING
