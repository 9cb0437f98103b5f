"""Addresses in columns: text to canonical text and two sortable halves, for a whole column at once.

IPv4 is read by expressions, and so is IPv6 that is spelt as RFC 5952 wants it. What is left (other spellings, and what
is no address) is read once per distinct value.
Measured: a million distinct IPv4 addresses 0.3 s, canonical IPv6 1 s, other IPv6 6 s.
"""

import polars as pl

from tocsin.kernel.errors import Invalid
from tocsin.kernel.subjects import parse_address

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#: Without leading zeros: some readers take those for octal (RFC 6943, section 3.1.1).
_IPV4 = rf"^(?:{_OCTET}\.){{3}}{_OCTET}$"
_GROUP = r"(?:0|[1-9a-f][0-9a-f]{0,3})"
#: IPv6 in full, or with one `::` that stands for two groups or more.
_IPV6_FULL = rf"^{_GROUP}(?::{_GROUP}){{7}}$"
_IPV6_SHORT = rf"^(?:{_GROUP}(?::{_GROUP}){{0,5}})?::(?:{_GROUP}(?::{_GROUP}){{0,5}})?$"
#: What keeps such a text from being canonical, or makes it another matter (mapped IPv4): read one by one.
_IPV6_DOUBTFUL = r"(?:^|:)0:0(?:$|:)|(?:^|:)0::|::0(?:$|:)|^::"
_GROUPS = 8
#: Halves are signed, so that engines without unsigned types keep their order.
_SIGN = 1 << 63
_MAPPED = 0xFFFF << 32
_ALL = (1 << 64) - 1
HALVES = {"address": pl.String, "ip_hi": pl.Int64, "ip_lo": pl.Int64}


def read_addresses(texts: pl.Series) -> pl.DataFrame:
    """Read a String column of addresses; same rows, same order.

    Columns: `address` (RFC 5952; IPv4-mapped IPv6 becomes IPv4), `ip_hi` and `ip_lo` (Int64: the halves of the
    128-bit address, IPv4 mapped to ::ffff:0:0/96, each XOR 2**63). All null where the text is null or no address.
    """
    frame = pl.DataFrame({"text": texts})
    is_ipv4 = frame.select(pl.col("text").str.contains(_IPV4).fill_null(value=False)).to_series()
    plain = _read_ipv4(frame, is_ipv4)
    # Without a colon it is neither family: names, mostly, of which there are many.
    rest = frame.filter(~is_ipv4 & pl.col("text").str.contains(":", literal=True)).get_column("text").unique()
    if rest.is_empty():
        return plain
    canonical = _is_canonical_ipv6(rest)
    others = pl.concat([_read_ipv6(rest.filter(canonical)), _read_each(rest.filter(~canonical))])
    joined = frame.join(others, on="text", how="left", maintain_order="left")
    return plain.select(pl.coalesce(pl.col(name), joined.get_column(name)).alias(name) for name in HALVES)


def _read_ipv4(frame: pl.DataFrame, is_ipv4: pl.Series) -> pl.DataFrame:
    """Read the rows that are IPv4 addresses; null elsewhere."""
    octets = (
        frame.select(pl.when(is_ipv4).then(pl.col("text")).str.split_exact(".", 3).alias("octets"))
        .unnest("octets")
        .with_columns(pl.all().str.to_integer(strict=False, dtype=pl.Int64))
    )
    first, second, third, fourth = (pl.col(name) for name in octets.columns)
    number = ((first * 256 + second) * 256 + third) * 256 + fourth
    return octets.select(
        frame.get_column("text").set(~is_ipv4, None).alias("address"),
        pl.when(number.is_not_null()).then(pl.lit(-_SIGN, pl.Int64)).alias("ip_hi"),
        (number + (_MAPPED - _SIGN)).alias("ip_lo"),
    )


def _is_canonical_ipv6(texts: pl.Series) -> pl.Series:
    """Tell the texts that are IPv6 addresses in their RFC 5952 spelling beyond doubt."""
    text = pl.col("text")
    short = text.str.contains(_IPV6_SHORT) & (text.str.count_matches("[0-9a-f]+") <= _GROUPS - 2)
    return (
        pl.DataFrame({"text": texts})
        .select((text.str.contains(_IPV6_FULL) | short) & ~text.str.contains(_IPV6_DOUBTFUL))
        .to_series()
    )


def _read_ipv6(texts: pl.Series) -> pl.DataFrame:
    """Read distinct canonical IPv6 addresses."""
    sides = (
        pl.DataFrame({"text": texts})
        .with_columns(pl.col("text").str.split_exact("::", 1).struct.rename_fields(["left", "right"]).alias("sides"))
        .unnest("sides")
    )
    left = pl.col("left").replace("", None).str.split(":")
    right = pl.col("right").fill_null("").replace("", None).str.split(":")
    filled = sides.with_columns(left.fill_null([]).alias("left"), right.fill_null([]).alias("right"))
    missing = _GROUPS - pl.col("left").list.len() - pl.col("right").list.len()
    groups = filled.select(
        "text",
        pl.concat_list("left", pl.lit("0").repeat_by(missing), "right")
        .list.to_struct(fields=[f"g{place}" for place in range(_GROUPS)])
        .alias("groups"),
    ).unnest("groups")
    numbers = groups.with_columns(
        pl.col(f"g{place}").str.to_integer(base=16, dtype=pl.Int64) for place in range(_GROUPS)
    )

    def half(first: int) -> pl.Expr:
        # The top group less 2**15 is the half XOR 2**63 without ever leaving the signed range.
        parts = [pl.col(f"g{first + place}") * (1 << (48 - 16 * place)) for place in (1, 2, 3)]
        return (pl.col(f"g{first}") - (1 << 15)) * (1 << 48) + parts[0] + parts[1] + parts[2]

    return numbers.select("text", pl.col("text").alias("address"), half(0).alias("ip_hi"), half(4).alias("ip_lo"))


def _read_each(texts: pl.Series) -> pl.DataFrame:
    """Read distinct texts one by one; what is no address is left out."""
    found = [(text, *halves) for text in texts.to_list() if (halves := _halves(text)) is not None]
    return pl.DataFrame(found, schema={"text": pl.String, **HALVES}, orient="row")


def _halves(text: str) -> tuple[str, int, int] | None:
    try:
        address = parse_address(text)
    except Invalid:
        return None
    number = int(address) | (_MAPPED if address.version == 4 else 0)
    return str(address), (number >> 64) - _SIGN, (number & _ALL) - _SIGN
