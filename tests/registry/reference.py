"""A slow, obvious attribution: every event against every asset, for comparison with the vectorised one."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

WEB = {"http", "https", "ws", "wss"}
LEVELS = ["asn", "prefix", "domain", "host", "url"]


@dataclass(frozen=True, kw_only=True)
class Asset:
    asset_id: int
    organisation_id: int
    kind: str
    value: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    observed_at: datetime | None
    address: str | None = None
    host: str | None = None
    url: str | None = None
    asn: int | None = None


def owner(event: Event, assets: list[Asset]) -> tuple[int | None, int | None, str | None, bool]:
    """Return organisation, asset, level and conflict."""
    if event.observed_at is None:
        return None, None, None, False
    fits = [
        (specificity, asset)
        for asset in assets
        if _held(asset, event.observed_at) and (specificity := _specificity(event, asset)) is not None
    ]
    if not fits:
        return None, None, None, False
    best = max(specificity for specificity, _ in fits)
    equals = [asset for specificity, asset in fits if specificity == best]
    if len({asset.organisation_id for asset in equals}) > 1:
        return None, None, None, True
    first = min(equals, key=lambda asset: asset.asset_id)
    return first.organisation_id, first.asset_id, first.kind, False


def _held(asset: Asset, moment: datetime) -> bool:
    begun = asset.valid_from is None or asset.valid_from <= moment
    return begun and (asset.valid_until is None or moment < asset.valid_until)


def _specificity(event: Event, asset: Asset) -> tuple[int, int] | None:
    level = LEVELS.index(asset.kind)
    size = {"url": _url, "host": _host, "domain": _domain, "prefix": _prefix, "asn": _asn}[asset.kind](event, asset)
    return None if size is None else (level, size)


def _url(event: Event, asset: Asset) -> int | None:
    if event.url is None:
        return None
    held, seen = urlsplit(asset.value), urlsplit(event.url)
    same_scheme = held.scheme == seen.scheme or {held.scheme, seen.scheme} <= WEB
    if not same_scheme or held.netloc != seen.netloc:
        return None
    path, place = held.path.rstrip("/"), seen.path.rstrip("/")
    return len(path) if place == path or place.startswith(path + "/") else None


def _host(event: Event, asset: Asset) -> int | None:
    return 0 if event.host == asset.value else None


def _domain(event: Event, asset: Asset) -> int | None:
    if event.host is None or not (event.host == asset.value or event.host.endswith("." + asset.value)):
        return None
    return len(asset.value)


def _prefix(event: Event, asset: Asset) -> int | None:
    network = ipaddress.ip_network(asset.value)
    if event.address is None or ipaddress.ip_address(event.address) not in network:
        return None
    return network.prefixlen


def _asn(event: Event, asset: Asset) -> int | None:
    return 0 if event.asn is not None and asset.value == f"AS{event.asn}" else None
