"""Rows that are nobody's, counted by network and country: whose they may be, and what is missing in the registry."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count as Counted
from django.db.models import Q, QuerySet, Sum

from tocsin.access.permissions import require
from tocsin.events.models import StrangerCount
from tocsin.events.permissions import EventPermission
from tocsin.kernel.actor import Actor

#: Groups shown: beyond these nobody reads on, and filters cut better.
MOST_GROUPS = 100


class By(StrEnum):
    """What the rows are counted by."""

    ASN = "asn"
    NETWORK = "network"
    COUNTRY = "country"


class WhyNobody(StrEnum):
    """Why a row is nobody's."""

    #: Nobody in the registry owns what was seen.
    NONE = "none"
    #: Two owners are equally specific; none was chosen.
    CONFLICT = "conflict"
    #: Its owner then is not its owner now.
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True)
class StrangerFilters:
    """What is counted; null and empty cut nothing."""

    source_id: int | None = None
    report_type: str = ""
    #: Days that the reports speak of, both included.
    since: date | None = None
    until: date | None = None
    why: WhyNobody | None = None
    asn: int | None = None
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class StrangerGroup:
    """Rows of one network, AS or country."""

    #: Null: no AS number was given; or not counted by it.
    asn: int | None
    #: Empty likewise.
    network: str
    country: str
    rows: int
    #: Reports with such rows.
    reports: int
    #: Networks that the rows lie in.
    networks: int


@dataclass(frozen=True, kw_only=True)
class Strangers:
    """What is nobody's."""

    by: By
    #: Most rows first, at most `MOST_GROUPS`.
    groups: tuple[StrangerGroup, ...]
    #: How many groups there are.
    total_groups: int
    rows: int
    #: Why -> rows, whatever `why` is filtered by.
    reasons: dict[WhyNobody, int]


def list_strangers(*, actor: Actor, filters: StrangerFilters, by: By = By.ASN) -> Strangers:
    """Count the rows without a constituent. Three queries.

    Raises:
        NotAllowed: the actor may not see reports.
    """
    require(actor, EventPermission.SEE)
    counted = _found(actor, filters)
    reasons = {WhyNobody(why): rows for why, rows in counted.values_list("why").annotate(total=Sum("rows"))}
    if filters.why is not None:
        counted = counted.filter(why=filters.why)
    groups = counted.values(by.value).annotate(
        total=Sum("rows"), reports=Counted("report", distinct=True), networks=Counted("network", distinct=True)
    )
    return Strangers(
        by=by,
        groups=tuple(
            StrangerGroup(
                asn=group.get("asn"),
                network=group.get("network", ""),
                country=group.get("country", ""),
                rows=group["total"],
                reports=group["reports"],
                networks=group["networks"],
            )
            for group in groups.order_by("-total", by.value)[:MOST_GROUPS]
        ),
        total_groups=counted.values(by.value).distinct().count(),
        rows=reasons.get(filters.why, 0) if filters.why is not None else sum(reasons.values()),
        reasons=reasons,
    )


def _found(actor: Actor, filters: StrangerFilters) -> "QuerySet[StrangerCount]":
    wanted = Q()
    if filters.source_id is not None:
        wanted &= Q(report__source_id=filters.source_id)
    if filters.report_type:
        wanted &= Q(report__report_type=filters.report_type)
    if filters.since is not None:
        wanted &= Q(report__period__gte=filters.since)
    if filters.until is not None:
        wanted &= Q(report__period__lte=filters.until)
    if filters.asn is not None:
        wanted &= Q(asn=filters.asn)
    if filters.country:
        wanted &= Q(country=filters.country.upper())
    return StrangerCount.objects.visible_to(actor).filter(wanted).order_by()
