"""One report file of one day: exposures in, the columns of the report type out."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from bench.province.details import details
from bench.province.files import arrange, timestamps
from bench.province.volumes import VOLUME, Volume

#: Every row of a file dated D lies in the first hour (UTC) of D: 08:00 to 09:00 in Linjiang, before the desk opens.
WINDOW_S = 3_600
_SINKHOLE, _HONEYPOT = "198.19.255.80", "198.19.255.22"
_SINKHOLE_SIX = "2001:db8:ffff::80"
_MOST_HITS = 3


def _constant(value: str | int | None, height: int) -> pl.Series:
    return pl.Series([value] * height, dtype=pl.Int64 if isinstance(value, int) else pl.String)


def _place(seen: pl.DataFrame, prefix: str = "") -> dict[str, pl.Series]:
    region = seen.select(pl.when(pl.col("geo") == "CN").then(pl.lit("LINJIANG")).otherwise(pl.lit("FAR")).alias("r"))[
        "r"
    ]
    return {
        f"{prefix}asn": seen["asn"],
        f"{prefix}geo": seen["geo"],
        f"{prefix}region": region,
        f"{prefix}city": seen["city"],
        f"{prefix}sector": seen["sector"],
    }


def _pointer(seen: pl.DataFrame) -> dict[str, pl.Series]:
    source = seen.select(pl.when(pl.col("hostname").is_not_null()).then(pl.lit("ptr")).alias("s"))["s"]
    return {"hostname": seen["hostname"], "hostname_source": source}


def _scan(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    del random
    return {
        "ip": seen["address"],
        "protocol": _constant(volume.protocol, seen.height),
        "port": seen["port"],
        **_place(seen),
        **_pointer(seen),
    }


def _source(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    """Return the source side of an event; the source port is another each time."""
    return {
        "src_ip": seen["address"],
        "src_port": pl.Series(random.integers(1024, 65_536, size=seen.height)),
        "src_hostname": seen["hostname"],
        **_place(seen, "src_"),
        "protocol": _constant(volume.protocol, seen.height),
        "dst_port": seen["port"],
        "dst_asn": _constant(65551, seen.height),
        "event_id": pl.Series(random.integers(1 << 40, 1 << 41, size=seen.height)),
    }


def _infection(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    sinkhole = _SINKHOLE_SIX if volume.report_type.startswith("event6") else _SINKHOLE
    return {
        **_source(volume, seen, random),
        "dst_ip": _constant(sinkhole, seen.height),
        "infection": seen["family"],
        "family": seen["family"],
        "tag": seen["family"],
        "http_host": seen.select(pl.format("c2-{}.example", "family").alias("h"))["h"],
    }


def _attack(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    return {**_source(volume, seen, random), "dst_ip": _constant(_HONEYPOT, seen.height)}


def _website(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    del volume, random
    return {
        "ip": seen["address"],
        "port": seen["port"],
        **_place(seen),
        **_pointer(seen),
        "http_host": seen["host"],
        "url": seen["path"],
    }


def _download(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    del volume, random
    url = seen.select(pl.format("http://{}{}", "host", "path").alias("u"))["u"]
    return {"url": url, "host": seen["host"], "ip": seen["address"], **_place(seen)}


def _listed(volume: Volume, seen: pl.DataFrame, random: np.random.Generator) -> dict[str, pl.Series]:
    del volume, random
    return {"ip": seen["address"], **_place(seen), **_pointer(seen)}


_SHAPES: dict[str, Callable[[Volume, pl.DataFrame, np.random.Generator], dict[str, pl.Series]]] = {
    "scan": _scan,
    "infection": _infection,
    "attack": _attack,
    "website": _website,
    "download": _download,
    "listed": _listed,
}


def report(report_type: str, seen: pl.DataFrame, day: date, random: np.random.Generator) -> pl.DataFrame:
    """Return the rows of one file, in order of time; an infection may hit up to three times a day."""
    volume = VOLUME[report_type]
    if volume.shape == "infection" and seen.height:
        hits = random.integers(1, _MOST_HITS + 1, size=seen.height)
        seen = seen[np.repeat(np.arange(seen.height), hits)]
    height = seen.height
    seen = seen[random.permutation(height)]
    columns = {
        **details(report_type, seen["token"].to_numpy()),
        **_SHAPES[volume.shape](volume, seen, random),
        "severity": _constant(volume.severity, height),
        "timestamp": timestamps(day, np.sort(random.integers(0, WINDOW_S, size=height))),
    }
    return arrange(report_type, columns, height)
