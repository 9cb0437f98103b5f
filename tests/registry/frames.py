"""Assets and events of the attribution tests as frames."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from tests.registry.reference import Asset, Event

MOMENT = pl.Datetime("us", "UTC")
ASSETS = {
    "asset_id": pl.Int64,
    "organisation_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "valid_from": MOMENT,
    "valid_until": MOMENT,
}
SIGN = 1 << 63


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def halves(address: str | None) -> tuple[int | None, int | None]:
    """Split an address into the two signed halves of the NORMAL frame."""
    if address is None:
        return None, None
    parsed = ipaddress.ip_address(address)
    number = int(parsed) + (0xFFFF << 32 if parsed.version == 4 else 0)
    return (number >> 64) - SIGN, (number & (2 * SIGN - 1)) - SIGN


def asset_frame(assets: Sequence[Asset]) -> pl.DataFrame:
    return pl.DataFrame([vars(asset) for asset in assets], schema=ASSETS)


def event_frame(events: Sequence[Event]) -> pl.DataFrame:
    rows = [
        {
            "ip_hi": halves(event.address)[0],
            "ip_lo": halves(event.address)[1],
            "host": event.host,
            "url": event.url,
            "asn": event.asn,
            "observed_at": event.observed_at,
        }
        for event in events
    ]
    schema = {"ip_hi": pl.Int64, "ip_lo": pl.Int64, "host": pl.String, "url": pl.String, "asn": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"observed_at": MOMENT})
