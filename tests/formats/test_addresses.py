"""Addresses in columns are what the kernel says of them one by one."""

import ipaddress

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.formats.addresses import read_addresses
from tocsin.kernel.errors import Invalid
from tocsin.kernel.subjects import parse_address

GROUPS = st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF, 0xDB8, 0x2001]), min_size=8, max_size=8)
V6_NUMBERS = st.one_of(
    st.integers(0, 2**128 - 1),
    GROUPS.map(lambda groups: sum(group << (16 * place) for place, group in enumerate(groups))),
    st.integers(0, 2**32 - 1).map(lambda number: (0xFFFF << 32) | number),
)
V6_TEXTS = st.one_of(
    V6_NUMBERS.map(lambda number: str(ipaddress.IPv6Address(number))),
    V6_NUMBERS.map(lambda number: ipaddress.IPv6Address(number).exploded),
    V6_NUMBERS.map(lambda number: str(ipaddress.IPv6Address(number)).upper()),
)
V4_TEXTS = st.integers(0, 2**32 - 1).map(lambda number: str(ipaddress.IPv4Address(number)))
ODD_TEXTS = st.one_of(
    st.text(st.sampled_from("0123456789abcdef:.%/ "), max_size=20),
    st.lists(st.sampled_from(["0", "1", "db8", "", ":", "::", "1.2.3.4", "g"]), max_size=9).map(":".join),
    st.lists(st.integers(0, 300).map(str), min_size=3, max_size=5).map(".".join),
)


def expected(text: str | None) -> tuple[str | None, int | None, int | None]:
    try:
        address = parse_address(text or "")
    except Invalid:
        return None, None, None
    number = int(address) | (0xFFFF << 32 if address.version == 4 else 0)
    return str(address), (number >> 64) - 2**63, (number & (2**64 - 1)) - 2**63


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(V4_TEXTS, V6_TEXTS, ODD_TEXTS, st.none()), max_size=30))
@example(
    ["::", "::1", "1::", "1:0:0:2::", "2001:db8:0:1:1:1:1:1", "::ffff:192.0.2.1", "fe80::1%eth0", "1:2:3:4:5:6:7::"]
)
@example(["01.2.3.4", "1.2.3.04", "1.2.3", "1.2.3.4.", "256.1.1.1", "1.2.3.4/32", "", " "])
def test_a_column_reads_as_its_cells_do(texts: list[str | None]) -> None:
    # The kernel strips blanks, a column comes stripped.
    bare = [text.strip() if text is not None else None for text in texts]

    assert read_addresses(pl.Series(bare, dtype=pl.String)).rows() == [expected(text) for text in bare]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(V4_TEXTS, V6_TEXTS), min_size=1, max_size=30))
def test_signed_halves_keep_the_order_of_addresses(texts: list[str]) -> None:
    read = read_addresses(pl.Series(texts))

    by_halves = read.sort("ip_hi", "ip_lo").get_column("address").to_list()

    def number(text: str) -> int:
        address = ipaddress.ip_address(text)
        return int(address) | (0xFFFF << 32 if address.version == 4 else 0)

    assert [number(text) for text in by_halves] == sorted(number(str(parse_address(text))) for text in texts)


@pytest.mark.parametrize("texts", [[], [None, None]])
def test_nothing_reads_as_nothing(texts: list[None]) -> None:
    read = read_addresses(pl.Series(texts, dtype=pl.String))

    assert read.rows() == [(None, None, None)] * len(texts)
    assert read.schema == {"address": pl.String, "ip_hi": pl.Int64, "ip_lo": pl.Int64}
