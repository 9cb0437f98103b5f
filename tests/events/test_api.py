"""Reports for programs: the same as the pages, with the same limits."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.factories import accounts, registry
from tests.factories import events as make
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.events.models import QuarantinedRow, Report, Source
from tocsin.events.services import judge_delivery
from tocsin.findings.models import Finding
from tocsin.kernel.actor import system
from tocsin.registry.models import Organisation

SYSTEM = system("test")
DAY = date(2026, 11, 22)
Call = Callable[..., Any]


@pytest.fixture
def sunday(database: str, now: datetime) -> Iterator[Report]:
    """Take in a report with an owner's row, a stranger's and one that cannot be read."""
    with acting(SYSTEM):
        hospital = registry.organisation("hospital", name_en="County Hospital")
        registry.asset(hospital, "198.18.1.0/24")
    rows = [make.row(DAY, address) for address in ("198.18.1.5", "203.0.113.5", "198.18.1.600")]
    make.deliver(make.file("scan_rdp", DAY, rows), ("prices.csv", b"a,b\n1,2\n"), now=now)
    with acting(SYSTEM):
        report = Report.objects.select_related("source").get()
    judge_delivery(actor=SYSTEM, source_id=report.source_id, day=DAY, now=now)
    with time_machine.travel(now, tick=False):
        yield report


@pytest.fixture
def call(sunday: Report, now: datetime) -> Callable[..., Any]:
    """Call the API as somebody with a role: `call(role, method, path, body, status)`."""

    def ask(role: Role, method: str, path: str, body: object = None, status: int = 200, **more: Any) -> Any:
        with acting(SYSTEM):
            own = Organisation.objects.get(code="hospital") if role is Role.ORGANISATION_MEMBER else None
            secret = accounts.token(role, own, now=now)
        client = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {secret}"})
        if body is not None:
            more = {"data": body, "content_type": "application/json"}
        response = getattr(client, method)(f"/api/v1{path}", **more)
        assert response.status_code == status, response.content.decode()[:800]
        return response.json()

    return ask


def test_sources_are_listed_shown_and_changed(call: Call, sunday: Report) -> None:
    (listed,) = call(Role.AUDITOR, "get", "/sources")
    assert (listed["name"], listed["timeliness"], listed["tlp"]) == ("Shadowserver", "on_time", "TLP:AMBER")
    assert listed["by_day"][-1] == 3

    found = call(Role.AUDITOR, "get", f"/sources/{listed['id']}")
    assert found["types"][0]["report_type"] == "scan_rdp"
    assert found["types"][0]["coverage"]["zh_hans"] == "该类型太新，尚不知通常规模。"

    given = {
        "provider": "Foundation",
        "tlp": "green",
        "reliability": "A",
        "gate": "hold",
        "coverage_mode": "delta",
        "expected_every_h": None,
    }
    changed = call(Role.COORDINATOR, "put", f"/sources/{listed['id']}", given)
    assert (changed["tlp"], changed["gate"], changed["timeliness"]) == ("TLP:GREEN", "hold", "no_rhythm")
    call(Role.ANALYST, "put", f"/sources/{listed['id']}", given, status=403)
    call(Role.COORDINATOR, "put", f"/sources/{listed['id']}", {**given, "reliability": "Z"}, status=422)


def test_reports_are_listed_and_shown(call: Call, sunday: Report) -> None:
    page = call(Role.AUDITOR, "get", "/reports?report_type=scan_rdp&since=2026-11-01&with_quarantine=true")
    assert [row["id"] for row in page["items"]] == [sunday.pk]
    assert call(Role.AUDITOR, "get", "/reports?until=2026-11-01")["items"] == []

    found = call(Role.AUDITOR, "get", f"/reports/{sunday.pk}")
    assert found["rows"] == found["events"] + found["quarantined"] == 3
    assert found["nobody"] == {"none": 1}
    assert found["gate"][0]["why"]["en"] == "the first report of its type"
    assert found["coverage"]["strength"] == "weak"

    rows = call(Role.AUDITOR, "get", f"/reports/{sunday.pk}/rows")
    assert [(row["subject"], row["became"]) for row in rows] == [("198.18.1.5", "finding"), ("203.0.113.5", "nobody")]
    assert (rows[0]["organisation_en"], rows[0]["severity"]) == ("County Hospital", "high")


def test_files_are_added(call: Call, sunday: Report) -> None:
    files = [
        SimpleUploadedFile(*make.file("scan_rdp", DAY + timedelta(days=1), [])),
        SimpleUploadedFile(*make.file("scan_smb", DAY, [])),
    ]

    kept = call(Role.ANALYST, "post", "/reports", status=202, data={"files": files, "source": "City desk"})

    assert [one["file"] for one in kept] == ["2026-11-23-scan_rdp.csv", "2026-11-22-scan_smb.csv"]
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'key', args->>'source_name' FROM procrastinate_jobs WHERE task_name = 'events.take_in'"
        )
        assert set(cursor.fetchall()) == {(one["key"], "City desk") for one in kept}


def test_refused_files_and_counts(call: Call) -> None:
    (refused,) = call(Role.AUDITOR, "get", "/reports/refused")["items"]
    assert refused["file_name"] == "prices.csv"

    counts = call(Role.AUDITOR, "get", "/arrivals?since=2026-11-22T00:00:00Z")
    assert (counts["reports"], counts["rows"], counts["refused"], counts["waiting_rows"]) == (1, 3, 1, 1)
    call(Role.AUDITOR, "get", "/arrivals?since=2026-11-22", status=422)


def test_a_row_is_opened_mended_and_taken_in(call: Call, sunday: Report) -> None:
    (row,) = call(Role.AUDITOR, "get", "/quarantine?state=waiting")["items"]
    assert "text" not in row
    assert call(Role.AUDITOR, "get", f"/quarantine/{row['id']}") == row
    call(Role.AUDITOR, "post", f"/quarantine/{row['id']}/open", status=403)

    opened = call(Role.ANALYST, "post", f"/quarantine/{row['id']}/open")
    assert "198.18.1.600" in opened["text"]
    problem = call(Role.ANALYST, "post", f"/quarantine/{row['id']}/retake", {"text": opened["text"]}, status=422)
    assert problem["type"].endswith("still-unreadable")
    mended = {"text": opened["text"].replace("198.18.1.600", "198.18.1.60")}
    taken = call(Role.ANALYST, "post", f"/quarantine/{row['id']}/retake", mended)

    assert (taken["rows"], taken["waiting"]) == (1, 0)
    assert call(Role.AUDITOR, "get", f"/reports/{taken['report_id']}")["retaken_from"] == sunday.pk
    call(Role.ANALYST, "post", f"/quarantine/{row['id']}/retake", mended, status=409)
    assert call(Role.ANALYST, "post", f"/reports/{sunday.pk}/retake") == {"report_id": None, "rows": 0, "waiting": 0}


def test_what_is_nobodys_is_counted(call: Call) -> None:
    found = call(Role.AUDITOR, "get", "/strangers?by=country&why=none")

    assert [(group["country"], group["rows"]) for group in found["groups"]] == [("CN", 1)]
    assert found["reasons"] == {"none": 1}
    call(Role.AUDITOR, "get", "/strangers?by=colour", status=422)


def test_the_archive_is_asked(call: Call, sunday: Report) -> None:
    with acting(SYSTEM):
        finding = Finding.objects.get()

    by_address = call(
        Role.AUDITOR, "get", "/archive?address=198.18.1.5&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z"
    )
    by_finding = call(Role.AUDITOR, "get", f"/archive/findings/{finding.public_id}")
    by_owner = call(Role.AUDITOR, "get", f"/archive/organisations/{finding.organisation_id}")

    assert by_address == by_finding == by_owner
    (event,) = by_address["events"]
    assert (event["report_id"], event["fields"]["tag"], event["severity"]) == (sunday.pk, "rdp", "high")
    call(Role.AUDITOR, "get", "/archive?address=x&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z", status=422)


@pytest.mark.parametrize(
    "path",
    [
        *("/sources", "/sources/{source}", "/reports", "/reports/{report}", "/reports/{report}/rows"),
        *("/reports/refused", "/arrivals?since=2026-11-22T00:00:00Z", "/quarantine", "/quarantine/{row}", "/strangers"),
        *("/archive/findings/{finding}", "/archive/organisations/{owner}"),
        "/archive?address=198.18.1.5&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z",
    ],
)
def test_an_organisation_is_told_nothing(call: Call, sunday: Report, path: str) -> None:
    with acting(SYSTEM):
        finding = Finding.objects.get()
        ids = {
            "source": sunday.source_id,
            "report": sunday.pk,
            "row": QuarantinedRow.objects.get().pk,
            "finding": finding.public_id,
            "owner": finding.organisation_id,
        }

    call(Role.ORGANISATION_MEMBER, "get", path.format(**ids), status=403)


@pytest.mark.parametrize("path", ["/sources/9", "/reports/9", "/quarantine/9", f"/archive/findings/{'0' * 32}-1"])
def test_what_is_not_there_is_not_found(call: Call, path: str) -> None:
    call(Role.AUDITOR, "get", path, status=404)


def test_an_organisation_changes_nothing(call: Call, sunday: Report) -> None:
    file = SimpleUploadedFile(*make.file("scan_rdp", DAY, []))

    call(Role.ORGANISATION_MEMBER, "post", "/reports", status=403, data={"files": [file]})
    call(Role.ORGANISATION_MEMBER, "post", f"/reports/{sunday.pk}/retake", status=403)

    with acting(SYSTEM):
        assert (Source.objects.count(), Report.objects.count()) == (1, 1)
