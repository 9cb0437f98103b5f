"""Makes import files of a large constituency out of public lists of networks and domains.

    script/constituency SOURCE_DIR TARGET_DIR [--organisations 10000]

Read: `asn_orgs_ipv4_ranges.csv` and `asn_orgs_ipv6_ranges.csv` (range_start, range_end, asn, organisation),
`dotgov.current-full.csv` (CISA's list of .gov domains) and `delegated-apnic-*` (countries of networks).
Written: a CSV file a table of the registry, from `regions.csv` to `assets.csv`, and `constituency.xlsx` with the same:
`tocsin registry import TARGET_DIR` takes it into an empty registry. Contacts are invented under `.example`: no address
is taken over.
"""

import argparse
import bisect
import csv
import ipaddress
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tocsin.kernel.errors import Invalid
from tocsin.registry.rules import AssetKind, AssetState, ContactRole, canonical_asset
from tocsin.registry.tables import SCHEMAS, Sheet, Tables, to_csv, to_xlsx

#: First word that fits gives the sector.
SECTOR_WORDS = {
    "education": ("universi", "college", "school", "education", "institute of technology", "academy"),
    "health": ("hospital", "health", "medical", "clinic", "pharma"),
    "finance": ("bank", "insurance", "financ", "securities", "exchange", "treasury"),
    "energy": ("energy", "electric", "power", "petrol", "water", "utility", "utilities", "gas "),
    "transport": ("transport", "railway", "airport", "airline", "port authority", "metro"),
    "research": ("research", "laborator", "science", "cernet"),
    "government": ("ministry", "government", "county", "city of", "town of", "department", "court", "state"),
}
OTHER_SECTOR = "other"
WORLD = "world"
COORDINATOR = "centre"


@dataclass(frozen=True, kw_only=True)
class Body:
    """One organisation with what it holds."""

    code: str
    name: str
    sector: str
    region: str
    #: Kind and value.
    assets: list[tuple[str, str]] = field(default_factory=list)


class Countries:
    """Knows in which country an IPv4 network was first delegated."""

    def __init__(self, lines: Iterator[str]) -> None:
        """Read a registry's delegation file (registry|country|type|start|count|date|status)."""
        rows = (line.split("|") for line in lines if not line.startswith("#"))
        self._spans = sorted(
            (int(ipaddress.IPv4Address(row[3])), int(row[4]), row[1].lower())
            for row in rows
            if len(row) > 6 and row[2] == "ipv4"
        )
        self._starts = [start for start, _, _ in self._spans]

    def of(self, address: str) -> str:
        """Give the country's code, or `world`."""
        number = int(ipaddress.IPv4Address(address))
        place = bisect.bisect_right(self._starts, number) - 1
        if place < 0 or number >= self._spans[place][0] + self._spans[place][1]:
            return WORLD
        return self._spans[place][2]


def networks(source: Path) -> Iterator[Body]:
    """Make an organisation of every holder of address ranges, the ranges as the fewest prefixes."""
    delegated = next(source.glob("delegated-apnic-*"), None)
    if delegated is None:
        raise FileNotFoundError(f"there is no {source / 'delegated-apnic-*'}")
    countries = Countries(iter(delegated.read_text("utf-8").splitlines()))
    rows: dict[str, list[dict[str, str]]] = {}
    for family in (4, 6):
        for row in _rows(source / f"asn_orgs_ipv{family}_ranges.csv"):
            rows.setdefault(row["organisation"].strip(), []).append(row)
    for name, ranges in rows.items():
        numbers = sorted({int(row["asn"]) for row in ranges})
        spans = ((ipaddress.ip_address(row["range_start"]), ipaddress.ip_address(row["range_end"])) for row in ranges)
        prefixes = {str(network) for first, last in spans for network in ipaddress.summarize_address_range(first, last)}
        v4 = next((row["range_start"] for row in ranges if ":" not in row["range_start"]), None)
        yield Body(
            code=f"as{numbers[0]}",
            name=name,
            sector=sector(name),
            region=WORLD if v4 is None else countries.of(v4),
            assets=[("asn", f"AS{number}") for number in numbers] + [("prefix", prefix) for prefix in sorted(prefixes)],
        )


def offices(source: Path) -> Iterator[Body]:
    """Make an organisation of every office with .gov domains. The list's mail addresses are not read."""
    held: dict[tuple[str, str, str], list[str]] = {}
    for row in _rows(source / "dotgov.current-full.csv"):
        key = (row["Organization name"].strip(), row["City"].strip(), row["State"].strip())
        held.setdefault(key, []).append(row["Domain name"].strip().lower())
    for (name, city, state), domains in held.items():
        yield Body(
            code=f"gov-{domains[0].removesuffix('.gov')}",
            name=", ".join(part for part in (name, city, state) if part),
            sector="government" if sector(name) == OTHER_SECTOR else sector(name),
            region=f"us-{state.lower()}" if state else "us",
            assets=[("domain", domain) for domain in sorted(set(domains))],
        )


def sector(name: str) -> str:
    """Guess the sector of a name."""
    lower = name.lower()
    return next((code for code, words in SECTOR_WORDS.items() if any(word in lower for word in words)), OTHER_SECTOR)


def constituency(source: Path, organisations: int) -> tuple[Tables, list[str]]:
    """Make the tables, and the reasons for the assets that were left out."""
    bodies = [*networks(source), *offices(source)][:organisations]
    refused: list[str] = []
    assets = []
    for body in bodies:
        for kind, text in body.assets:
            try:
                found, value = canonical_asset(AssetKind(kind), text)
            except Invalid as error:
                refused.append(f"{body.code}: {error.message}")
                continue
            assets.append({"organisation": body.code, "kind": str(found), "value": value})
    regions = sorted({WORLD, *(body.region for body in bodies)})
    tables = Tables(
        regions=_frame(Sheet.REGIONS, [{"code": code, "name_en": code.upper()} for code in regions], name_zh=""),
        sectors=_frame(
            Sheet.SECTORS,
            [{"code": code, "name_en": code.title()} for code in [*SECTOR_WORDS, OTHER_SECTOR]],
            name_zh="",
        ),
        coordinators=_frame(Sheet.COORDINATORS, [{"code": COORDINATOR, "name_en": "Centre", "name_zh": "中心"}]),
        organisations=_frame(
            Sheet.ORGANISATIONS,
            [
                {
                    "code": body.code,
                    "name_en": body.name,
                    "sector": body.sector,
                    "region": body.region,
                    "tier": tier(body),
                    "critical": tier(body) == 1,
                }
                for body in bodies
            ],
            name_zh="",
            coordinator=COORDINATOR,
            language="en",
        ),
        contacts=_frame(
            Sheet.CONTACTS,
            [
                {"organisation": body.code, "role": str(role), "email": f"{role}@{body.code}.example"}
                for body in bodies
                for role in (ContactRole.SECURITY, ContactRole.ABUSE)
            ],
            name="",
            phone="",
            language="en",
        ),
        assets=_frame(Sheet.ASSETS, assets, state=str(AssetState.ENTERED), note=""),
    )
    return tables, refused


def _frame(sheet: Sheet, rows: Sequence[Mapping[str, object]], **same: str) -> pl.DataFrame:
    """Make a table of rows, some columns the same in all."""
    return pl.DataFrame(list(rows), schema=dict(SCHEMAS[sheet])).with_columns(
        pl.lit(value).alias(name) for name, value in same.items()
    )


def tier(body: Body) -> int:
    """Grade by sector and size, so that every tier occurs."""
    if body.sector in {"health", "energy", "finance"}:
        return 1
    return 2 if len(body.assets) > 3 else 3


def write(tables: Tables, target: Path) -> None:
    """Write the import files."""
    target.mkdir(parents=True, exist_ok=True)
    for sheet in Sheet:
        (target / f"{sheet}.csv").write_bytes(to_csv(tables.of(sheet), sheet))
    (target / "constituency.xlsx").write_bytes(to_xlsx(tables))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="script/constituency", description="Make import files from public lists.")
    parser.add_argument("source", type=Path, help="folder with the lists")
    parser.add_argument("target", type=Path, help="folder for the import files; made where it is absent")
    parser.add_argument("--organisations", type=int, default=10_000, help="at most so many (default: %(default)s)")
    given = parser.parse_args()
    try:
        tables, refused = constituency(given.source, given.organisations)
    except (FileNotFoundError, ValueError) as error:
        sys.stderr.write(f"error: {given.source} lacks a list or holds another: {error}\n")
        return 2
    write(tables, given.target)
    for reason in refused:
        sys.stderr.write(f"left out: {reason}\n")
    sizes = ", ".join(f"{tables.of(sheet).height} {sheet}" for sheet in Sheet)
    sys.stdout.write(f"{sizes} written to {given.target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
