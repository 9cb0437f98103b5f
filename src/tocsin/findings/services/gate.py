"""Decides about what the gate holds, group by group, and sets what it does with a problem."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.catalogue.rules import CODE
from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.models import Finding, HeldGroup, Policy
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.rules import Closing, Context, Coordinator, Machine, Owner, Sides, Telling, follow
from tocsin.findings.rules.deciding import Decision
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict, Invalid, NotFound
from tocsin.kernel.words import GateMode, Kind

_SIDES = ("kind", "machine", "owner", "coordinator", "closing", "telling")
_APPLY = """
WITH changed AS (
    UPDATE findings_finding f
    SET coordinator = c.coordinator_after, telling = c.telling_after, changed_at = %(now)s
    FROM unnest(%(kinds)s::text[], %(machines)s::text[], %(owners)s::text[], %(coordinators)s::text[],
                %(tellings)s::text[], %(coordinators_after)s::text[], %(tellings_after)s::text[])
         AS c (kind, machine, owner, coordinator, telling, coordinator_after, telling_after)
    WHERE f.held_group_id = %(group)s AND f.closing IS NULL AND f.kind = c.kind AND f.machine = c.machine
      AND f.owner = c.owner AND f.coordinator = c.coordinator AND f.telling = c.telling
    RETURNING f.id, f.organisation_id, c.coordinator, c.coordinator_after
), told AS (
    INSERT INTO findings_findingchange (finding_id, organisation_id, at, side, action, before, after, actor_kind,
                                        actor_label, reason, desk_only)
    SELECT id, organisation_id, %(now)s, 'coordinator', %(action)s, coordinator, coordinator_after, %(actor_kind)s,
           %(actor_label)s, %(reason)s, true
    FROM changed
)
SELECT count(*), count(DISTINCT organisation_id) FROM changed
"""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a decision did."""

    findings: int
    owners: int


def decide_group(*, actor: Actor, group_id: int, decision: Decision, reason: str, now: datetime) -> Decided:
    """Send, drop or go on holding a group, in a few statements whatever its size.

    `hold` on a group that was sent takes back what no notice has told yet; `send` on one that was dropped sends it.

    Raises:
        NotAllowed: the actor may not decide at the gate.
        NotFound: the actor sees no such group.
        ActionNotAllowed: dropping needs a reason.
    """
    require(actor, FindingPermission.DECIDE_AT_GATE)
    with transaction.atomic():
        group = HeldGroup.objects.visible_to(actor).select_for_update().filter(pk=group_id).first()
        if group is None:
            raise NotFound
        before = group.decision
        done = _apply(actor, group, decision, reason.strip(), now)
        group.decision = decision.word
        group.decided_at = now if decision.word is not None else None
        group.decided_by, group.reason = actor.label, reason.strip()
        group.save(update_fields=["decision", "decided_at", "decided_by", "reason"])
        record(
            actor=actor,
            action=f"findings.{decision}_group",
            target_kind="held_group",
            target_id=group.pk,
            at=now,
            before={"decision": before},
            after={"decision": decision.word, "findings": done.findings, "owners": done.owners},
            reason=reason,
        )
    return done


def _apply(actor: Actor, group: HeldGroup, decision: Decision, reason: str, now: datetime) -> Decided:
    """Let every finding of the group that may follow the decision do so."""
    if decision is Decision.DROP and not reason:
        raise ActionNotAllowed(action=decision.action, why="This needs a reason.", way_out="Say why, in a sentence.")
    combinations = Finding.objects.visible_to(actor).filter(held_group=group, closing__isnull=True)
    steps: list[tuple[Sides, Sides]] = []
    for words in combinations.order_by().values_list(*_SIDES).distinct():
        before = _sides(*words)
        try:
            change = follow(before, decision.action, Context(now=now, by=actor.label, reason=reason))
        except ActionNotAllowed:
            # Told, closed or decided already: the decision is about the others.
            continue
        steps.append((before, change.after))
    if not steps:
        return Decided(findings=0, owners=0)
    with connection.cursor() as cursor:
        cursor.execute(
            _APPLY,
            {
                "now": now,
                "group": group.pk,
                "action": str(decision.action),
                "reason": reason,
                "actor_kind": str(actor.kind),
                "actor_label": actor.label,
                "kinds": [before.kind.value for before, _ in steps],
                "machines": [before.machine.value for before, _ in steps],
                "owners": [before.owner.value for before, _ in steps],
                "coordinators": [before.coordinator.value for before, _ in steps],
                "tellings": [before.telling.value for before, _ in steps],
                "coordinators_after": [after.coordinator.value for _, after in steps],
                "tellings_after": [after.telling.value for _, after in steps],
            },
        )
        findings, owners = cursor.fetchone() or (0, 0)
    return Decided(findings=findings, owners=owners)


def _sides(kind: str, machine: str, owner: str, coordinator: str, closing: str | None, telling: str) -> Sides:
    return Sides(
        kind=Kind(kind),
        machine=Machine(machine),
        owner=Owner(owner),
        coordinator=Coordinator(coordinator),
        closing=Closing(closing) if closing is not None else None,
        telling=Telling(telling),
    )


def set_gate_mode(*, actor: Actor, problem: str, source: str, mode: GateMode | None, reason: str, now: datetime) -> int:
    """Set what the gate does with new findings of a problem; gives the version of the table.

    Args:
        source: name of the source that it is for; empty: all.
        mode: null: as the catalogue says.

    Raises:
        NotAllowed: the actor may not change policies.
        Invalid: no reason, or no code of a problem.
        Conflict: somebody changed it at the same moment.
    """
    require(actor, FindingPermission.CHANGE_POLICIES)
    if not reason.strip():
        raise Invalid("Say why, in a sentence.", reason="missing")
    if not CODE.fullmatch(problem.removeprefix("unknown-report-type:").replace("_", "-")):
        raise Invalid(f"'{problem}' is no code of a problem.", problem="wrong")
    with transaction.atomic():
        newest = Policy.objects.visible_to(actor).filter(subject="gate").order_by("-version").first()
        held = list(newest.rows) if newest is not None else []
        rows = [row for row in held if (row["problem"], row.get("source", "")) != (problem, source)]
        if mode is not None:
            rows.append({"problem": problem, "source": source, "mode": mode.value, "reason": reason.strip()})
        version = newest.version + 1 if newest is not None else 1
        try:
            with transaction.atomic():
                Policy.objects.create(
                    subject="gate",
                    version=version,
                    effective_at=now,
                    rows=rows,
                    source=reason.strip()[:500],
                    made_by=actor.label,
                )
        except IntegrityError as error:
            raise Conflict("Somebody changed the gate at the same moment; look again, then repeat.") from error
        record(
            actor=actor,
            action="findings.set_gate_mode",
            target_kind="policy",
            target_id=f"gate:{version}",
            at=now,
            before={"rows": [row for row in held if row not in rows]},
            after={"problem": problem, "source": source, "mode": mode.value if mode is not None else None},
            reason=reason,
        )
    return version
