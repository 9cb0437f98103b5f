"""The constituency of the demo: 640 organisations of Linjiang, whom to write to, and about 1,600 things they own."""

import csv
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from bench.province import cast
from bench.province.addresses import SPACE, offset, prefix_text
from bench.province.days import MONDAY, Calendar
from bench.province.kinds import CITY_KINDS, COUNTY_KINDS, PROVINCE_KINDS, Kind
from bench.province.places import (
    CITIES,
    COORDINATORS,
    COUNTIES,
    PROVINCE,
    REGIONS,
    SECTOR_COORDINATOR,
    SECTORS,
    Coordinator,
    Region,
    Sector,
)
from bench.province.streams import SEED, stream

_SIX_SHARE = 0.2
_HOST_SHARE = 0.13
_URL_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A row of organisations.csv, plus the domain it stands under."""

    code: str
    name_en: str
    name_zh: str
    sector: str
    region: str
    tier: int
    critical: bool
    coordinator: str
    sector_coordinator: str
    language: str
    domain: str
    #: Length of its IPv4 prefix.
    length: int


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A row of contacts.csv; role: security, abuse, emergency or management."""

    organisation: str
    role: str
    name: str
    email: str
    phone: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A row of assets.csv; dates are 00:00 of the day, empty means always or open."""

    organisation: str
    kind: str
    value: str
    valid_from: str = ""
    valid_until: str = ""
    state: str = "entered"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Constituency:
    """Everything a registry is told."""

    organisations: tuple[Organisation, ...]
    contacts: tuple[Contact, ...]
    assets: tuple[Asset, ...]
    regions: tuple[Region, ...]
    sectors: tuple[Sector, ...]
    coordinators: tuple[Coordinator, ...]

    def organisation(self, code: str) -> Organisation:
        """Return one organisation."""
        return next(organisation for organisation in self.organisations if organisation.code == code)

    def write(self, out: Path) -> None:
        """Write regions, sectors, coordinators, organisations, contacts and assets as CSV (UTF-8, `\\n`)."""
        out.mkdir(parents=True, exist_ok=True)
        write_places(out)
        _write(out / "organisations.csv", _names(Organisation)[:10], self.organisations)
        _write(out / "contacts.csv", _names(Contact), self.contacts)
        _write(out / "assets.csv", _names(Asset), self.assets)


Row = Region | Sector | Coordinator | Organisation | Contact | Asset


def _names(row: type[Row]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row))


def write_places(out: Path) -> None:
    """Write regions.csv, sectors.csv and coordinators.csv into a folder that is there."""
    _write(out / "regions.csv", ("code", "parent", "name_en", "name_zh"), REGIONS)
    _write(out / "sectors.csv", ("code", "name_en", "name_zh"), SECTORS)
    _write(out / "coordinators.csv", _names(Coordinator), COORDINATORS)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _write(path: Path, names: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            values = asdict(row)
            writer.writerow([_cell(values[name]) for name in names])


def _organisation(kind: Kind, region: Region, city: str | None, language: str) -> Organisation:
    """Make the organisation of one kind in one region; `city` is None for those of the province."""
    code = f"{region.code}-{kind.code}"
    if code == cast.WATER:
        domain = "baishan.example"
    elif city is None or kind.sector == "utilities":
        domain = f"{code}.example"
    elif region.code == city:
        domain = f"{kind.code}.{city}.example"
    else:
        domain = f"{code}.{city}.example"
    return Organisation(
        code=code,
        name_en=kind.name_en.format(r=region.name_en, s=region.short_en),
        name_zh=kind.name_zh.format(r=region.name_zh, s=region.short_zh),
        sector=kind.sector,
        region=region.code,
        tier=kind.tier,
        critical=kind.critical,
        coordinator=f"desk-{city or PROVINCE}",
        sector_coordinator=SECTOR_COORDINATOR[kind.sector],
        language=language,
        domain=domain,
        length=kind.length,
    )


def _organisations(seed: int) -> tuple[Organisation, ...]:
    random = stream(seed, "languages")
    english = {cast.UNIVERSITY, cast.WRONG_OWNER}
    chinese = set(cast.QUIET_CAST) - english
    found = [_organisation(kind, REGIONS[0], None, "zh-hans") for kind in PROVINCE_KINDS]
    found += [_organisation(kind, city, city.code, "zh-hans") for city in CITIES for kind in CITY_KINDS]
    found += [_organisation(kind, county, county.parent, "zh-hans") for county in COUNTIES for kind in COUNTY_KINDS]
    by_chance = random.random(len(found)) < 0.05
    return tuple(
        Organisation(**{**asdict(one), "language": "en"})
        if one.code in english or (chance and one.code not in chinese) or one.code.endswith("-university")
        else one
        for one, chance in zip(found, by_chance.tolist(), strict=True)
    )


_DESKS = {
    "security": ("Information security desk", "信息安全科"),
    "abuse": ("Network operations", "网络管理科"),
    "emergency": ("Duty phone", "值班室"),
    "management": ("Office of the director", "主任办公室"),
}


_MAILBOXES = {"emergency": "duty", "management": "office"}


def _contacts(organisations: Sequence[Organisation], seed: int) -> tuple[Contact, ...]:
    random = stream(seed, "contacts")
    found = []
    for number, one in enumerate(organisations):
        roles = ["security"]
        roles += ["abuse"] if random.random() < 0.4 else []
        roles += ["emergency"] if one.critical else []
        roles += ["management"] if one.tier == 1 or one.code in cast.QUIET_CAST else []
        for place, role in enumerate(roles):
            english, chinese = _DESKS[role]
            found.append(
                Contact(
                    organisation=one.code,
                    role=role,
                    name=english if one.language == "en" else chinese,
                    email=f"{_MAILBOXES.get(role, role)}@{one.domain}",
                    # No area of the country has the code 000.
                    phone=f"+86 000 {5_550_000 + number * 4 + place}",
                    language=one.language,
                )
            )
    return tuple(found)


def _layout(organisations: Sequence[Organisation], seed: int) -> dict[str, str]:
    """Give each organisation its IPv4 prefix: from 198.18.0.0 upwards, with gaps, around the reserved places."""
    random = stream(seed, "layout")
    taken = np.zeros(SPACE, dtype=np.bool_)
    for text in cast.RESERVED:
        network = ipaddress.IPv4Network(text)
        start = offset(str(network.network_address))
        taken[start : start + network.num_addresses] = True
    prefixes = dict(cast.FIXED_PREFIXES)
    place = 0
    for number in random.permutation(len(organisations)).tolist():
        one = organisations[number]
        if one.code in prefixes:
            continue
        size = 1 << (32 - one.length)
        if random.random() < 0.2:
            place += size
        place = -(-place // size) * size
        while taken[place : place + size].any():
            place += size
        prefixes[one.code] = prefix_text(place, one.length)
        place += size
    return prefixes


def _assets(organisations: Sequence[Organisation], seed: int, until: date) -> tuple[Asset, ...]:
    random = stream(seed, "assets")
    prefixes = _layout(organisations, seed)
    found = []
    six = 0
    for one in organisations:
        since = f"202{random.integers(2, 6)}-{random.integers(1, 13):02}-01" if random.random() < 0.35 else ""
        state = "proven" if random.random() < 0.15 else "entered"
        found.append(Asset(organisation=one.code, kind="domain", value=one.domain, state=state))
        found.append(Asset(organisation=one.code, kind="prefix", value=prefixes[one.code], valid_from=since))
        if one.tier == 1 or one.code.endswith("university") or random.random() < _SIX_SHARE:
            six += 1
            found.append(Asset(organisation=one.code, kind="prefix", value=f"2001:db8:{six:x}::/48"))
        if random.random() < _HOST_SHARE:
            found.append(Asset(organisation=one.code, kind="host", value=f"{one.code}.linjiang-cloud.example"))
        if random.random() < _URL_SHARE:
            found.append(
                Asset(organisation=one.code, kind="url", value=f"https://portal.linjiang-forms.example/{one.code}")
            )
        if one.code in cast.OWN_ASNS:
            found.append(Asset(organisation=one.code, kind="asn", value=str(cast.OWN_ASNS[one.code])))
    return (*found, *_story_assets(until), *_weak_assets(organisations, seed))


def _story_assets(until: date) -> tuple[Asset, ...]:
    """Return the assets that are wrong, that move and that are only claimed."""
    moved = str(Calendar(until).day(cast.MOVED_ON))
    return (
        Asset(organisation=cast.WRONG_OWNER, kind="prefix", value=cast.WRONG_PREFIX, note="from an old network plan"),
        Asset(
            organisation=cast.OLD_TENANT, kind="prefix", value=cast.MOVED_PREFIX, valid_until=moved, note="campus sold"
        ),
        Asset(
            organisation=cast.NEW_TENANT, kind="prefix", value=cast.MOVED_PREFIX, valid_from=moved, note="campus bought"
        ),
        Asset(
            organisation=cast.CLAIMANT, kind="prefix", value=cast.CLAIMED_PREFIX, state="claimed", note="no proof yet"
        ),
    )


def _weak_assets(organisations: Sequence[Organisation], seed: int) -> tuple[Asset, ...]:
    """Return claimed, rejected and expired domains, which attribute nothing today."""
    random = stream(seed, "weak assets")
    chosen = random.choice(len(organisations), size=45, replace=False).tolist()
    found = []
    for number, place in enumerate(chosen):
        code = organisations[place].code
        if number % 3 == 0:
            found.append(Asset(organisation=code, kind="domain", value=f"new-{code}.example", state="claimed"))
        elif number % 3 == 1:
            found.append(
                Asset(
                    organisation=code,
                    kind="domain",
                    value=f"not-{code}.example",
                    state="rejected",
                    note="owned by a firm",
                )
            )
        else:
            ended = f"2026-0{1 + number % 8}-01"
            found.append(Asset(organisation=code, kind="domain", value=f"old-{code}.example", valid_until=ended))
    return tuple(found)


@cache
def constituency(seed: int = SEED, until: date = MONDAY) -> Constituency:
    """Make the constituency; the same seed gives the same, in the same order (`until` dates the asset that moves)."""
    organisations = _organisations(seed)
    return Constituency(
        organisations=organisations,
        contacts=_contacts(organisations, seed),
        assets=_assets(organisations, seed, until),
        regions=REGIONS,
        sectors=SECTORS,
        coordinators=COORDINATORS,
    )
