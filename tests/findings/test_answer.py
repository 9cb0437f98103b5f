"""Answers: what an owner says, whom it may speak for, and what it does to the clock."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.findings import DAY, MONDAY, finding
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.models import Finding, FindingChange, Policy
from tocsin.findings.rules import Action
from tocsin.findings.services import Answered, answer
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Invalid, NotAllowed, NotFound
from tocsin.registry.models import Organisation

NOW = MONDAY
DUE = MONDAY + 5 * DAY


@pytest.fixture
def told(hospital: Organisation) -> Finding:
    with acting(system("test")):
        return finding(hospital, telling="told", due_at=DUE)


def say(
    actor: Actor,
    action: Action,
    *rows: Finding,
    until: datetime | None = None,
    reason: str = "Because.",
    now: datetime = NOW,
) -> Answered:
    with acting(actor):
        return answer(
            actor=actor,
            finding_ids=[row.pk for row in rows],
            action=action,
            until=until,
            reason=reason,
            notice_id=None,
            now=now,
        )


def again(row: Finding) -> Finding:
    with acting(system("test")):
        return Finding.objects.get(pk=row.pk)


def test_an_owner_says_received_and_no_clock_stops(told: Finding, nurse: Actor) -> None:
    taken = say(nurse, Action.ANSWER_RECEIVED, told)

    after = again(told)
    assert (taken.changed, taken.refused) == ((told.pk,), {})
    assert (after.owner, after.owner_said_at, after.due_at, after.paused_s) == ("received", NOW, DUE, 0)


def test_it_leaves_a_line_and_an_entry(told: Finding, nurse: Actor) -> None:
    say(nurse, Action.ANSWER_FIXED, told, reason="Port closed.")

    with acting(system("test")):
        line, entry = FindingChange.objects.get(), AuditEntry.objects.get(action="findings.answer")
        assert (line.side, line.action, line.before, line.after) == ("owner", "answer_fixed", "silent", "claims_fixed")
        assert (line.actor_label, line.reason, line.desk_only) == ("Chen Yu", "Port closed.", False)
        assert (entry.organisation_id, entry.actor_label) == (told.organisation_id, "Chen Yu")


def test_a_claim_outdates_what_the_machine_saw(told: Finding, nurse: Actor) -> None:
    say(nurse, Action.ANSWER_FIXED, told)

    after = again(told)
    assert (after.owner, after.machine, after.coordinator, after.watched_from) == (
        "claims_fixed",
        "untested",
        "open",
        NOW,
    )


def test_in_work_stops_the_clock_until_its_date(told: Finding, nurse: Actor) -> None:
    say(nurse, Action.ANSWER_IN_WORK, told, until=NOW + 3 * DAY)

    after = again(told)
    assert (after.due_at, after.owner_until, after.paused_until) == (DUE + 3 * DAY, NOW + 3 * DAY, NOW + 3 * DAY)
    assert (after.paused_s, after.paused_by) == (3 * 86_400, ["in_work"])


@pytest.mark.parametrize(("policy", "longest"), [(None, 14), (5, 5)])
def test_in_work_stops_it_at_most_as_long_as_policy_says(
    told: Finding, nurse: Actor, policy: int | None, longest: int
) -> None:
    if policy is not None:
        with acting(system("test")):
            Policy.objects.create(
                subject="pause", version=1, effective_at=NOW, rows=[{"in_work_days": policy}], source="t", made_by="t"
            )

    say(nurse, Action.ANSWER_IN_WORK, told, until=NOW + 60 * DAY)

    assert again(told).due_at == DUE + longest * DAY


def test_in_work_stops_it_once(told: Finding, nurse: Actor) -> None:
    say(nurse, Action.ANSWER_IN_WORK, told, until=NOW + DAY)

    say(nurse, Action.ANSWER_IN_WORK, told, until=NOW + 9 * DAY, now=NOW + DAY)

    assert again(told).due_at == DUE + DAY


def test_not_ours_stops_it_three_days_and_tells_nobody_else(told: Finding, nurse: Actor) -> None:
    say(nurse, Action.ANSWER_NOT_OURS, told)

    after = again(told)
    assert (after.due_at, after.organisation_id, after.coordinator) == (DUE + 3 * DAY, told.organisation_id, "open")


def test_another_answer_ends_a_pause_early(told: Finding, nurse: Actor) -> None:
    say(nurse, Action.ANSWER_IN_WORK, told, until=NOW + 4 * DAY)

    say(nurse, Action.ANSWER_FIXED, told, now=NOW + DAY)

    after = again(told)
    assert (after.due_at, after.paused_s, after.owner_until) == (DUE + DAY, 86_400, None)


def test_what_cannot_take_it_is_named_and_the_rest_follows(told: Finding, hospital: Organisation, nurse: Actor) -> None:
    with acting(system("test")):
        closed = finding(hospital, coordinator="closed", closing="duplicate", closed_at=NOW)

    taken = say(nurse, Action.ANSWER_IN_WORK, told, closed, until=NOW + DAY)

    assert (taken.changed, list(taken.refused)) == ((told.pk,), [closed.pk])
    assert "closed" in taken.refused[closed.pk]
    assert again(closed).owner == "silent"


def test_nobody_answers_for_another(told: Finding, teacher: Actor) -> None:
    with pytest.raises(NotFound):
        say(teacher, Action.ANSWER_FIXED, told)

    assert again(told).owner == "silent"


def test_row_level_security_hides_it_even_without_our_filter(told: Finding, teacher: Actor) -> None:
    with acting(teacher):
        assert Finding.objects.filter(pk=told.pk).update(owner="received") == 0
        assert not FindingChange.objects.filter(finding_id=told.pk).exists()


def test_the_desk_enters_what_an_owner_said_and_an_auditor_does_not(told: Finding, desk: Actor, auditor: Actor) -> None:
    with pytest.raises(NotAllowed):
        say(auditor, Action.ANSWER_RECEIVED, told)

    say(desk, Action.ANSWER_RECEIVED, told)

    assert again(told).owner == "received"


def test_a_decision_of_the_desk_is_no_answer(told: Finding, nurse: Actor) -> None:
    with pytest.raises(Invalid):
        say(nurse, Action.MARK_FALSE_POSITIVE, told)


def test_three_thousand_findings_cost_no_more_statements(hospital: Organisation, nurse: Actor) -> None:
    with acting(system("test")):
        rows = [finding(hospital, telling="told", due_at=DUE) for _ in range(60)]
    counts = []

    for part in (rows[:2], rows[2:]):
        with CaptureQueriesContext(connection) as caught:
            say(nurse, Action.ANSWER_IN_WORK, *part, until=NOW + timedelta(days=2))
        counts.append(len(caught))

    assert counts[0] == counts[1]
