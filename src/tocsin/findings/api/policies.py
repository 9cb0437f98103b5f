"""Operations on the deadlines."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from tocsin.findings import services
from tocsin.findings.api.desk_shapes import DeadlinesGiven, DeadlinesToPreview, EffectOut, VersionMade, VersionOut
from tocsin.findings.api.shapes import caller
from tocsin.findings.queries.policies import Version, deadline_versions, preview_deadlines
from tocsin.findings.rules import DeadlineRow

router = Router(tags=["findings"])


@router.get("/policies/deadlines", response=list[VersionOut])
def list_deadlines(request: HttpRequest) -> list[Version]:
    """List the versions of the deadlines, newest first, the preset (0) last."""
    return list(deadline_versions(actor=caller(request)))


@router.post("/policies/deadlines/preview", response=list[EffectOut])
def preview(request: HttpRequest, given: DeadlinesToPreview) -> list[dict[str, Any]]:
    """Say what a table would change for what is open now. Nothing is written."""
    effects = preview_deadlines(actor=caller(request), rows=[one.row() for one in given.rows], now=timezone.now())
    return [
        {
            "severity": effect.severity.word,
            "tier": effect.tier,
            "critical": effect.critical,
            "before": _spelled(effect.before),
            "after": _spelled(effect.after),
            "waiting": effect.waiting,
            "running": effect.running,
        }
        for effect in effects
    ]


@router.post("/policies/deadlines", response={201: VersionMade})
def change_deadlines(request: HttpRequest, given: DeadlinesGiven) -> Status[dict[str, int]]:
    """Add a version. Clocks that run keep the deadline they have."""
    now = timezone.now()
    version = services.change_deadlines(
        actor=caller(request),
        rows=[one.row() for one in given.rows],
        source=given.source,
        checked_on=given.checked_on,
        effective_at=given.effective_at or now,
        seen_version=given.seen_version,
        now=now,
    )
    return Status(201, {"version": version})


def _spelled(row: DeadlineRow | None) -> str | None:
    return f"{row.amount} {row.unit}" if row is not None else None
