"""The only addresses the generator may use: benchmark space 198.18.0.0/15 (RFC 2544) and 2001:db8::/32 (RFC 3849)."""

import ipaddress
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

#: First address of 198.18.0.0/15 as a number.
FIRST = int(ipaddress.IPv4Address("198.18.0.0"))
#: How many addresses 198.18.0.0/15 has.
SPACE = 1 << 17
#: AS numbers kept for documentation (RFC 5398).
DOCUMENTATION_ASNS = (*range(64496, 64512), *range(65536, 65552))


@cache
def texts() -> pl.Series:
    """Return the text of every address of 198.18.0.0/15, in order."""
    return pl.Series("address", [f"198.{18 + (n >> 16)}.{(n >> 8) & 255}.{n & 255}" for n in range(SPACE)])


@cache
def groups() -> pl.Series:
    """Return the 65,536 groups of an IPv6 address as RFC 5952 writes them: lower case, no leading zeros."""
    return pl.Series("group", [f"{number:x}" for number in range(1 << 16)])


def offset(address: str) -> int:
    """Return the place of an address in 198.18.0.0/15.

    Raises:
        ValueError: the address lies outside.
    """
    place = int(ipaddress.IPv4Address(address)) - FIRST
    if not 0 <= place < SPACE:
        message = f"{address} lies outside 198.18.0.0/15; the generator uses no other IPv4 addresses"
        raise ValueError(message)
    return place


def prefix_text(place: int, length: int) -> str:
    """Return a prefix, written as `198.18.40.0/26`."""
    return f"{texts()[place]}/{length}"


def six(high: npt.NDArray[np.int64], subnet: npt.NDArray[np.int64], low: npt.NDArray[np.int64]) -> pl.Series:
    """Return `2001:db8:<high>:<subnet>::<low>` for each row; each part 1 to 65535, so that the text is canonical."""
    frame = pl.DataFrame({"h": groups().gather(high), "s": groups().gather(subnet), "l": groups().gather(low)})
    return frame.select(pl.format("2001:db8:{}:{}::{}", "h", "s", "l").alias("address"))["address"]
