"""What a change of assets makes due in the parts above: findings ask again whose they are."""

from collections.abc import Collection

from django.db.models import Q

from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.registry.models import Asset
from tocsin.registry.rules import ATTRIBUTING, AssetKind
from tocsin.registry.surroundings import around

#: The task that the findings app declares; its argument: whose findings may have another owner now, null: everyone's.
REATTRIBUTE = "findings.reattribute"
#: Changed assets beyond which looking for neighbours costs more than asking everyone.
MANY = 2_000


def reattribute(*, actor: Actor, things: Collection[tuple[str, str]], organisation_ids: Collection[int]) -> None:
    """Let findings be attributed anew: those of the owners of what changed, and of whoever holds what lies around it.

    Args:
        things: kind and canonical value of the assets that changed.
        organisation_ids: their owners, before and after.
    """
    if len(things) > MANY:
        later(REATTRIBUTE, organisation_ids=None)
        return
    affected = set(organisation_ids)
    values = {one for kind, value in things for one in around(kind, value)}
    holders = Asset.objects.visible_to(actor).filter(state__in=ATTRIBUTING)
    # An AS number covers what it announces, which nobody here knows: whoever holds one may lose something.
    holders = holders.filter(Q(value__in=values) | Q(kind=AssetKind.ASN))
    affected.update(holders.order_by().values_list("organisation_id", flat=True).distinct())
    later(REATTRIBUTE, organisation_ids=sorted(affected))
