"""What a change of assets makes due in the parts above: findings ask again whose they are."""

import ipaddress
from collections.abc import Collection, Iterator

from django.db.models import Q

from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.registry.models import Asset
from tocsin.registry.rules import ATTRIBUTING, BROADEST, AssetKind

#: The task that the findings app declares; its argument: whose findings may have another owner now.
REATTRIBUTE = "findings.reattribute"
#: Changed assets beyond which looking for neighbours costs more than asking everyone.
MANY = 2_000
_WEB = ("http", "https", "ws", "wss")


def reattribute(*, actor: Actor, things: Collection[tuple[str, str]], organisation_ids: Collection[int]) -> None:
    """Let findings be attributed anew: those of the owners of what changed, and of whoever holds what lies around it.

    Args:
        things: kind and canonical value of the assets that changed.
        organisation_ids: their owners, before and after.
    """
    affected = set(organisation_ids)
    holders = Asset.objects.visible_to(actor).filter(state__in=ATTRIBUTING)
    if len(things) <= MANY:
        values = {around for kind, value in things for around in _around(kind, value)}
        # An AS number covers what it announces, which nobody here knows: whoever holds one may lose something.
        holders = holders.filter(Q(value__in=values) | Q(kind=AssetKind.ASN))
    affected.update(holders.order_by().values_list("organisation_id", flat=True).distinct())
    if affected:
        later(REATTRIBUTE, organisation_ids=sorted(affected))


def _around(kind: str, value: str) -> Iterator[str]:
    """Give the values that may have held a thing before it was registered: itself, and all that is less specific."""
    yield value
    if kind == AssetKind.PREFIX:
        network = ipaddress.ip_network(value)
        yield from (
            str(network.supernet(new_prefix=bits)) for bits in range(BROADEST[network.version], network.prefixlen)
        )
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
        yield from _around(AssetKind.PREFIX, str(ipaddress.ip_network(host)))
    except ValueError:
        yield from _around(AssetKind.HOST, host)
