"""The API of findings, as a program calls it: by token, cut to its scope."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from tests.factories import accounts
from tests.factories.findings import finding
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.findings.models import Finding, HeldGroup
from tocsin.kernel.actor import system
from tocsin.registry.models import Organisation

Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(database: str) -> Callable[..., Call]:
    """Give callers, each with a token of a role."""

    def of(role: Role, owner: Organisation | None = None) -> Call:
        with acting(system("test")):
            secret = accounts.token(role, owner, now=timezone.now())

        def ask(method: str, path: str, body: object = None) -> tuple[int, Any]:
            response = Client(SERVER_NAME="localhost").generic(
                method,
                f"/api/v1{path}",
                data="" if body is None else json.dumps(body),
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
            if isinstance(response, StreamingHttpResponse):
                return response.status_code, b"".join(response.streaming_content).decode()
            return response.status_code, response.json()

        return ask

    return of


@pytest.fixture
def late(hospital: Organisation) -> Finding:
    with acting(system("test")):
        return finding(
            hospital,
            subject="198.18.3.4",
            telling="told",
            due_at=timezone.now() - timedelta(days=2),
            due_by={"severity": "high", "tier": None, "critical": False, "amount": 5, "unit": "working_days"},
            evidence={"version": "1"},
        )


@pytest.fixture
def group(school: Organisation) -> HeldGroup:
    with acting(system("test")):
        made = HeldGroup.objects.create(
            source="shadowserver",
            report_type="scan_rdp",
            report_id=1,
            problem="open-rdp",
            why="new_type",
            rows_today=63,
            rows_usual=None,
            held_at=timezone.now(),
        )
        finding(school, coordinator="held", held_group=made)
        return made


def test_findings_are_listed_and_filtered(call: Any, late: Finding) -> None:
    ask = call(Role.ANALYST)

    status, found = ask("GET", "/findings?severity=high&overdue=true&search=198.18.3.0/24")

    assert status == 200
    assert [(one["public_id"], one["severity"], one["overdue"]) for one in found["items"]] == [
        (late.public_id, "high", True)
    ]
    assert ask("GET", "/findings?severity=low")[1]["items"] == []
    assert ask("GET", "/findings?severity=worst")[0] == 422


def test_one_is_shown_with_its_reasons_in_both_languages(call: Any, late: Finding) -> None:
    status, found = call(Role.ANALYST)("GET", f"/findings/{late.public_id}")

    assert status == 200
    assert found["why_deadline"] == {"en": "high: 5 working days", "zh_hans": "高危：5个工作日"}
    assert found["evidence"] == {"version": "1"}
    assert "mark_false_positive" in found["actions"]


def test_another_owner_finds_nothing(call: Any, late: Finding, school: Organisation) -> None:
    ask = call(Role.ORGANISATION_MEMBER, school)

    assert ask("GET", "/findings?group=all")[1]["items"] == []
    assert ask("GET", f"/findings/{late.public_id}")[0] == 404
    assert ask("POST", f"/findings/{late.public_id}/act", {"action": "answer_fixed"})[0] == 404
    assert ask("POST", "/findings/answers", {"action": "answer_fixed", "findings": [late.pk]})[0] == 404
    assert ask("GET", "/gate")[0] == 403
    assert ask("GET", "/findings/late")[1] == []
    assert ask("GET", f"/findings/organisations?organisation_id={late.organisation_id}")[1] == []


def test_an_owner_answers_and_the_desk_decides(call: Any, late: Finding, hospital: Organisation) -> None:
    owner, desk = call(Role.ORGANISATION_MEMBER, hospital), call(Role.ANALYST)
    path = f"/findings/{late.public_id}/act"

    assert owner("POST", path, {"action": "mark_false_positive", "reason": "x"})[0] == 403
    assert owner("POST", path, {"action": "answer_disputed"})[0] == 409
    assert owner("POST", path, {"action": "answer_fixed"})[1]["owner"] == "claims_fixed"
    refused, problem = desk("POST", path, {"action": "reopen", "reason": "x"})
    assert (refused, problem["type"]) == (409, "urn:tocsin:problem:finding-action-not-allowed")
    assert desk("POST", path, {"action": "mark_false_positive", "reason": "Ours."})[1]["closing"] == "false_positive"


def test_several_are_answered_at_once(call: Any, late: Finding, hospital: Organisation) -> None:
    ask = call(Role.ORGANISATION_MEMBER, hospital)

    status, taken = ask("POST", "/findings/answers", {"action": "answer_received", "findings": [late.pk]})

    assert (status, taken) == (200, {"changed": [late.pk], "refused": {}})
    assert ask("POST", "/findings/answers", {"action": "hold", "findings": [late.pk]})[0] == 422


def test_the_list_is_a_file_too(call: Any, late: Finding) -> None:
    status, written = call(Role.AUDITOR)("POST", "/findings/export?severity=high&language=zh-hans")

    assert status == 200
    assert late.public_id in written
    assert "高危" in written


def test_the_gate_is_decided(call: Any, group: HeldGroup) -> None:
    ask = call(Role.ANALYST)
    (waiting,) = ask("GET", "/gate")[1]
    assert (waiting["why"]["en"], waiting["owners"]) == ("the first report of its type", 1)
    assert len(ask("GET", f"/gate/{group.pk}")[1]["sample"]) == 1

    assert ask("POST", f"/gate/{group.pk}/drop", {})[0] == 409
    assert ask("POST", f"/gate/{group.pk}/send", {}) == (200, {"findings": 1, "owners": 1})
    assert ask("GET", "/gate/decided")[1][0]["decision"] == "sent"
    assert ask("GET", "/gate/999999")[0] == 404


def test_the_gate_of_a_problem_is_set_by_leads(call: Any) -> None:
    given = {"problem": "open-rdp", "mode": "hold", "reason": "Too many wrong."}

    assert call(Role.ANALYST)("PUT", "/gate/modes", given)[0] == 403
    assert call(Role.COORDINATOR)("PUT", "/gate/modes", given) == (200, {"version": 1})
    assert call(Role.AUDITOR)("GET", "/gate/modes")[1] == [{"source": "", **given}]


def test_numbers(call: Any, late: Finding, group: HeldGroup) -> None:
    ask = call(Role.AUDITOR)

    overview = ask("GET", "/findings/overview")[1]
    assert (overview["open"], overview["overdue"], overview["by_severity"]) == (1, 1, {"high": 1})
    assert ask("GET", "/findings/places")[1] == [{"sector": "health", "region": "LJ", "open": 1, "overdue": 1}]
    assert len(ask("GET", "/findings/trend?days=7")[1]) == 7
    assert ask("GET", "/findings/trend?days=0")[0] == 422
    assert ask("GET", "/findings/late")[1][0]["days_late"] == 2
    counted = ask("GET", f"/findings/organisations?organisation_id={late.organisation_id}")[1]
    assert counted == [{"organisation_id": late.organisation_id, "open": 1, "overdue": 1, "worst": "high"}]


def test_deadlines_are_previewed_and_changed(call: Any, late: Finding) -> None:
    ask = call(Role.COORDINATOR)
    rows = [{"severity": "high", "amount": 2, "unit": "hours"}]

    (effect,) = ask("POST", "/policies/deadlines/preview", {"rows": rows})[1]
    assert (effect["before"], effect["after"], effect["running"]) == ("5 working_days", "2 hours", 1)
    given = {"rows": rows, "source": "Decree 7", "seen_version": 0}
    assert ask("POST", "/policies/deadlines", given) == (201, {"version": 1})
    assert ask("POST", "/policies/deadlines", given)[0] == 409
    assert [version["version"] for version in ask("GET", "/policies/deadlines")[1]] == [1, 0]
