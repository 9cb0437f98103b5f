"""What a list of findings is cut down to, as a condition; the same for pages, the API and exports."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from tocsin.findings.models import Finding, Sighting
from tocsin.findings.queries.statuses import status_condition
from tocsin.findings.rules import Status
from tocsin.findings.rules.clocks import NOT_THE_OWNERS_DELAY
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode

_PUBLIC_ID = re.compile(r"([0-9a-f]{32})(?:-([0-9]{1,5}))?")


class Group(StrEnum):
    """Statuses that are looked for together."""

    #: Neither closed nor waiting at the gate.
    OPEN = "open"
    CLOSED = "closed"
    #: Everything.
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class FindingFilters:
    """What a list is cut down to; null and empty cut nothing. A status wins over the group."""

    #: An address, a network, a part of a host or URL, or a public id.
    search: str = ""
    group: Group = Group.OPEN
    organisation_id: int | None = None
    problem: str = ""
    severity: Severity | None = None
    status: Status | None = None
    overdue: bool = False
    source: str = ""
    sector: str = ""
    region: str = ""
    gate: GateMode | None = None


def found(*, actor: Actor, filters: FindingFilters, now: datetime) -> QuerySet[Finding]:
    """Give the findings that the actor sees and the filters keep, not ordered."""
    rows = Finding.objects.visible_to(actor).filter(_standing(filters))
    if filters.search.strip():
        rows = rows.filter(_search(filters.search.strip()))
    equal = {
        "organisation_id": filters.organisation_id,
        "problem": filters.problem or None,
        "severity": filters.severity,
        "gate": filters.gate,
        "organisation__sector__code": filters.sector or None,
        "organisation__region__code": filters.region or None,
    }
    rows = rows.filter(**{name: value for name, value in equal.items() if value is not None})
    if filters.source:
        seen = Sighting.objects.visible_to(actor).filter(finding=OuterRef("pk"), source=filters.source)
        rows = rows.filter(Exists(seen))
    return rows.filter(overdue_condition(now)) if filters.overdue else rows


def overdue_condition(now: datetime) -> Q:
    """Give the condition of findings whose owner is late (`rules.clocks.overdue`)."""
    return Q(closing__isnull=True, due_at__lt=now) & ~status_condition(NOT_THE_OWNERS_DELAY)


def _standing(filters: FindingFilters) -> Q:
    if filters.status is not None:
        return status_condition([filters.status])
    return {
        # Inventory is under "all": it is nothing that anybody must do something about.
        Group.OPEN: Q(coordinator="open") & ~Q(telling="inventory"),
        Group.CLOSED: Q(closing__isnull=False),
        Group.ALL: Q(),
    }[filters.group]


def _search(text: str) -> Q:
    """Read what was typed: the narrowest meaning that it can have."""
    identity = _PUBLIC_ID.fullmatch(text.lower())
    if identity is not None:
        episode = {"episode": int(identity[2])} if identity[2] else {}
        return Q(identity=UUID(identity[1]), **episode)
    try:
        if "/" in text:
            network = ipaddress.ip_network(text, strict=False)
            within = RawSQL("findings_finding.address <<= %s::inet", [str(network)], output_field=BooleanField())
            return Q(within)
        return Q(address=str(ipaddress.ip_address(text)))
    except ValueError:
        return Q(subject__icontains=text)
