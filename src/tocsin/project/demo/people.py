"""Makes the accounts of the cast, and the token of the demo's API."""

from datetime import datetime

from tocsin.access.permissions import Role
from tocsin.accounts.services import create_person, create_token
from tocsin.kernel.actor import Actor
from tocsin.project.demo.cast import CAST
from tocsin.registry.models import Organisation

TOKEN_DAYS = 3650


def make_accounts(*, actor: Actor, now: datetime) -> str:
    """Make the accounts and a token that reads and writes as an analyst. Returns the token's secret."""
    ids = dict(
        Organisation.objects.visible_to(actor)
        .filter(code__in=[one.organisation for one in CAST if one.organisation])
        .values_list("code", "pk")
    )
    for one in CAST:
        create_person(
            actor=actor,
            email=one.email,
            name=one.name,
            password=one.password,
            role=one.role,
            organisation_id=ids[one.organisation] if one.organisation else None,
            language=one.language,
            now=now,
        )
    _, secret = create_token(
        actor=actor, name="Demo", role=Role.ANALYST, organisation_id=None, days=TOKEN_DAYS, now=now
    )
    return secret
