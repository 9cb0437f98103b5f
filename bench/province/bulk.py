"""Very many Shadowserver rows for the benches, written with whole columns at a time.

A row is a number: everything that makes its identity (address and port, address and family, host and path) is a
function of that number, so a later day repeats a day by taking the same numbers, without anything being kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.province.addresses import DOCUMENTATION_ASNS, six, texts
from bench.province.bulk_constituency import BulkConstituency, Numbers, bulk_constituency, domain_names
from bench.province.details import FAMILIES, details
from bench.province.files import arrange, timestamps, write_report
from bench.province.streams import SEED, hexadecimal, mix, shares, stream

DAY_ONE = date(2026, 11, 16)
#: A sender puts a type's day into one file; this bounds what is made at once.
FILE_ROWS = 1_000_000
#: Report type -> share of all rows.
TYPE_SHARES = {"scan_rdp": 0.4, "scan6_rdp": 0.1, "event4_sinkhole_http": 0.3, "compromised_website": 0.2}
_PORTS = np.array([3389, *range(3390, 3400), *range(13389, 13400), *range(33889, 33931)], dtype=np.int64)
_PATHS = 256
_STEP = 2_654_435_761
_SIX_NETWORKS = 65_535
_COUNTRIES = np.array(["CN", "XA", "XB", "XC"])


@dataclass(frozen=True, kw_only=True)
class BulkFile:
    """One file that was written."""

    path: Path
    report_type: str
    rows: int
    #: Rows that the constituency owns: by prefix, for `compromised_website` by domain.
    inside: int


@dataclass(frozen=True, kw_only=True)
class BulkReports:
    """What a day of bulk reports holds; every row of a day has an identity of its own."""

    day: date
    files: tuple[BulkFile, ...]
    rows: int
    inside: int
    #: Rows whose identity the day before had too.
    known: int


@dataclass(frozen=True)
class _Slice:
    """Rows of one type: the identity numbers of those inside and those outside."""

    within: Numbers
    without: Numbers
    constituency: BulkConstituency

    @property
    def numbers(self) -> Numbers:
        return np.concatenate([self.within, self.without])

    @property
    def token(self) -> npt.NDArray[np.uint64]:
        outside = np.concatenate([np.zeros_like(self.within), np.full_like(self.without, 1 << 40)])
        token: npt.NDArray[np.uint64] = (self.numbers + outside).astype(np.uint64)
        return token


def _scatter(numbers: Numbers, size: int, what: str) -> Numbers:
    """Map numbers one-to-one into 0 .. size - 1, in an order that looks random."""
    if len(numbers) and int(numbers.max()) >= size:
        message = f"{int(numbers.max()) + 1} different {what} asked for, only {size} possible: more prefixes or domains"
        raise ValueError(message)
    if gcd(_STEP, size) != 1:
        message = f"{size} {what}: the step {_STEP} divides it; take one more prefix or domain"
        raise ValueError(message)
    return numbers * _STEP % size


def _four(part: _Slice, ways: int, what: str) -> tuple[pl.Series, Numbers]:
    """Return an IPv4 address for each row, and which of `ways` it is at that address."""
    places, chosen = [], []
    for numbers, pool in ((part.within, part.constituency.inside), (part.without, part.constituency.outside)):
        at = _scatter(numbers, len(pool) * ways, what)
        places.append(pool[at // ways])
        chosen.append(at % ways)
    return texts().gather(np.concatenate(places)), np.concatenate(chosen)


def _six(part: _Slice) -> pl.Series:
    """Return an IPv6 address for each row: registered networks come first, the others after them."""
    limit = part.constituency.six
    high, rest = [], []
    for numbers, first, networks in ((part.within, 1, limit), (part.without, limit + 1, _SIX_NETWORKS - limit)):
        at = _scatter(numbers, networks * 4096, "IPv6 addresses")
        high.append(first + at // 4096)
        rest.append(at % 4096)
    low = np.concatenate(rest)
    return six(np.concatenate(high), 1 + low % 16, 1 + low)


def _network(part: _Slice, prefix: str = "") -> dict[str, pl.Series]:
    token = part.token
    asns = np.array(DOCUMENTATION_ASNS, dtype=np.int64)[(mix(token, 3) % np.uint64(30)).astype(np.int64) + 2]
    country = np.where(shares(token, 4) < 0.8, 0, 1 + (mix(token, 5) % np.uint64(3)).astype(np.int64))
    cities = pl.Series("city", ["LINHAI", "XIALING", "YUNTING", "ANPU"])
    return {
        f"{prefix}asn": pl.Series(asns),
        f"{prefix}geo": pl.Series(_COUNTRIES[country]),
        f"{prefix}region": pl.repeat("LINJIANG", len(token), eager=True),
        f"{prefix}city": cities.gather((mix(token, 6) % np.uint64(4)).astype(np.int64)),
        f"{prefix}naics": pl.repeat(517311, len(token), dtype=pl.Int64, eager=True),
    }


def _pointers(part: _Slice) -> pl.Series:
    """Return reverse-DNS names: a third empty, a third under registered domains (which must attribute nothing)."""
    token = part.token
    names = domain_names((mix(token, 7) % np.uint64(part.constituency.domains)).astype(np.int64))
    frame = pl.DataFrame(
        {"t": mix(token, 8) % np.uint64(1_000_000), "name": names, "way": mix(token, 9) % np.uint64(3)}
    )
    text = (
        pl.when(pl.col("way") == 0)
        .then(pl.format("ptr-{}.{}", "t", "name"))
        .when(pl.col("way") == 1)
        .then(pl.format("host-{}.carrier-a.example", "t"))
    )
    return frame.select(text.alias("hostname"))["hostname"]


def _desktop(report_type: str, part: _Slice) -> dict[str, pl.Series]:
    """Return the rows of a Remote Desktop scan; identity: address and port."""
    if report_type == "scan6_rdp":
        address, port = _six(part), np.full(len(part.numbers), 3389)
    else:
        address, way = _four(part, len(_PORTS), "addresses with a port")
        port = _PORTS[way]
    height = len(address)
    return {
        **details(report_type, part.token),
        **_network(part),
        "severity": pl.repeat("high", height, eager=True),
        "ip": address,
        "protocol": pl.repeat("tcp", height, eager=True),
        "port": pl.Series(port),
        "hostname": _pointers(part),
        "hostname_source": pl.repeat("ptr", height, eager=True),
    }


def _sinkhole(report_type: str, part: _Slice) -> dict[str, pl.Series]:
    """Return the rows of a sinkhole report; identity: address and malware family, the source port changes daily."""
    address, family = _four(part, len(FAMILIES), "addresses with a family")
    height = len(address)
    families = pl.Series("family", FAMILIES).gather(family)
    return {
        **details(report_type, part.token),
        **_network(part, "src_"),
        "severity": pl.repeat("critical", height, eager=True),
        "src_ip": address,
        "protocol": pl.repeat("tcp", height, eager=True),
        "src_hostname": _pointers(part),
        "dst_ip": pl.repeat("198.19.255.80", height, eager=True),
        "dst_port": pl.repeat(80, height, dtype=pl.Int64, eager=True),
        "dst_asn": pl.repeat(65551, height, dtype=pl.Int64, eager=True),
        "infection": families,
        "family": families,
        "tag": families,
        "http_host": pl.select(pl.format("c2-{}.example", families).alias("h"))["h"],
    }


def _website(report_type: str, part: _Slice) -> dict[str, pl.Series]:
    """Return rows about websites; identity: host and path.

    The address of a registered name may lie in anybody's prefix (the name wins), that of another name in nobody's.
    """
    names = []
    for numbers, first, count in ((part.within, 0, part.constituency.domains), (part.without, 1 << 20, 1 << 20)):
        at = _scatter(numbers, count * _PATHS, "pages")
        names.append(np.stack([first + at // _PATHS, at % _PATHS]))
    domain, path = np.concatenate(names, axis=1)
    height = len(domain)
    token = part.token
    every = np.concatenate([part.constituency.inside, part.constituency.outside])
    places = [
        pool[(mix(numbers.astype(np.uint64), 10) % np.uint64(len(pool))).astype(np.int64)]
        for numbers, pool in ((part.within, every), (part.without, part.constituency.outside))
    ]
    prefixes = pl.Series("prefix", ["", "www.", "portal.", "mail."]).gather(path % 4)
    pages = pl.Series("page", [f"/{hexadecimal(f'page {n}', 8)}/index.php" for n in range(_PATHS)])
    return {
        **details(report_type, token),
        **_network(part),
        "severity": pl.repeat("critical", height, eager=True),
        "ip": texts().gather(np.concatenate(places)),
        "port": pl.repeat(80, height, dtype=pl.Int64, eager=True),
        "hostname": _pointers(part),
        "hostname_source": pl.repeat("ptr", height, eager=True),
        "http_host": pl.select(pl.format("{}{}", prefixes, domain_names(domain)).alias("h"))["h"],
        "url": pages.gather(path),
        "detected_since": pl.repeat("2026-11-01 04:10:00", height, eager=True),
    }


_MAKERS: dict[str, Callable[[str, _Slice], dict[str, pl.Series]]] = {
    "scan_rdp": _desktop,
    "scan6_rdp": _desktop,
    "event4_sinkhole_http": _sinkhole,
    "compromised_website": _website,
}


def _window(count: int, known_share: float, day: int) -> Numbers:
    """Return the identity numbers of a day: each day leaves the oldest out and takes as many new ones."""
    fresh = count - round(count * known_share)
    return np.arange((day - 1) * fresh, (day - 1) * fresh + count, dtype=np.int64)


def _pieces(numbers: Numbers, pieces: int) -> Iterator[Numbers]:
    yield from np.array_split(numbers, pieces)


def _per_type(rows: int) -> dict[str, int]:
    counts = {name: int(rows * share) for name, share in TYPE_SHARES.items()}
    counts["scan_rdp"] += rows - sum(counts.values())
    return counts


def bulk(
    *,
    rows: int,
    out: Path,
    prefixes: int = 50_000,
    domains: int = 50_000,
    organisations: int = 10_000,
    share_inside: float = 0.7,
    known_share: float = 0.95,
    day: int = 1,
    seed: int = SEED,
) -> BulkReports:
    """Write one day's report files, one a type, about `bulk_constituency` of the same sizes and seed.

    Day n + 1 repeats `known_share` of the identities of day n with new times, and brings as many new as it leaves out.

    Raises:
        ValueError: a share outside 0 to 1, a day before 1, or more rows than the constituency can have identities.
    """
    if not (0 <= share_inside <= 1 and 0 <= known_share <= 1 and day >= 1 and rows >= 1):
        message = f"shares run from 0 to 1, day and rows from 1: {share_inside=} {known_share=} {day=} {rows=}"
        raise ValueError(message)
    constituency = bulk_constituency(prefixes=prefixes, domains=domains, organisations=organisations, seed=seed)
    date_of_day = DAY_ONE + timedelta(days=day - 1)
    out.mkdir(parents=True, exist_ok=True)
    files: list[BulkFile] = []
    known = 0
    for report_type, count in _per_type(rows).items():
        within = round(count * share_inside)
        numbers = [_window(size, known_share, day) for size in (within, count - within)]
        known += sum(round(size * known_share) for size in (within, count - within)) if day > 1 else 0
        random = stream(seed, "bulk", report_type, day)
        pieces = max(1, -(-count // FILE_ROWS))
        shuffled = [random.permutation(part) for part in numbers]
        for number, (inner, outer) in enumerate(
            zip(*(_pieces(part, pieces) for part in shuffled), strict=True), start=1
        ):
            part = _Slice(inner, outer, constituency)
            path = out / f"{date_of_day}-{report_type}-bulk-{number:02}.csv"
            write_report(path, _frame(report_type, part, date_of_day, random))
            files.append(BulkFile(path=path, report_type=report_type, rows=len(part.numbers), inside=len(inner)))
    return BulkReports(
        day=date_of_day, files=tuple(files), rows=rows, inside=sum(file.inside for file in files), known=known
    )


def _frame(report_type: str, part: _Slice, day: date, random: np.random.Generator) -> pl.DataFrame:
    """Make the rows of one file, mixed and in order of time."""
    height = len(part.numbers)
    columns = _MAKERS[report_type](report_type, part)
    if report_type == "event4_sinkhole_http":
        columns["src_port"] = pl.Series(random.integers(1024, 65536, size=height))
    order = random.permutation(height)
    mixed = {name: series.gather(order) for name, series in columns.items()}
    mixed["timestamp"] = timestamps(day, np.sort(random.integers(0, 86_400, size=height)))
    return arrange(report_type, mixed, height)
