"""What lies around a thing: the values that would hold it if it were not registered itself. Pure."""

import ipaddress
from collections.abc import Iterator

from tocsin.registry.rules import BROADEST, AssetKind

_WEB = ("http", "https", "ws", "wss")


def around(kind: str, value: str) -> Iterator[str]:
    """Give the canonical values that may hold a canonical asset: itself, and all that is less specific.

    What announces a prefix (AS numbers) is not known here.
    """
    yield value
    if kind == AssetKind.PREFIX:
        network = ipaddress.ip_network(value)
        for bits in range(BROADEST[network.version], network.prefixlen):
            yield str(network.supernet(new_prefix=bits))
    elif kind in {AssetKind.HOST, AssetKind.DOMAIN}:
        labels = value.split(".")
        yield from (".".join(labels[place:]) for place in range(1, len(labels)))
    elif kind == AssetKind.URL:
        yield from _around_url(value)


def _around_url(value: str) -> Iterator[str]:
    scheme, _, rest = value.partition("://")
    place, *folders = rest.rstrip("/").split("/")
    # A URL owns its place whichever way it is fetched (`attribution.names.url_key`).
    schemes = _WEB if scheme in _WEB else (scheme,)
    for depth in range(len(folders) + 1):
        path = "/".join((place, *folders[:depth]))
        yield from (f"{one}://{path}{end}" for one in schemes for end in ("", "/"))
    host = place.rpartition("]")[0].removeprefix("[") if place.startswith("[") else place.partition(":")[0]
    try:
        yield from around(AssetKind.PREFIX, str(ipaddress.ip_network(host)))
    except ValueError:
        yield from around(AssetKind.HOST, host)
