"""What is open, infected or attacking, from which day to which: a table for each report type.

Columns (`SCHEMA`): `token` fixes everything a service says of itself; `owner` is an organisation's code, null when
nobody is registered; seen on days `opened` .. `closed` - 1; `sure` rows are seen every day, others with gaps.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.province.addresses import texts
from bench.province.cast import OWN_ASNS
from bench.province.days import DAYS, LAST, NEVER
from bench.province.details import FAMILIES
from bench.province.ground import ABROAD, Ground, Numbers
from bench.province.streams import mix, shares, stream
from bench.province.volumes import CENSUS_DAYS, CENSUS_STAYS, Volume

SCHEMA: dict[str, type[pl.DataType]] = {
    "token": pl.UInt64,
    "address": pl.String,
    "port": pl.Int64,
    "hostname": pl.String,
    "asn": pl.Int64,
    "geo": pl.String,
    "city": pl.String,
    "sector": pl.String,
    "owner": pl.String,
    "opened": pl.Int64,
    "closed": pl.Int64,
    "sure": pl.Boolean,
    "family": pl.String,
    "host": pl.String,
    "path": pl.String,
}
#: Share of exposures that have an owner; a third of all rows has none.
OWNED = 2 / 3
#: Share of days on which an open exposure is seen.
SEEN = 0.97
_CARRIERS = np.array([64496, 64497, 64498, 64499])
_FOREIGN_ASNS = np.arange(65536, 65546)
_COUNTRIES = np.array(["XA", "XB", "XC"])
_SECTOR_WORDS = {"health": "Health Care", "education": "Education", "utilities": "Utilities"}


@dataclass(frozen=True)
class Lives:
    """First day and the day after the last, side by side."""

    opened: Numbers
    closed: Numbers


def lives(volume: Volume, random: np.random.Generator) -> Lives:
    """Draw lives so that about `stock` are open on each of the ninety days."""
    stock = volume.stock
    lasting = random.random(stock) < volume.lasting
    first = np.where(lasting, NEVER, 1 + random.exponential(volume.life_days, stock).astype(np.int64))
    births = random.poisson(stock * (1 - volume.lasting) / volume.life_days, DAYS)
    births[0] = 0
    opened = np.repeat(np.arange(DAYS), births)
    closed = opened + 1 + random.exponential(volume.life_days, len(opened)).astype(np.int64)
    return Lives(np.concatenate([np.zeros(stock, dtype=np.int64), opened]), np.concatenate([first, closed]))


def census_lives(sizes: tuple[int, ...], random: np.random.Generator) -> Lives:
    """Draw the lives of a census: exact sizes on its days, three quarters of each still there at the next."""
    opened = np.repeat(CENSUS_DAYS[0], sizes[0])
    closed = np.full(sizes[0], DAYS)
    alive = np.arange(sizes[0])
    for day, size in zip(CENSUS_DAYS[1:], sizes[1:], strict=True):
        stay = random.permutation(alive)
        kept, gone = np.split(stay, [round(len(alive) * CENSUS_STAYS)])
        closed[gone] = day
        fresh = np.arange(len(opened), len(opened) + size - len(kept))
        opened = np.concatenate([opened, np.full(len(fresh), day)])
        closed = np.concatenate([closed, np.full(len(fresh), DAYS)])
        alive = np.concatenate([kept, fresh])
    return Lives(opened, closed)


def _owned(count: int, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    owned = np.zeros(count, dtype=np.bool_)
    owned[random.permutation(count)[: round(count * OWNED)]] = True
    return owned


def _places(
    volume: Volume, land: Ground, owned: npt.NDArray[np.bool_], random: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Draw a different address for each exposure; return places and owners (-1: nobody)."""
    sectors = np.array([one.sector for one in land.organisations])
    fits = (
        np.isin(sectors[land.owners], volume.sectors) if volume.sectors else np.ones(len(land.owners), dtype=np.bool_)
    )
    inside = random.choice(np.flatnonzero(fits), size=int(owned.sum()), replace=False)
    places = np.empty(len(owned), dtype=np.int64)
    owners = np.full(len(owned), -1, dtype=np.int64)
    places[owned], owners[owned] = land.places[inside], land.owners[inside]
    places[~owned] = random.choice(land.nobody, size=int((~owned).sum()), replace=False)
    return places, owners


def _hostnames(token: npt.NDArray[np.uint64], address: pl.Series, domain: pl.Series, abroad: pl.Series) -> pl.Series:
    """Return reverse-DNS names: the carrier's for two in five, the owner's for one in five, else none."""
    share = pl.Series("share", shares(token, 21))
    dashed = address.str.replace_all(r"[.:]+", "-")
    frame = pl.DataFrame({"share": share, "dashed": dashed, "domain": domain, "abroad": abroad})
    text = (
        pl.when((pl.col("share") < 0.2) & pl.col("domain").is_not_null())
        .then(pl.format("gw.{}", "domain"))
        .when((pl.col("share") < 0.6) & pl.col("abroad"))
        .then(pl.format("h-{}.far-carrier.example", "dashed"))
        .when(pl.col("share") < 0.6)
        .then(pl.format("h-{}.linjiang-net.example", "dashed"))
    )
    return frame.select(text.alias("hostname"))["hostname"]


def table(volume: Volume, land: Ground, seed: int, span: Lives, purpose: str = "") -> pl.DataFrame:
    """Make the exposures of one report type at addresses by chance, two thirds of them owned."""
    random = stream(seed, "exposures", volume.report_type, purpose)
    count = len(span.opened)
    owned = _owned(count, random)
    token = random.integers(0, 1 << 63, size=count, dtype=np.uint64)
    if volume.report_type.startswith("event6"):
        address, owners, abroad = _six(land, owned, random)
    else:
        places, owners = _places(volume, land, owned, random)
        address, abroad = texts().gather(places), places >= ABROAD
    facts = _owner_facts(land, owners, token, abroad)
    hosts, paths = _web(volume, token, facts["domain"], address)
    family = pl.Series(FAMILIES).gather((mix(token, 24) % np.uint64(len(FAMILIES))).astype(np.int64))
    return pl.DataFrame(
        {
            "token": token,
            "address": address,
            "port": np.array(volume.ports)[(mix(token, 25) % np.uint64(len(volume.ports))).astype(np.int64)],
            "hostname": _hostnames(token, address, facts["domain"], pl.Series(abroad)),
            **{name: facts[name] for name in ("asn", "geo", "city", "sector", "owner")},
            "opened": span.opened,
            "closed": span.closed,
            "sure": np.full(count, volume.stock == 0),
            "family": family if volume.shape == "infection" else pl.repeat(None, count, dtype=pl.String, eager=True),
            "host": hosts,
            "path": paths,
        },
        schema=SCHEMA,
    )


def _six(
    land: Ground, owned: npt.NDArray[np.bool_], random: np.random.Generator
) -> tuple[pl.Series, Numbers, npt.NDArray[np.bool_]]:
    """Draw IPv6 addresses: in registered networks, or in 2001:db8:f000::/36 that nobody registered."""
    count = len(owned)
    chosen = random.integers(0, len(land.six_owners), size=count)
    networks = np.where(owned, land.six_networks[chosen], 0xF000 + random.integers(0, 0xFFF, size=count))
    owners = np.where(owned, land.six_owners[chosen], -1)
    hosts = 16 + random.permutation(max(count, 4096))[:count]
    texts_six = [f"2001:db8:{n:x}:1::{h:x}" for n, h in zip(networks.tolist(), hosts.tolist(), strict=True)]
    return pl.Series("address", texts_six, dtype=pl.String), owners, ~owned


def _owner_facts(
    land: Ground, owners: Numbers, token: npt.NDArray[np.uint64], abroad: npt.NDArray[np.bool_]
) -> dict[str, pl.Series]:
    """Return owner, domain, AS number, country, city and sector for each exposure."""
    known = owners >= 0
    # A last line for nobody, which -1 picks.
    people = land.organisations
    codes = np.array([*(one.code for one in people), None], dtype=object)
    domains = np.array([*(one.domain for one in people), None], dtype=object)
    words = np.array([*(_SECTOR_WORDS[one.sector] for one in people), None], dtype=object)
    cities = np.array([*(city.upper() for city in land.cities), "LINHAI"], dtype=object)
    own = np.array([*(OWN_ASNS.get(one.code, 0) for one in people), 0])
    carrier = _CARRIERS[(mix(token, 22) % np.uint64(len(_CARRIERS))).astype(np.int64)]
    far = (mix(token, 23) % np.uint64(len(_FOREIGN_ASNS))).astype(np.int64)
    asn = np.where(own[owners] > 0, own[owners], np.where(abroad & ~known, _FOREIGN_ASNS[far], carrier))
    return {
        "owner": pl.Series(codes[owners].tolist(), dtype=pl.String),
        "domain": pl.Series(domains[owners].tolist(), dtype=pl.String),
        "sector": pl.Series(words[owners].tolist(), dtype=pl.String),
        "city": pl.Series(np.where(abroad & ~known, "FARPORT", cities[owners]).tolist(), dtype=pl.String),
        "asn": pl.Series(asn),
        "geo": pl.Series(np.where(abroad & ~known, _COUNTRIES[far % len(_COUNTRIES)], "CN").tolist()),
    }


def _web(
    volume: Volume, token: npt.NDArray[np.uint64], domain: pl.Series, address: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """Return host and path of websites and downloads: own or a stranger's name; half the downloads by address."""
    frame = pl.DataFrame({"n": mix(token, 26) % np.uint64(1_000_000), "domain": domain, "address": address})
    if volume.shape not in ("website", "download"):
        empty = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
        return empty, empty
    named = pl.format("www.{}", pl.coalesce("domain", pl.format("shop-{}.example", "n")))
    host = named if volume.shape == "website" else pl.when(pl.col("n") % 2 == 0).then("address").otherwise(named)
    ending = "index.php" if volume.shape == "website" else "update.bin?key=nevkept-query"
    frame = frame.select(host.alias("host"), pl.format("/{}/{}", "n", pl.lit(ending)).alias("path"))
    return frame["host"], frame["path"]


def seen_on(exposures: pl.DataFrame, day: int) -> pl.DataFrame:
    """Return the exposures that the report of a day shows."""
    token = exposures["token"].to_numpy()
    opened, closed = exposures["opened"].to_numpy(), exposures["closed"].to_numpy()
    lucky = shares(token ^ np.uint64(day * 7919), 27) < SEEN
    # The first and the last sight are never missed, so that "opens on" and "gone from" mean what they say.
    edge = (opened == day) | (closed == day + 1)
    mask = (opened <= day) & (day < closed) & (lucky | edge | exposures["sure"].to_numpy())
    return exposures.filter(pl.Series(mask))


def flood(volume: Volume, land: Ground, seed: int, rows: int, used: pl.Series) -> pl.DataFrame:
    """Make exposures of one day, the Monday, at addresses not in `used`."""
    span = Lives(np.full(rows * 2, LAST), np.full(rows * 2, DAYS))
    candidates = table(volume, land, seed, span, "flood").filter(~pl.col("address").is_in(used.implode()))
    owned = round(rows * OWNED)
    return pl.concat(
        [
            candidates.filter(pl.col("owner").is_not_null()).head(owned),
            candidates.filter(pl.col("owner").is_null()).head(rows - owned),
        ]
    )
