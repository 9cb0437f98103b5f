"""Operations on the gate."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from tocsin.access.permissions import require
from tocsin.findings import services
from tocsin.findings.api.desk_shapes import (
    DecidedOut,
    GateModeGiven,
    GateModeOut,
    GroupInFull,
    GroupOut,
    ReasonGiven,
    VersionMade,
)
from tocsin.findings.api.shapes import Id, Sentence, caller
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries import gate as queries
from tocsin.findings.queries.policies import GateRow, gate_rows
from tocsin.findings.rules.deciding import Decision

router = Router(tags=["findings"])


@router.get("/gate", response=list[GroupOut])
def list_held_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """List what waits for a person, the worst first."""
    return [_group(row) for row in queries.held_groups(actor=caller(request))]


@router.get("/gate/decided", response=list[GroupOut])
def list_decided_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """List what was decided in the last seven days, the newest first."""
    return [_group(row) for row in queries.decided_groups(actor=caller(request), now=timezone.now())]


@router.get("/gate/modes", response=list[GateModeOut])
def list_gate_modes(request: HttpRequest) -> list[GateRow]:
    """List what the desk has set for problems; for all others the catalogue decides."""
    actor = caller(request)
    require(actor, FindingPermission.SEE_DESK_SIDE)
    return list(gate_rows(actor=actor))


@router.put("/gate/modes", response=VersionMade)
def set_gate_mode(request: HttpRequest, given: GateModeGiven) -> dict[str, int]:
    """Set what the gate does with new findings of a problem."""
    version = services.set_gate_mode(
        actor=caller(request),
        problem=given.problem,
        source=given.source,
        mode=given.mode,
        reason=given.reason,
        now=timezone.now(),
    )
    return {"version": version}


@router.get("/gate/{group_id}", response=GroupInFull)
def show_group(request: HttpRequest, group_id: Id) -> dict[str, Any]:
    """Show one group with twenty of its findings, from as many owners as there are."""
    found = queries.held_group(actor=caller(request), group_id=group_id, now=timezone.now())
    return {"group": _group(found.group), "sample": list(found.sample)}


@router.post("/gate/{group_id}/{decision}", response=DecidedOut)
def decide_group(request: HttpRequest, group_id: Id, decision: Decision, given: ReasonGiven) -> services.Decided:
    """Send, hold or drop a group; dropping needs a reason."""
    return services.decide_group(
        actor=caller(request), group_id=group_id, decision=decision, reason=given.reason, now=timezone.now()
    )


def _group(row: queries.HeldRow) -> dict[str, Any]:
    names = (
        "id",
        "source",
        "report_type",
        "report_id",
        "problem",
        "rows_today",
        "rows_usual",
        "held_at",
        "decision",
        "decided_at",
        "decided_by",
        "reason",
        "findings",
        "owners",
        "critical_owners",
        "sectors",
    )
    return {
        **{name: getattr(row, name) for name in names},
        "why": Sentence.of(row.why),
        "severity": row.severity.word if row.severity is not None else None,
    }
