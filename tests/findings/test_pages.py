"""The pages of findings, the gate and the policies, as a browser without JavaScript asks for them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests.factories import accounts
from tests.factories.findings import cover, days, finding
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.findings.models import Finding, FindingChange, HeldGroup, Policy
from tocsin.kernel.actor import system
from tocsin.registry.models import Organisation

Visit = Callable[..., Client]


@pytest.fixture
def visit(database: str) -> Iterator[Visit]:
    """Give clients, each signed in as somebody."""

    def sign_in(role: Role, owner: Organisation | None = None, language: str = "en") -> Client:
        with acting(system("test")):
            return accounts.enter(accounts.account(role, owner, language=language))

    yield sign_in
    translation.activate("en")


@pytest.fixture
def open_rdp(hospital: Organisation) -> Finding:
    now = timezone.now()
    with acting(system("test")):
        made = finding(
            hospital,
            subject="198.18.3.4",
            telling="told",
            due_at=now - timedelta(days=12),
            due_by={"severity": "high", "tier": None, "critical": False, "amount": 5, "unit": "working_days"},
            first_seen_at=now - timedelta(days=20),
            evidence={"version": "10.0"},
            ptr="rdp.elsewhere.example",
            relapses=1,
        )
        FindingChange.objects.create(
            finding=made,
            organisation_id=hospital.pk,
            at=now - timedelta(days=18),
            side="telling",
            action="tell",
            before="untold",
            after="told",
            actor_kind="system",
            actor_label="round",
        )
        return made


@pytest.fixture
def group(hospital: Organisation, school: Organisation) -> HeldGroup:
    with acting(system("test")):
        made = HeldGroup.objects.create(
            source="shadowserver",
            report_type="scan_rdp",
            report_id=1,
            problem="open-rdp",
            why="unusual_size",
            rows_today=1204,
            rows_usual=197.0,
            held_at=timezone.now(),
        )
        for owner in (hospital, school):
            finding(owner, coordinator="held", held_group=made)
        return made


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def plain(response: HttpResponseBase) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(response)))


PAGES = (
    "/findings/",
    "/findings/?group=all&sort=-due",
    "/gate/",
    "/policies/",
    "/policies/deadlines/",
    "/policies/gate/",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers(visit: Visit, open_rdp: Finding, group: HeldGroup, path: str, language: str) -> None:
    response = visit(Role.COORDINATOR, language=language).get(path)

    assert response.status_code == 200
    assert f'lang="{language[:2]}' in text(response)


def test_the_heading_says_how_many_are_open(visit: Visit, open_rdp: Finding) -> None:
    page = plain(visit(Role.ANALYST).get("/findings/"))

    assert "1 open finding" in page
    assert "198.18.3.4:3389" in page
    assert "Organisation hospital" in page
    assert "late" in page


def test_nothing_there_and_nothing_that_fits_say_what_to_do(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.ANALYST)

    assert "Nothing is open." in plain(client.get("/findings/"))
    assert "Take away a filter" in plain(client.get("/findings/?q=nothing"))


def test_filters_stand_as_removable_words(visit: Visit, open_rdp: Finding) -> None:
    page = text(visit(Role.ANALYST).get("/findings/?severity=high&q=198.18.3.0/24&problem=open-rdp"))

    assert page.count('class="filter-word"') == 3
    assert 'href="/findings/?q=198.18.3.0%2F24&amp;problem=open-rdp"' in page


@pytest.mark.parametrize(
    "junk", ["severity=x", "status=x", "sort=x", "group=x", "organisation=9" * 30, "gate=x", "q=%00"]
)
def test_junk_in_the_address_is_left_out(visit: Visit, open_rdp: Finding, junk: str) -> None:
    assert visit(Role.ANALYST).get(f"/findings/?{junk}").status_code == 200


def test_one_finding_says_its_three_sides_and_why(visit: Visit, open_rdp: Finding) -> None:
    page = plain(visit(Role.ANALYST).get(f"/findings/{open_rdp.public_id}/"))

    for words in (
        "Last seen",
        "Its owner was told and has not answered.",
        "Open, 12 days late",
        "high: 5 working days",
        "a registered network",
        "rdp.elsewhere.example",
        "a reverse DNS name",
        "10.0",
        "Notice sent to the owner.",
        "Opened: seen in scan_rdp",
        "relapse",
    ):
        assert words in page


def test_looks_so_far_are_counted_for_the_desk(visit: Visit, hospital: Organisation) -> None:
    first = timezone.now().date() - timedelta(days=9)
    with acting(system("test")):
        seen = finding(hospital, first_seen_at=timezone.now() - timedelta(days=9))
    cover(*days(first.isoformat(), 3))

    page = plain(visit(Role.ANALYST).get(f"/findings/{seen.public_id}/"))

    assert "2 of 3 full looks in a row without it." in page
    assert "full coverage" in page


def test_an_owner_sees_its_own_and_answers(visit: Visit, open_rdp: Finding, hospital: Organisation) -> None:
    client = visit(Role.ORGANISATION_MEMBER, hospital)
    page = plain(client.get(f"/findings/{open_rdp.public_id}/"))
    assert "We have fixed it" in page
    assert "Mark as false positive" not in page

    response = client.post(f"/findings/{open_rdp.public_id}/answer_fixed/", {"reason": "Port closed."})

    assert response.status_code == 302
    with acting(system("test")):
        open_rdp.refresh_from_db()
    assert open_rdp.owner == "claims_fixed"
    page = plain(client.get(f"/findings/{open_rdp.public_id}/"))
    assert "Port closed." in page
    assert "Says it is fixed" in page


def test_another_owner_finds_nothing(visit: Visit, open_rdp: Finding, school: Organisation, group: HeldGroup) -> None:
    client = visit(Role.ORGANISATION_MEMBER, school)

    assert client.get(f"/findings/{open_rdp.public_id}/").status_code == 404
    assert client.post(f"/findings/{open_rdp.public_id}/answer_fixed/", {}).status_code == 404
    assert open_rdp.public_id not in text(client.get("/findings/?group=all"))
    assert client.get("/gate/").status_code == 403
    assert client.get(f"/gate/{group.pk}/").status_code == 403
    assert "Gate" not in plain(client.get("/findings/"))


@pytest.mark.parametrize("word", ["nonsense", "tell", "verify"])
def test_what_is_no_action_of_a_person_is_not_there(visit: Visit, open_rdp: Finding, word: str) -> None:
    assert visit(Role.ANALYST).get(f"/findings/{open_rdp.public_id}/{word}/").status_code == 404


def test_an_action_says_what_it_does_and_asks_for_a_reason(visit: Visit, open_rdp: Finding) -> None:
    client, path = visit(Role.ANALYST), f"/findings/{open_rdp.public_id}/mark_false_positive/"
    assert "After 365 days it opens again by itself" in plain(client.get(path))

    refused = client.post(path, {"reason": ""})
    done = client.post(path, {"reason": "A honeypot of ours."})

    assert (refused.status_code, done.status_code) == (422, 302)
    with acting(system("test")):
        open_rdp.refresh_from_db()
        assert AuditEntry.objects.filter(action="findings.mark_false_positive").count() == 1
    assert open_rdp.closing == "false_positive"
    page = plain(client.get(f"/findings/{open_rdp.public_id}/"))
    assert "A honeypot of ours." in page
    assert "False positive" in page


def test_what_the_rules_refuse_says_the_way_out_in_the_readers_language(visit: Visit, open_rdp: Finding) -> None:
    response = visit(Role.ANALYST, language="zh-hans").post(
        f"/findings/{open_rdp.public_id}/reopen/", {"reason": "因为"}
    )

    assert response.status_code == 422
    assert "该隐患尚未办结。" in text(response)


def test_accepting_a_risk_needs_a_date(visit: Visit, open_rdp: Finding) -> None:
    client, path = visit(Role.ANALYST), f"/findings/{open_rdp.public_id}/accept_risk/"
    until = timezone.now().date() + timedelta(days=30)

    assert client.post(path, {"reason": "x"}).status_code == 422
    assert client.post(path, {"reason": "x", "until": "2026-01-01"}).status_code == 422
    assert client.post(path, {"reason": "x", "until": until.isoformat()}).status_code == 302


def test_an_auditor_reads_and_decides_nothing(visit: Visit, open_rdp: Finding, group: HeldGroup) -> None:
    client = visit(Role.AUDITOR)

    assert "Mark as false positive" not in plain(client.get(f"/findings/{open_rdp.public_id}/"))
    assert "data-key" not in text(client.get("/gate/"))
    assert client.post(f"/findings/{open_rdp.public_id}/mark_false_positive/", {"reason": "x"}).status_code == 403
    assert client.post(f"/gate/{group.pk}/send/", {}).status_code == 403


def test_the_gate_says_why_and_whom_it_would_reach(visit: Visit, group: HeldGroup) -> None:
    response = visit(Role.ANALYST).get("/gate/")

    page = plain(response)
    assert "1 group waits for you" in page
    assert "6.1 times its usual size" in page
    assert "2 owners" in page
    assert all(f'data-key="{key}"' in text(response) for key in "shd")


def test_a_decision_says_to_how_many_and_is_taken(visit: Visit, group: HeldGroup) -> None:
    client = visit(Role.ANALYST)
    asked = plain(client.get(f"/gate/{group.pk}/send/"))
    assert "The next round tells 2 owners" in asked
    assert "about 2 findings" in asked

    response = client.post(f"/gate/{group.pk}/send/", {"reason": ""}, follow=True)

    assert "2 findings go out with the next round." in plain(response)
    assert "Decided in the last seven days" in plain(response)
    with acting(system("test")):
        assert set(Finding.objects.values_list("coordinator", flat=True)) == {"open"}


def test_dropping_asks_why(visit: Visit, group: HeldGroup) -> None:
    client = visit(Role.ANALYST)

    assert client.post(f"/gate/{group.pk}/drop/", {"reason": ""}).status_code == 422
    assert client.post(f"/gate/{group.pk}/drop/", {"reason": "Wrong by the source."}).status_code == 302


def test_a_group_shows_rows_to_look_at(visit: Visit, group: HeldGroup) -> None:
    page = plain(visit(Role.ANALYST).get(f"/gate/{group.pk}/"))

    assert "Organisation hospital" in page
    assert "Organisation school" in page
    assert "usually 197" in page


def test_an_empty_gate_says_so(visit: Visit, database: str) -> None:
    assert "Nothing waits at the gate" in plain(visit(Role.ANALYST).get("/gate/"))


def test_the_list_is_taken_away_as_a_file(visit: Visit, open_rdp: Finding, hospital: Organisation) -> None:
    response = visit(Role.ORGANISATION_MEMBER, hospital).post("/findings/export.csv?severity=high")

    assert isinstance(response, StreamingHttpResponse)
    written = b"".join(response.streaming_content).decode()
    assert written.startswith("\ufeffTLP:AMBER\r\n")
    assert open_rdp.public_id in written
    with acting(system("test")):
        assert AuditEntry.objects.get(action="findings.export").after == {"rows": 1, "search": ""}


def deadlines(**given: str) -> dict[str, str]:
    return {"high_any_amount": "2", "high_any_unit": "hours", "source": "Decree 7", **given}


def test_deadlines_are_previewed_then_put_in_force(visit: Visit, open_rdp: Finding) -> None:
    client = visit(Role.COORDINATOR)
    preview = plain(client.post("/policies/deadlines/", deadlines(seen="0")))
    assert "What would change" in preview
    assert "5 working days" in preview
    assert "2 hours" in preview
    with acting(system("test")):
        assert not Policy.objects.exists()

    response = client.post("/policies/deadlines/", deadlines(seen="0", apply="1"), follow=True)

    assert "version 1, from Decree 7" in plain(response)


def test_deadlines_that_changed_meanwhile_are_not_overwritten(visit: Visit, database: str) -> None:
    client = visit(Role.COORDINATOR)
    client.post("/policies/deadlines/", deadlines(seen="0", apply="1"))

    assert client.post("/policies/deadlines/", deadlines(seen="0", apply="1")).status_code == 422


@pytest.mark.parametrize("given", [{"source": ""}, {"high_any_amount": ""}, {"high_any_amount": "-1"}])
def test_a_table_with_holes_is_shown_again(visit: Visit, database: str, given: dict[str, str]) -> None:
    response = visit(Role.COORDINATOR).post("/policies/deadlines/", deadlines(seen="0", **given))

    assert response.status_code == 422


def test_the_gate_of_a_problem_is_set_with_a_reason(visit: Visit, database: str) -> None:
    client = visit(Role.COORDINATOR)

    assert client.post("/policies/gate/", {"problem": "open-rdp", "mode": "hold"}).status_code == 422
    page = client.post(
        "/policies/gate/", {"problem": "open-rdp", "mode": "hold", "reason": "Too many wrong."}, follow=True
    )
    assert "Too many wrong." in plain(page)


def test_an_analyst_changes_no_policies(visit: Visit, database: str) -> None:
    client = visit(Role.ANALYST)

    assert client.get("/policies/deadlines/").status_code == 403
    assert client.post("/policies/gate/", {}).status_code == 403
    assert "Change the deadlines" not in plain(client.get("/policies/"))


def test_the_pages_of_an_organisation_show_its_findings(
    visit: Visit, open_rdp: Finding, hospital: Organisation
) -> None:
    client = visit(Role.ANALYST)

    assert "Open findings" in plain(client.get(f"/organisations/{hospital.pk}/"))
    assert "198.18.3.4:3389" in plain(client.get(f"/organisations/{hospital.pk}/"))
    assert "Open findings" in plain(client.get("/organisations/"))


def test_a_long_list_costs_as_many_queries_as_a_short_one(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.ANALYST)
    counts = []
    for more in (1, 60):
        with acting(system("test")):
            for _ in range(more):
                finding(hospital)
        with CaptureQueriesContext(connection) as caught:
            response = client.get("/findings/")
        counts.append(len(caught))

    assert counts[0] == counts[1]
    assert "1 to 50 of 61" in plain(response)
