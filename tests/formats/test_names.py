"""Hosts and URLs in columns are what the kernel says of them one by one."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.formats.names import hosts_of_urls, read_hosts, read_urls
from tocsin.kernel.errors import Invalid
from tocsin.kernel.subjects import canonical_host, canonical_url

LABELS = st.sampled_from(
    ["a", "www", "x-1", "-x", "x-", "_dmarc", "10", "bücher", "xn--bcher-kva", "A", "", "b" * 63, "b" * 64]
)
NAMES = st.one_of(
    st.lists(LABELS, min_size=1, max_size=5).map(".".join),
    st.sampled_from(["192.0.2.1", "[2001:db8::1]", "2001:db8::1", "例子.example", "a b", "1.2.3"]),
)
PATHS = st.text(st.sampled_from("/.aB%2eE~é-;:@+ "), max_size=12)
URLS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://", "ftp://", "mailto:", "", "//"]),
    st.sampled_from(["", "user@", "u:p@"]),
    NAMES,
    st.sampled_from(["", ":80", ":443", ":8080", ":0", ":99999", ":x", ":"]),
    st.one_of(st.just(""), PATHS.map(lambda path: f"/{path}")),
    st.sampled_from(["", "?a=b", "#f"]),
)


def one_by_one(texts: list[str | None], spell: Callable[[str], str]) -> list[str | None]:
    spelt: list[str | None] = []
    for text in texts:
        try:
            spelt.append(spell(text) if text is not None else None)
        except Invalid:
            spelt.append(None)
    return spelt


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(NAMES, st.none()), max_size=20))
def test_hosts_read_as_the_kernel_spells_them(texts: list[str | None]) -> None:
    assert read_hosts(pl.Series(texts, dtype=pl.String)).to_list() == one_by_one(texts, canonical_host)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(URLS, st.none()), max_size=20))
@example(["http://a.example:80/", "https://a.example:443/x", "http://a.example:443/", "https://a.example:80/"])
@example(["http://a.example/b/../c", "http://a.example/b/%2e%2e/c", "http://a.example/..", "http://a.example"])
def test_urls_read_as_the_kernel_spells_them(texts: list[str | None]) -> None:
    assert read_urls(pl.Series(texts, dtype=pl.String)).to_list() == one_by_one(texts, canonical_url)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("www.example.com:8080", "www.example.com"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        (" WWW.Example.COM. ", "www.example.com"),
        ("not a host", None),
    ],
)
def test_a_host_header_may_carry_a_port(text: str, host: str | None) -> None:
    assert read_hosts(pl.Series([text])).to_list() == [host]


def test_the_host_of_a_url_is_its_own() -> None:
    urls = pl.Series(["https://www.example.com:8443/a", "http://[2001:db8::1]:81/", "http://192.0.2.1/", None])

    assert hosts_of_urls(urls).to_list() == ["www.example.com", "2001:db8::1", "192.0.2.1", None]
