"""Closings run out on their date."""

import pytest

from tests.factories.findings import DAY, MONDAY, finding
from tocsin.audit.models import AuditEntry
from tocsin.findings.models import Finding, FindingChange
from tocsin.findings.services import expire_closings
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Organisation


def test_what_ran_out_opens_and_is_news(entered: Actor, hospital: Organisation) -> None:
    facts = {"coordinator": "closed", "closing": "risk_accepted", "closed_at": MONDAY, "telling": "told"}
    due, later = finding(hospital, **facts, expires_at=MONDAY), finding(hospital, **facts, expires_at=MONDAY + DAY)

    assert expire_closings(actor=entered, now=MONDAY) == 1

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.coordinator, due.closing, due.expires_at, due.telling) == ("open", None, None, "untold")
    assert later.closing == "risk_accepted"
    assert FindingChange.objects.values_list("action", "before", "after").get() == ("expire", "risk_accepted", "open")
    assert AuditEntry.objects.get(action="findings.expire_closings").after == {"findings": 1}


def test_a_second_run_finds_nothing(entered: Actor, hospital: Organisation) -> None:
    finding(hospital, coordinator="closed", closing="false_positive", closed_at=MONDAY, expires_at=MONDAY)
    expire_closings(actor=entered, now=MONDAY)

    assert expire_closings(actor=entered, now=MONDAY) == 0
    assert Finding.objects.get().coordinator == "open"


def test_nobody_lets_closings_run_out_by_hand(database: str, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        expire_closings(actor=desk, now=MONDAY)
