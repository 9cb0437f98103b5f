"""The pages of reports, as a browser without JavaScript asks for them."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories import accounts, registry
from tests.factories import events as make
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.events.models import QuarantinedRow, RefusedFile, Report, Source
from tocsin.events.services import judge_delivery
from tocsin.events.tasks import take_in
from tocsin.findings.models import Finding
from tocsin.kernel.actor import system
from tocsin.registry.models import Organisation

Visit = Callable[..., Client]
SYSTEM = system("test")
DAY = date(2026, 11, 22)


@pytest.fixture
def visit(database: str, now: datetime) -> Iterator[Visit]:
    """Give clients, each signed in as somebody, at a fixed moment."""

    def sign_in(role: Role | None = None, owner: Organisation | None = None, language: str = "en") -> Client:
        if role is None:
            return Client(SERVER_NAME="localhost")
        with acting(SYSTEM):
            return accounts.enter(accounts.account(role, owner, language=language))

    with time_machine.travel(now, tick=False):
        yield sign_in
    translation.activate("en")


@pytest.fixture
def sunday(database: str, now: datetime) -> Report:
    """Take in a day of history, then a report with an owner's rows, a stranger's and two unreadable ones."""
    with acting(SYSTEM):
        hospital = registry.organisation("hospital", name_en="County Hospital", name_zh="县人民医院")
        registry.asset(hospital, "198.18.1.0/24")
    before = DAY - timedelta(days=1)
    make.deliver(make.file("scan_rdp", before, [make.row(before, "198.18.1.5")]), now=now - timedelta(days=1))
    rows = [make.row(DAY, address) for address in ("198.18.1.5", "198.18.1.6", "203.0.113.5", "198.18.1.600")]
    rows.append(make.row(DAY, "198.18.1.7", timestamp="yesterday"))
    make.deliver(make.file("scan_rdp", DAY, rows), ("prices.csv", b"a,b\n1,2\n"), now=now)
    with acting(SYSTEM):
        report = Report.objects.select_related("source").get(period=DAY)
    judge_delivery(actor=SYSTEM, source_id=report.source_id, day=DAY, now=now)
    return report


def text(response: HttpResponseBase) -> str:
    """Give what a page says, without its markup."""
    assert isinstance(response, HttpResponse)
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'").replace("&quot;", '"')


def quarantined() -> list[QuarantinedRow]:
    with acting(SYSTEM):
        return list(QuarantinedRow.objects.order_by("row"))


def paths(report: Report) -> dict[str, str]:
    """Name every page that is asked for by GET."""
    with acting(SYSTEM):
        organisation = Organisation.objects.get(code="hospital")
        finding = Finding.objects.first()
        row = QuarantinedRow.objects.first()
    assert finding is not None
    assert row is not None
    return {
        "sources": "/sources/",
        "source": f"/sources/{report.source_id}/",
        "change": f"/sources/{report.source_id}/change/",
        "reports": "/reports/",
        "filtered": f"/reports/?source={report.source_id}&type=scan_rdp&since=2026-11-01&quarantine=on",
        "add": "/reports/add/",
        "refused": "/reports/refused/",
        "report": f"/reports/{report.pk}/",
        "quarantine": "/quarantine/",
        "row": f"/quarantine/{row.pk}/",
        "strangers": "/strangers/",
        "strangers by network": "/strangers/?by=network&why=none&asn=64500&country=CN",
        "archive": "/archive/",
        "address": "/archive/?address=198.18.1.5",
        "finding": f"/archive/?finding={finding.public_id}",
        "organisation": f"/archive/?organisation={organisation.pk}",
    }


NAMES = (
    *("sources", "source", "change", "reports", "filtered", "add", "refused", "report", "quarantine", "row"),
    *("strangers", "strangers by network", "archive", "address", "finding", "organisation"),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_the_desk(sunday: Report, visit: Visit, name: str, language: str) -> None:
    client = visit(Role.COORDINATOR, language=language)

    response = client.get(paths(sunday)[name])

    assert response.status_code == 200
    page = response.content.decode()
    assert f'<html lang="{language}"' in page
    assert "<h1" in page
    assert "{" not in re.sub(r"\s+", " ", text(response)).replace("{count}", "")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", [Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER])
def test_for_an_organisation_there_is_nothing_here(sunday: Report, visit: Visit, name: str, role: Role) -> None:
    with acting(SYSTEM):
        owner = Organisation.objects.get(code="hospital")

    response = visit(role, owner).get(paths(sunday)[name])

    assert response.status_code == 404
    assert "scan_rdp" not in text(response)


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_sent_to_sign_in(sunday: Report, visit: Visit, name: str) -> None:
    assert visit().get(paths(sunday)[name]).status_code == 302


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"add", "change"}])
def test_an_auditor_reads_everything_and_changes_nothing(sunday: Report, visit: Visit, name: str) -> None:
    page = visit(Role.AUDITOR).get(paths(sunday)[name])

    assert page.status_code == 200
    assert 'action="/quarantine/' not in page.content.decode()


@pytest.mark.parametrize("path", ["/sources/", "/reports/", "/reports/refused/", "/quarantine/", "/strangers/"])
def test_an_empty_installation_says_what_is_next(visit: Visit, path: str) -> None:
    page = text(visit(Role.COORDINATOR).get(path))

    assert any(
        said in page
        for said in (
            "There is no source yet",
            "Nothing has come in yet",
            "could be read",
            "Every row has a constituent",
        )
    )


@pytest.mark.parametrize(
    "path", ["/sources/9/", "/reports/9/", "/quarantine/9/", "/archive/?finding=x", "/archive/?organisation=9"]
)
def test_what_is_not_there_is_not_found(visit: Visit, path: str) -> None:
    assert visit(Role.COORDINATOR).get(path).status_code == 404


def test_the_list_of_sources_says_the_state(sunday: Report, visit: Visit, now: datetime) -> None:
    with acting(SYSTEM):
        late = make.source("City desk", expected_every_h=4)
        make.report(late, "scan_rdp", DAY - timedelta(days=1), rows=40, received_at=now - timedelta(hours=26))

    page = text(visit(Role.COORDINATOR).get("/sources/"))

    assert "1 of 2 sources is silent" in page
    assert "nothing for 26 hours, usually every 4 hours" in page
    assert "TLP:AMBER" in page


def test_a_report_says_what_became_of_it(sunday: Report, visit: Visit) -> None:
    page = text(visit(Role.COORDINATOR).get(f"/reports/{sunday.pk}/"))

    assert "5 rows of scan_rdp" in page
    assert "3 events, 2 in quarantine" in page
    assert "2 rows wait in quarantine" in page
    assert "County Hospital" in page
    assert "by network" in page
    assert "without a constituent" in page
    assert "sent at once" in page
    assert "A small type; the whole delivery has 500 % of its usual size." in page


def test_a_report_says_so_in_chinese(sunday: Report, visit: Visit) -> None:
    page = text(visit(Role.COORDINATOR, language="zh-hans").get(f"/reports/{sunday.pk}/"))

    assert "县人民医院" in page
    assert "远程桌面" in page
    assert "类型较小" in page


def test_a_report_without_its_archive_says_so(sunday: Report, visit: Visit) -> None:
    for path in Path(settings.ARCHIVE_FOLDER).rglob("*.parquet"):
        path.unlink()

    page = visit(Role.COORDINATOR).get(f"/reports/{sunday.pk}/")

    assert page.status_code == 200
    assert "Its rows cannot be shown" in text(page)


def test_a_filter_is_a_word_that_can_be_taken_away(sunday: Report, visit: Visit) -> None:
    page = visit(Role.COORDINATOR).get(f"/reports/?source={sunday.source_id}&since=2026-12-01")

    assert "0 reports found" in text(page)
    assert f'href="/reports/?source={sunday.source_id}"' in page.content.decode()


def test_a_filter_that_means_nothing_cuts_nothing(sunday: Report, visit: Visit) -> None:
    for path in ("/reports/?since=never&source=x", "/quarantine/?report=x&state=x", "/strangers/?asn=x&by=x&why=x"):
        assert visit(Role.COORDINATOR).get(path).status_code == 200


def test_ten_thousand_rows_are_pages_of_fifty(sunday: Report, visit: Visit, now: datetime) -> None:
    client = visit(Role.COORDINATOR)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/quarantine/").status_code == 200
        return len(captured)

    few = asked()
    with acting(SYSTEM):
        QuarantinedRow.objects.bulk_create(
            QuarantinedRow(report=sunday, row=number, line=number, stage="read", reason="x", expires_at=now)
            for number in range(100, 10_000)
        )

    assert asked() == few
    first = client.get("/quarantine/").content.decode()
    assert first.count('role="row"') == 51
    following = re.search(r'href="(/quarantine/\?cursor=[^"]+)"', first)
    assert following is not None
    assert "51" in text(client.get(following[1]))


def test_a_source_is_changed_and_the_trail_says_how(sunday: Report, visit: Visit) -> None:
    client = visit(Role.COORDINATOR)
    given = {
        "provider": "Shadowserver Foundation",
        "tlp": "green",
        "reliability": "A",
        "gate": "hold",
        "coverage_mode": "none",
        "expected_every_h": "",
    }

    response = client.post(f"/sources/{sunday.source_id}/change/", given)

    assert response.status_code == 302
    with acting(SYSTEM):
        source = Source.objects.get()
        entry = AuditEntry.objects.get(action="events.change_source")
    assert (source.tlp, source.gate, source.coverage_mode, source.expected_every_h) == ("green", "hold", "none", None)
    assert entry.before is not None
    assert entry.before["tlp"] == "amber"


@pytest.mark.parametrize("given", [{"tlp": "purple"}, {"expected_every_h": "0"}, {"provider": ""}])
def test_a_source_is_not_changed_to_what_cannot_be(sunday: Report, visit: Visit, given: dict[str, str]) -> None:
    plain = {"provider": "x", "tlp": "red", "reliability": "A", "gate": "hold", "coverage_mode": "none"}

    response = visit(Role.COORDINATOR).post(f"/sources/{sunday.source_id}/change/", {**plain, **given})

    assert response.status_code == 422
    with acting(SYSTEM):
        assert Source.objects.get().tlp == "amber"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR])
def test_only_coordinators_change_a_source(sunday: Report, visit: Visit, role: Role) -> None:
    assert visit(role).get(f"/sources/{sunday.source_id}/change/").status_code == 403


def test_files_are_added_for_the_worker(sunday: Report, visit: Visit) -> None:
    client = visit(Role.ANALYST)
    day = DAY + timedelta(days=1)
    files = [
        SimpleUploadedFile(*make.file("scan_rdp", day, [make.row(day, "198.18.1.9")])),
        SimpleUploadedFile(*make.file("scan_telnet", day, [])),
    ]

    response = client.post("/reports/add/", {"reports": files, "source": "Shadowserver", "new_source": ""}, follow=True)

    assert "2 files are being taken in." in text(response)
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'events.take_in'")
        jobs = [json.loads(args) for (args,) in cursor.fetchall()]
    assert {job["source_name"] for job in jobs} == {"Shadowserver"}
    for job in jobs:
        take_in(**job)
    with acting(SYSTEM):
        assert set(Report.objects.filter(period=day).values_list("report_type", "rows")) == {
            ("scan_rdp", 1),
            ("scan_telnet", 0),
        }
    assert list(Path(settings.INBOX_FOLDER).iterdir()) == []


def test_no_file_is_no_report(sunday: Report, visit: Visit) -> None:
    response = visit(Role.ANALYST).post("/reports/add/", {"source": "", "new_source": ""})

    assert response.status_code == 422
    assert "Choose at least one file." in text(response)


def test_an_auditor_adds_nothing(sunday: Report, visit: Visit) -> None:
    assert visit(Role.AUDITOR).get("/reports/add/").status_code == 403


def test_a_row_is_opened_mended_and_taken_in(sunday: Report, visit: Visit) -> None:
    client = visit(Role.ANALYST)
    row = quarantined()[0]
    closed = client.get(f"/quarantine/{row.pk}/")
    assert "timestamp,severity,ip" not in text(closed)
    assert "number above 255" in text(closed)

    opened = client.post(f"/quarantine/{row.pk}/open/")
    assert "198.18.1.600" in text(opened)
    assert "timestamp,severity,ip" in text(opened)

    bad = client.post(f"/quarantine/{row.pk}/retake/", {"text": f"{DAY} 01:00:00,high,198.18.1.700,tcp,3389"})
    assert bad.status_code == 422
    assert "number above 255" in text(bad)
    assert quarantined()[0].state == "waiting"

    done = client.post(
        f"/quarantine/{row.pk}/retake/", {"text": f"{DAY} 01:00:00,high,198.18.1.60,tcp,3389"}, follow=True
    )
    assert "Taken in as a report of its own." in text(done)
    assert "1 row of scan_rdp" in text(done)
    assert quarantined()[0].state == "taken_in"
    with acting(SYSTEM):
        assert AuditEntry.objects.filter(action="events.open_row").count() == 1


def test_looking_at_a_row_takes_a_post(sunday: Report, visit: Visit) -> None:
    assert visit(Role.ANALYST).get(f"/quarantine/{quarantined()[0].pk}/open/").status_code == 405


def test_all_of_a_report_is_tried_again(sunday: Report, visit: Visit) -> None:
    page = visit(Role.ANALYST).post(f"/reports/{sunday.pk}/retake/", follow=True)

    assert "None of them can be read yet." in text(page)


def test_an_address_that_is_none_is_said(visit: Visit) -> None:
    response = visit(Role.ANALYST).get("/archive/?address=hospital")

    assert response.status_code == 422
    assert "is no IP address" in text(response)


def test_the_archive_shows_an_address_over_time(sunday: Report, visit: Visit) -> None:
    client = visit(Role.ANALYST)

    assert "2 rows seen: 198.18.1.5" in text(client.get("/archive/?address=198.18.1.5"))
    assert "1 row seen: 198.18.1.5" in text(client.get("/archive/?address=198.18.1.5&since=2026-11-22"))
    assert "Nothing was seen there." in text(client.get("/archive/?address=198.18.1.99"))


def test_refused_files_say_why(sunday: Report, visit: Visit) -> None:
    page = text(visit(Role.ANALYST).get("/reports/refused/"))

    assert "1 file was refused" in page
    assert "prices.csv" in page
    assert "no column 'timestamp'" in page
    with acting(SYSTEM):
        assert RefusedFile.objects.count() == 1
