"""Makes and changes sources."""

from datetime import datetime

from django.db import transaction

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.audit.trail import record
from tocsin.events.errors import NoSuchSource
from tocsin.events.models import Source
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import GateMode

_FIELDS = ("provider", "tlp", "reliability", "gate", "coverage_mode", "expected_every_h")


def find_or_make(*, actor: Actor, name: str, format_name: str, now: datetime, using: str = INGEST) -> Source:
    """Give the source of that name, making it with careful defaults when it is new."""
    require(actor, EventPermission.TAKE_IN)
    with transaction.atomic(using=using):
        source, made = (
            Source.objects.using(using)
            .visible_to(actor)
            .get_or_create(
                name=name, defaults={"format": format_name, "provider": name, "tlp": Tlp.AMBER.value, "created_at": now}
            )
        )
        if made:
            record(
                actor=actor,
                action="events.make_source",
                target_kind="source",
                target_id=source.pk,
                at=now,
                after={"name": name, "format": format_name},
                using=using,
            )
        return source


def change_source(
    *,
    actor: Actor,
    source_id: int,
    provider: str,
    tlp: Tlp,
    reliability: str,
    gate: GateMode,
    coverage_mode: str,
    expected_every_h: int | None,
    now: datetime,
) -> Source:
    """Change what a source means.

    Raises:
        NoSuchSource: there is none that the actor may see.
    """
    require(actor, EventPermission.MANAGE_SOURCES)
    with transaction.atomic():
        source = Source.objects.visible_to(actor).select_for_update().filter(pk=source_id).first()
        if source is None:
            raise NoSuchSource
        before = {name: getattr(source, name) for name in _FIELDS}
        source.provider, source.tlp, source.reliability = provider, tlp.value, reliability
        source.gate, source.coverage_mode, source.expected_every_h = gate.value, coverage_mode, expected_every_h
        source.save(update_fields=list(_FIELDS))
        record(
            actor=actor,
            action="events.change_source",
            target_kind="source",
            target_id=source.pk,
            at=now,
            before=before,
            after={name: getattr(source, name) for name in _FIELDS},
        )
        return source
