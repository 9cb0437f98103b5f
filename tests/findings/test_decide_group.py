"""The gate: a person sends, drops or goes on holding a group."""

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from tests.factories.findings import MONDAY, finding
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.models import Finding, FindingChange, HeldGroup, Policy
from tocsin.findings.queries.policies import gate_override
from tocsin.findings.rules.deciding import Decision
from tocsin.findings.services import decide_group, set_gate_mode
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Invalid, NotAllowed, NotFound
from tocsin.kernel.words import GateMode
from tocsin.registry.models import Organisation

NOW = MONDAY


def group(report_id: int = 1) -> HeldGroup:
    return HeldGroup.objects.create(
        source="shadowserver",
        report_type="scan_rdp",
        report_id=report_id,
        problem="open-rdp",
        why="unusual_size",
        rows_today=1204,
        rows_usual=197.0,
        held_at=NOW,
    )


@pytest.fixture
def held(hospital: Organisation, school: Organisation) -> HeldGroup:
    with acting(system("test")):
        made = group()
        for owner in (hospital, hospital, school):
            finding(owner, coordinator="held", held_group=made, gate="hold")
        return made


def states() -> list[tuple[str, str]]:
    with acting(system("test")):
        return list(Finding.objects.order_by("id").values_list("coordinator", "telling"))


def decide(actor: Actor, held: HeldGroup, decision: Decision, reason: str = "Looked at it.") -> tuple[int, int]:
    with acting(actor):
        done = decide_group(actor=actor, group_id=held.pk, decision=decision, reason=reason, now=NOW)
    return done.findings, done.owners


def test_sending_lets_the_next_round_tell_it(held: HeldGroup, analyst: Actor) -> None:
    assert decide(analyst, held, Decision.SEND, reason="") == (3, 2)

    assert states() == [("open", "untold")] * 3
    with acting(system("test")):
        held.refresh_from_db()
        entry = AuditEntry.objects.get(action="findings.send_group")
        assert (held.decision, held.decided_by, held.decided_at) == ("sent", "Zhao Min", NOW)
        assert entry.after == {"decision": "sent", "findings": 3, "owners": 2}
        assert FindingChange.objects.filter(action="send", desk_only=True).count() == 3


def test_dropping_records_and_needs_a_reason(held: HeldGroup, analyst: Actor) -> None:
    with pytest.raises(ActionNotAllowed):
        decide(analyst, held, Decision.DROP, reason=" ")

    assert decide(analyst, held, Decision.DROP) == (3, 2)
    assert states() == [("open", "inventory")] * 3


def test_holding_on_changes_no_finding_and_says_who_looked(held: HeldGroup, analyst: Actor) -> None:
    assert decide(analyst, held, Decision.HOLD, reason="Asked the source.") == (0, 0)

    with acting(system("test")):
        held.refresh_from_db()
        assert (held.decision, held.decided_by, held.reason) == (None, "Zhao Min", "Asked the source.")


def test_holding_takes_back_what_nobody_was_told(held: HeldGroup, analyst: Actor) -> None:
    decide(analyst, held, Decision.SEND)
    with acting(system("test")):
        told = Finding.objects.order_by("id")[0]
        Finding.objects.filter(pk=told.pk).update(telling="told")

    assert decide(analyst, held, Decision.HOLD) == (2, 2)
    assert states() == [("open", "told"), ("held", "untold"), ("held", "untold")]


def test_what_was_dropped_can_still_be_sent(held: HeldGroup, analyst: Actor) -> None:
    decide(analyst, held, Decision.DROP)

    assert decide(analyst, held, Decision.SEND) == (3, 2)
    assert states() == [("open", "untold")] * 3


def test_a_closed_finding_of_the_group_stays_closed(held: HeldGroup, analyst: Actor) -> None:
    with acting(system("test")):
        first = Finding.objects.order_by("id")[0]
        Finding.objects.filter(pk=first.pk).update(coordinator="closed", closing="verified", closed_at=NOW)

    assert decide(analyst, held, Decision.SEND) == (2, 2)
    assert states()[0] == ("closed", "untold")


def test_the_size_of_a_group_costs_no_statements(held: HeldGroup, hospital: Organisation, analyst: Actor) -> None:
    counts = []
    for more in (0, 200):
        with acting(system("test")):
            other = group(report_id=10 + more)
            for _ in range(more + 1):
                finding(hospital, coordinator="held", held_group=other)
        with CaptureQueriesContext(connection) as caught:
            decide(analyst, other, Decision.SEND)
        counts.append(len(caught))

    assert counts[0] == counts[1]


def test_neither_owner_nor_auditor_decides(held: HeldGroup, nurse: Actor, auditor: Actor) -> None:
    for actor in (nurse, auditor):
        with pytest.raises(NotAllowed):
            decide(actor, held, Decision.SEND)
    assert states() == [("held", "untold")] * 3


def test_an_owner_sees_no_group(held: HeldGroup, nurse: Actor) -> None:
    with acting(nurse):
        assert not HeldGroup.objects.exists()
        assert not HeldGroup.objects.visible_to(nurse).exists()


def test_a_group_that_is_not_there_is_not_found(held: HeldGroup, analyst: Actor) -> None:
    with acting(analyst), pytest.raises(NotFound):
        decide_group(actor=analyst, group_id=held.pk + 9, decision=Decision.SEND, reason="", now=NOW)


def mode(actor: Actor, mode: GateMode | None, source: str = "", reason: str = "Too many wrong.") -> int:
    with acting(actor):
        return set_gate_mode(actor=actor, problem="open-rdp", source=source, mode=mode, reason=reason, now=NOW)


def override(source: str) -> GateMode | None:
    with acting(system("test")):
        return gate_override(problem="open-rdp", source=source, using="default")


def test_the_gate_of_a_problem_is_a_new_version_of_the_table(database: str, desk: Actor) -> None:
    assert [mode(desk, GateMode.HOLD), mode(desk, GateMode.AUTO, source="shadowserver")] == [1, 2]

    assert (override("shadowserver"), override("other")) == (GateMode.AUTO, GateMode.HOLD)
    assert mode(desk, None) == 3
    assert (override("shadowserver"), override("other")) == (GateMode.AUTO, None)
    with acting(system("test")):
        assert AuditEntry.objects.filter(action="findings.set_gate_mode").count() == 3


def test_only_leads_set_the_gate_and_say_why(database: str, desk: Actor, analyst: Actor) -> None:
    with pytest.raises(NotAllowed):
        mode(analyst, GateMode.HOLD)
    with pytest.raises(Invalid):
        mode(desk, GateMode.HOLD, reason="")


def test_versions_are_never_changed(database: str, desk: Actor) -> None:
    mode(desk, GateMode.HOLD)

    with pytest.raises(ProgrammingError, match="permission denied"), acting(desk):
        Policy.objects.update(rows=[])
