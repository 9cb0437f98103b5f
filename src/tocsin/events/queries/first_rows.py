"""The first rows of a report, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tocsin.access.permissions import require
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.archive import events_of_report
from tocsin.events.schemas import Flag
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.registry.models import Organisation

FIRST_ROWS = 20


class Became(StrEnum):
    """What became of one row."""

    FINDING = "finding"
    #: It has an owner, and opened nothing: the owner has changed since, or it names nothing to sit on.
    LISTED = "listed"
    CONFLICT = "conflict"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class FirstRow:
    """One row of a report, and what became of it."""

    row: int
    line: int
    observed_at: datetime
    problem: str
    subject: str
    port: int | None
    transport: str | None
    #: Host name of unknown source.
    ptr: str | None
    asn: int | None
    country: str | None
    severity: Severity | None
    flags: tuple[Flag, ...]
    became: Became
    #: The owner; empty without one.
    name_en: str
    name_zh: str
    organisation_id: int | None
    attributed_by: str | None
    #: Public id of the finding; empty without one.
    finding: str


def first_rows(*, actor: Actor, report_id: int, limit: int = FIRST_ROWS) -> tuple[FirstRow, ...]:
    """Give the first events of a report in the order of its file, with what became of each.

    Raises:
        NotAllowed: the actor may not see reports.
        ArchiveDamaged: the archive's file cannot be read.
    """
    require(actor, EventPermission.SEE)
    events = events_of_report(actor=actor, report_id=report_id, limit=limit).to_dicts()
    identities = [UUID(event["identity"]) for event in events if event["identity"]]
    findings = {
        (row.identity.hex, row.organisation_id): row
        for row in Finding.objects.visible_to(actor).filter(identity__in=identities).order_by("episode")
    }
    owners = {event["organisation_id"] for event in events} - {None}
    names = {row.pk: row for row in Organisation.objects.visible_to(actor).filter(pk__in=owners)}
    return tuple(_first(event, findings, names) for event in events)


def _first(
    event: Mapping[str, Any], findings: Mapping[tuple[str, int], Finding], names: Mapping[int, Organisation]
) -> FirstRow:
    owner = event["organisation_id"]
    finding = findings.get((event["identity"], owner))
    if finding is not None:
        became = Became.FINDING
    elif owner is not None:
        became = Became.LISTED
    else:
        became = Became.CONFLICT if event["conflict"] else Became.NOBODY
    name = names.get(owner) if owner is not None else None
    return FirstRow(
        row=event["row"],
        line=event["line"],
        observed_at=event["observed_at"],
        problem=event["problem"],
        subject=event["subject"] or "",
        port=event["port"],
        transport=event["transport"],
        ptr=event["ptr"],
        asn=event["asn"],
        country=event["country"],
        severity=Severity(event["row_severity"]) if event["row_severity"] is not None else None,
        flags=tuple(flag for flag in Flag if event["flags"] & flag),
        became=became,
        name_en=name.name_en if name is not None else "",
        name_zh=name.name_zh if name is not None else "",
        organisation_id=owner,
        attributed_by=event["attributed_by"],
        finding=finding.public_id if finding is not None else "",
    )
