"""The desk's decisions about one finding."""

from datetime import datetime

import pytest

from tests.factories.findings import DAY, MONDAY, finding
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.models import Finding, FindingChange
from tocsin.findings.rules import Action
from tocsin.findings.services import act
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Invalid, NotAllowed, NotFound
from tocsin.registry.models import Organisation

NOW = MONDAY


@pytest.fixture
def told(hospital: Organisation) -> Finding:
    with acting(system("test")):
        return finding(hospital, telling="told", due_at=NOW + DAY)


def decide(
    actor: Actor,
    row: Finding,
    action: Action,
    reason: str = "We looked.",
    until: datetime | None = None,
    now: datetime = NOW,
) -> Finding:
    with acting(actor):
        act(actor=actor, finding_id=row.pk, action=action, reason=reason, until=until, now=now)
    with acting(system("test")):
        return Finding.objects.get(pk=row.pk)


def test_a_false_positive_closes_for_a_year_with_reason_and_name(told: Finding, analyst: Actor) -> None:
    after = decide(analyst, told, Action.MARK_FALSE_POSITIVE)

    assert (after.coordinator, after.closing, after.closed_at) == ("closed", "false_positive", NOW)
    assert (after.expires_at, after.last_verdict_at) == (NOW + 365 * DAY, NOW)
    with acting(system("test")):
        line, entry = FindingChange.objects.get(), AuditEntry.objects.get(action="findings.mark_false_positive")
        assert (line.actor_label, line.reason, line.after) == ("Zhao Min", "We looked.", "false_positive")
        assert (entry.before or {})["closing"] is None
        assert (entry.after or {})["closing"] == "false_positive"


def test_an_accepted_risk_runs_out_on_its_date(told: Finding, desk: Actor) -> None:
    assert decide(desk, told, Action.ACCEPT_RISK, until=NOW + 30 * DAY).expires_at == NOW + 30 * DAY


@pytest.mark.parametrize(
    ("action", "given"),
    [
        (Action.MARK_FALSE_POSITIVE, {"reason": " "}),
        (Action.ACCEPT_RISK, {}),
        (Action.REOPEN, {}),
        (Action.CONFIRM_CLOSED, {}),
        (Action.GRANT_TIME, {"until": NOW + DAY}),
        (Action.HOLD, {}),
    ],
)
def test_the_table_refuses(told: Finding, desk: Actor, action: Action, given: dict[str, object]) -> None:
    with pytest.raises(ActionNotAllowed):
        decide(desk, told, action, **given)  # type: ignore[arg-type]  # arguments come by name


def test_reopening_begins_again(told: Finding, desk: Actor) -> None:
    decide(desk, told, Action.MARK_DUPLICATE)

    after = decide(desk, told, Action.REOPEN, now=NOW + DAY)

    assert (after.coordinator, after.closing, after.closed_at, after.machine) == ("open", None, None, "untested")
    assert (after.telling, after.due_at, after.watched_from) == ("untold", None, NOW + DAY)


def test_time_is_granted_when_asked_for(hospital: Organisation, desk: Actor) -> None:
    with acting(system("test")):
        asking = finding(hospital, telling="told", owner="asks_time", due_at=NOW + DAY, due_by={"severity": "high"})

    after = decide(desk, asking, Action.GRANT_TIME, until=NOW + 9 * DAY)

    assert (after.owner, after.due_at, after.owner_until) == ("in_work", NOW + 9 * DAY, NOW + 9 * DAY)
    assert after.due_by is None


def test_turning_not_ours_down_takes_the_rest_of_the_pause_back(hospital: Organisation, desk: Actor) -> None:
    with acting(system("test")):
        disputed = finding(
            hospital,
            telling="told",
            owner="not_ours",
            due_at=NOW + 8 * DAY,
            paused_until=NOW + 3 * DAY,
            paused_s=3 * 86_400,
            paused_by=["not_ours"],
        )

    after = decide(desk, disputed, Action.REFUSE, now=NOW + DAY)

    assert (after.owner, after.telling, after.due_at, after.paused_s) == ("received", "untold", NOW + 6 * DAY, 86_400)


def test_an_owner_does_not_see_how_the_desk_argues(told: Finding, desk: Actor, nurse: Actor) -> None:
    decide(desk, told, Action.HAND_OVER, reason="Belongs to the school.")

    with acting(nurse):
        assert [line.reason for line in FindingChange.objects.visible_to(nurse)] == ["owner_changed"]
    with acting(desk):
        assert FindingChange.objects.visible_to(desk).count() == 2


def test_neither_owner_nor_auditor_judges(told: Finding, nurse: Actor, auditor: Actor) -> None:
    for actor in (nurse, auditor):
        with pytest.raises(NotAllowed):
            decide(actor, told, Action.MARK_FALSE_POSITIVE)


def test_what_is_not_there_is_not_found(told: Finding, desk: Actor) -> None:
    with acting(desk), pytest.raises(NotFound):
        act(actor=desk, finding_id=told.pk + 99, action=Action.REOPEN, reason="x", until=None, now=NOW)


def test_an_answer_of_the_owner_is_no_decision(told: Finding, desk: Actor) -> None:
    with pytest.raises(Invalid):
        decide(desk, told, Action.ANSWER_FIXED)
