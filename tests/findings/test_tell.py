"""Telling: a notice told it, the clock begins."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.findings import DAY, MONDAY, finding
from tocsin.audit.models import AuditEntry
from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.models import Finding, FindingChange
from tocsin.findings.rules import DeadlineRow, Unit
from tocsin.findings.services import tell
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed, NotFound
from tocsin.kernel.severity import Severity
from tocsin.registry.models import Organisation

NOW = MONDAY + timedelta(minutes=5)


def test_it_marks_as_told_and_starts_the_clock(entered: Actor, hospital: Organisation) -> None:
    first, second = finding(hospital), finding(hospital)

    tell(
        actor=entered,
        due={first.pk: NOW + DAY, second.pk: None},
        due_by={first.pk: DeadlineRow(severity=Severity.HIGH, amount=24, unit=Unit.HOURS)},
        notice_id=417,
        now=NOW,
    )

    told = {row.pk: (row.telling, row.due_at, row.changed_at) for row in Finding.objects.all()}
    assert told == {first.pk: ("told", NOW + DAY, NOW), second.pk: ("told", None, NOW)}
    by = {"severity": "high", "tier": None, "critical": False, "amount": 24, "unit": "hours"}
    assert {row.pk: row.due_by for row in Finding.objects.all()} == {first.pk: by, second.pk: None}
    line = FindingChange.objects.get(finding=first)
    assert (line.side, line.action, line.before, line.after, line.notice_id) == (
        "telling",
        "tell",
        "untold",
        "told",
        417,
    )
    assert AuditEntry.objects.get(action="findings.tell").after == {"findings": 2}


@pytest.mark.parametrize("state", [{"telling": "told"}, {"coordinator": "held"}])
def test_it_refuses_what_has_no_news_or_waits(entered: Actor, hospital: Organisation, state: dict[str, str]) -> None:
    waiting = finding(hospital, **state)

    with pytest.raises(ActionNotAllowed):
        tell(actor=entered, due={waiting.pk: None}, due_by={}, notice_id=1, now=NOW)


def test_it_refuses_who_issues_no_notices(entered: Actor, hospital: Organisation, analyst: Actor, nurse: Actor) -> None:
    mine = finding(hospital)

    for actor in (analyst, nurse):
        with pytest.raises(NotAllowed):
            tell(actor=actor, due={mine.pk: None}, due_by={}, notice_id=1, now=NOW)


def test_what_is_not_there_is_not_found(entered: Actor, hospital: Organisation) -> None:
    with pytest.raises(NotFound):
        tell(actor=entered, due={987_654: None}, due_by={}, notice_id=1, now=NOW)


def test_more_findings_cost_no_more_statements(entered: Actor, hospital: Organisation) -> None:
    few, many = [finding(hospital) for _ in range(2)], [finding(hospital) for _ in range(40)]
    counts = []

    for rows in (few, many):
        with CaptureQueriesContext(connection) as caught:
            tell(actor=entered, due={row.pk: NOW + DAY for row in rows}, due_by={}, notice_id=1, now=NOW)
        counts.append(len(caught))

    assert counts[0] == counts[1]
    assert Finding.objects.filter(telling="told").count() == 42
