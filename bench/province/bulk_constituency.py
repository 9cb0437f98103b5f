"""A large constituency for the benches: thousands of organisations, tens of thousands of prefixes and domains."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.province.addresses import SPACE, texts
from bench.province.constituency import write_places
from bench.province.places import SECTOR_COORDINATOR
from bench.province.streams import SEED, stream

#: IPv4 prefixes at most; the space is small, the rest are IPv6.
FOUR_LIMIT = 30_000
#: Networks of 2001:db8::/32 that may be registered; those above stay without an owner.
SIX_LIMIT = 50_000
_LENGTHS = np.array([29, 30, 31, 32])
_LENGTH_SHARES = np.array([0.05, 0.15, 0.30, 0.50])
_SECTORS = np.array(["health", "education", "utilities"])
_REGIONS = np.array(["linhai", "xialing", "yunting", "anpu"])

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class BulkConstituency:
    """The frames of a bulk constituency; columns as in the registry's import files, `code` is `bulk-<number>`."""

    organisations: pl.DataFrame
    contacts: pl.DataFrame
    assets: pl.DataFrame
    #: Places in 198.18.0.0/15 that lie in a registered prefix, and those that do not.
    inside: Numbers
    outside: Numbers
    #: How many networks 2001:db8:1::/48 .. are registered.
    six: int
    #: How many domains `site-<number>.example` are registered.
    domains: int

    def write(self, out: Path) -> None:
        """Write organisations, contacts and assets, each as .csv (import) and .parquet (COPY), and places as .csv."""
        out.mkdir(parents=True, exist_ok=True)
        write_places(out)
        for name in ("organisations", "contacts", "assets"):
            frame: pl.DataFrame = getattr(self, name)
            frame.write_csv(out / f"{name}.csv")
            frame.write_parquet(out / f"{name}.parquet")


def domain_names(numbers: Numbers) -> pl.Series:
    """Return a domain for each number; three depths, so that suffixes are searched at several labels."""
    frame = pl.DataFrame({"n": numbers})
    shallow = pl.format("site-{}.example", "n")
    middle = pl.format("site-{}.city-{}.example", "n", pl.col("n") % 97)
    deep = pl.format("site-{}.town-{}.city-{}.example", "n", pl.col("n") % 13, pl.col("n") % 97)
    chosen = pl.when(pl.col("n") % 10 < 6).then(shallow).when(pl.col("n") % 10 < 9).then(middle).otherwise(deep)
    return frame.select(chosen.alias("domain"))["domain"]


def _four(count: int, seed: int) -> tuple[Numbers, Numbers]:
    """Lay out IPv4 prefixes with gaps; return their first places and lengths."""
    random = stream(seed, "bulk", "prefixes")
    lengths = random.choice(_LENGTHS, size=count, p=_LENGTH_SHARES)
    gaps = random.integers(0, 2, size=count)
    starts = np.empty(count, dtype=np.int64)
    place = 0
    for number, (length, gap) in enumerate(zip(lengths.tolist(), gaps.tolist(), strict=True)):
        size = 1 << (32 - length)
        place = (place + gap + size - 1) // size * size
        starts[number] = place
        place += size
    if place > SPACE * 9 // 10:
        message = f"{count} IPv4 prefixes do not fit into 198.18.0.0/15"
        raise ValueError(message)
    return starts, lengths.astype(np.int64)


def _six_prefixes(count: int) -> tuple[pl.Series, int]:
    """Return IPv6 prefixes, every fifth a /64 inside the /48 before it, and how many /48 there are."""
    number = np.arange(count, dtype=np.int64)
    frame = pl.DataFrame({"network": number - number // 5, "nested": number % 5 == 4})
    names = pl.Series("hex", [f"{n:x}" for n in range(count + 2)])
    first = pl.when("nested").then(pl.col("network")).otherwise(pl.col("network") + 1)
    frame = frame.with_columns(names.gather(frame.select(first.alias("first"))["first"]))
    text = (
        pl.when("nested").then(pl.format("2001:db8:{}:1::/64", "hex")).otherwise(pl.format("2001:db8:{}::/48", "hex"))
    )
    return frame.select(text.alias("value"))["value"], count - count // 5


@cache
def bulk_constituency(
    *, prefixes: int = 50_000, domains: int = 50_000, organisations: int = 10_000, seed: int = SEED
) -> BulkConstituency:
    """Make a constituency; three of five prefixes (at most 30,000) are IPv4, the rest IPv6, one fifth of these nested.

    Raises:
        ValueError: more prefixes or organisations than there is room for.
    """
    four_count = min(prefixes * 3 // 5, FOUR_LIMIT)
    six_count = prefixes - four_count
    if six_count > SIX_LIMIT or min(prefixes, domains, organisations) < 10:
        message = f"prefixes: 10 to {FOUR_LIMIT + SIX_LIMIT}; domains and organisations: 10 or more"
        raise ValueError(message)
    starts, lengths = _four(four_count, seed)
    sizes = 1 << (32 - lengths)
    inside = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    mask = np.ones(SPACE, dtype=np.bool_)
    mask[inside] = False
    four = pl.select(pl.format("{}/{}", texts().gather(starts), pl.Series("l", lengths)).alias("value"))["value"]
    six, networks = _six_prefixes(six_count)
    return BulkConstituency(
        organisations=_organisations(organisations, seed),
        contacts=_contacts(organisations),
        assets=_assets((four, six), domain_names(np.arange(domains, dtype=np.int64)), organisations, seed),
        inside=inside,
        outside=np.flatnonzero(mask).astype(np.int64),
        six=networks,
        domains=domains,
    )


def _organisations(count: int, seed: int) -> pl.DataFrame:
    random = stream(seed, "bulk", "organisations")
    regions = _REGIONS[random.integers(0, len(_REGIONS), size=count)]
    frame = pl.DataFrame(
        {
            "n": np.arange(count, dtype=np.int64),
            "sector": _SECTORS[random.integers(0, len(_SECTORS), size=count)],
            "region": regions,
            "tier": random.integers(1, 4, size=count),
            "critical": random.random(count) < 0.1,
            "language": np.where(random.random(count) < 0.1, "en", "zh-hans"),
        }
    )
    return frame.select(
        pl.format("bulk-{}", "n").alias("code"),
        pl.format("Bulk organisation {}", "n").alias("name_en"),
        pl.format("测试单位{}", "n").alias("name_zh"),
        "sector",
        "region",
        "tier",
        pl.when("critical").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("critical"),
        pl.format("desk-{}", "region").alias("coordinator"),
        pl.col("sector").replace_strict(SECTOR_COORDINATOR).alias("sector_coordinator"),
        "language",
    )


def _contacts(count: int) -> pl.DataFrame:
    frame = pl.DataFrame({"n": np.arange(count, dtype=np.int64)})
    return frame.select(
        pl.format("bulk-{}", "n").alias("organisation"),
        pl.lit("security").alias("role"),
        pl.lit("Security desk").alias("name"),
        pl.format("security@bulk-{}.example", "n").alias("email"),
        pl.lit(None, dtype=pl.String).alias("phone"),
        pl.lit("zh-hans").alias("language"),
    )


def _assets(prefixes: tuple[pl.Series, pl.Series], domains: pl.Series, organisations: int, seed: int) -> pl.DataFrame:
    random = stream(seed, "bulk", "assets")
    values = pl.concat([*(series.alias("value") for series in prefixes), domains.alias("value")])
    prefix_count = len(prefixes[0]) + len(prefixes[1])
    kind = np.repeat(np.array(["prefix", "domain"]), [prefix_count, len(domains)])
    frame = pl.DataFrame({"owner": random.integers(0, organisations, size=len(values)), "kind": kind, "value": values})
    return frame.select(
        pl.format("bulk-{}", "owner").alias("organisation"),
        "kind",
        "value",
        pl.lit(None, dtype=pl.String).alias("valid_from"),
        pl.lit(None, dtype=pl.String).alias("valid_until"),
        pl.lit("entered").alias("state"),
        pl.lit(None, dtype=pl.String).alias("note"),
    )
