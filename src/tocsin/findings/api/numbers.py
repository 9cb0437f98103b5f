"""Operations that count."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tocsin.findings.api.desk_shapes import CountOut, DayOut, LateOut, OverviewOut, PlaceOut
from tocsin.findings.api.shapes import caller
from tocsin.findings.queries import counts

router = Router(tags=["findings"])


@router.get("/findings/overview", response=OverviewOut)
def show_overview(request: HttpRequest) -> dict[str, Any]:
    """Count what is open, late, claimed, verified."""
    found = counts.overview(actor=caller(request), now=timezone.now())
    names = (
        "open",
        "open_week_ago",
        "overdue",
        "overdue_critical",
        "claimed",
        "disputed",
        "verified",
        "median_days_to_fix",
        "remediation_share",
    )
    return {
        **{name: getattr(found, name) for name in names},
        "by_severity": {step.word: count for step, count in found.by_severity.items()},
    }


@router.get("/findings/places", response=list[PlaceOut])
def count_by_place(request: HttpRequest) -> list[counts.Place]:
    """Count open findings by sector and region."""
    return list(counts.by_place(actor=caller(request), now=timezone.now()))


@router.get("/findings/trend", response=list[DayOut])
def show_trend(request: HttpRequest, days: Annotated[int, Query(ge=1, le=366)] = 30) -> list[counts.DayCount]:
    """Count what opened and closed day by day, today last."""
    return list(counts.trend(actor=caller(request), now=timezone.now(), days=days))


@router.get("/findings/late", response=list[LateOut])
def list_late(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[dict[str, Any]]:
    """List what is late by harm, an entry for each owner and problem."""
    return [
        {
            "finding": late.row,
            "days_late": late.days_late,
            "together": late.together,
            "said": late.said,
            "said_at": late.said_at,
        }
        for late in counts.overdue_by_harm(actor=caller(request), now=timezone.now(), limit=limit)
    ]


@router.get("/findings/organisations", response=list[CountOut])
def count_by_organisation(
    request: HttpRequest, organisation_id: Annotated[list[int], Query(max_length=500)]
) -> list[dict[str, Any]]:
    """Count for some organisations; those out of sight, and those with nothing open, are left out."""
    found = counts.organisation_counts(
        actor=caller(request),
        organisation_ids=[one for one in organisation_id if 0 < one < 2**63],
        now=timezone.now(),
    )
    return [
        {
            "organisation_id": row.organisation_id,
            "open": row.open,
            "overdue": row.overdue,
            "worst": row.worst.word if row.worst is not None else None,
        }
        for row in found.values()
    ]
