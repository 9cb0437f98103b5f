"""Writes the trail; called once by every service, in the service's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connections
from psycopg import sql
from psycopg.types.json import Jsonb

from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor


def record(
    *,
    actor: Actor,
    action: str,
    target_kind: str,
    target_id: object,
    at: datetime,
    organisation_id: int | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
    using: str = "default",
) -> None:
    """Add one entry.

    Args:
        action: `<app>.<verb>`, stable.
        before: what changed, as it was; JSON values only, never a secret.
        after: the same fields as they are now.
        using: the database alias of the transaction that this belongs to.
    """
    fields: dict[str, Any] = {
        "at": at,
        "actor_kind": str(actor.kind),
        "actor_id": actor.id,
        "actor_label": actor.label,
        "address": actor.address,
        "action": action,
        "target_kind": target_kind,
        "target_id": str(target_id),
        "organisation_id": organisation_id,
        "before": Jsonb(dict(before)) if before is not None else None,
        "after": Jsonb(dict(after)) if after is not None else None,
        "reason": reason,
    }
    # Not through the ORM: its RETURNING would need the right to read the trail, which most who write it lack.
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(AuditEntry._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, fields)),
        sql.SQL(", ").join([sql.Placeholder()] * len(fields)),
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement, list(fields.values()))
