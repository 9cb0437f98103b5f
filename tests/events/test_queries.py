"""What pages and the API are told: right numbers, a fixed number of questions, nothing for whoever may not see."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.events.errors import NoSuchSource
from tocsin.events.models import QuarantinedRow, RefusedFile, Report, Source
from tocsin.events.queries.counts import counts_since, waiting_rows
from tocsin.events.queries.first_rows import Became, first_rows
from tocsin.events.queries.quarantine import QuarantineFilters, get_quarantined, list_quarantine
from tocsin.events.queries.refused import list_refused
from tocsin.events.queries.report import get_report
from tocsin.events.queries.reports import ReportFilters, list_reports, report_types
from tocsin.events.queries.sources import get_source, list_sources, source_names
from tocsin.events.queries.strangers import By, StrangerFilters, WhyNobody, list_strangers
from tocsin.events.rules import Timeliness, timeliness
from tocsin.events.services import judge_delivery
from tocsin.findings.rules.coverage import CoverageWhy, Strength
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotAllowed, NotFound
from tocsin.kernel.words import GateMode

SYSTEM = system("test")
DAY = date(2026, 11, 22)


@pytest.fixture
def desk() -> Actor:
    return registry.person(Role.AUDITOR)


@pytest.fixture
def monday(database: str, now: datetime) -> Report:
    """Take in a day of history and a Sunday's scan_rdp: of two owners, of nobody, in conflict, one row unreadable."""
    with acting(SYSTEM):
        hospital, school = registry.organisation("hospital", name_zh="医院"), registry.organisation("school")
        registry.asset(hospital, "198.18.1.0/24")
        registry.asset(school, "198.18.2.0/24")
        for owner in (hospital, school):
            registry.asset(owner, "198.18.3.0/24")
    before = DAY - timedelta(days=1)
    make.deliver(make.file("scan_rdp", before, [make.row(before, "198.18.1.5")]), now=now - timedelta(days=1))
    rows = [
        make.row(DAY, "198.18.1.5", hostname="mail.school.example"),
        make.row(DAY, "198.18.1.6"),
        make.row(DAY, "198.18.2.5"),
        make.row(DAY, "198.18.3.5"),
        make.row(DAY, "203.0.113.5", asn="64501"),
        make.row(DAY, "203.0.113.6", asn="64501"),
        make.row(DAY, "2001:db8:1::5", asn="64502", geo="LU"),
        make.row(DAY, "999.0.0.1"),
    ]
    make.deliver(make.file("scan_rdp", DAY, rows), ("broken.csv", b"a,b\n1,2\n"), now=now)
    with acting(SYSTEM):
        source_id = Source.objects.get().pk
        report = Report.objects.select_related("source").get(period=DAY)
    judge_delivery(actor=SYSTEM, source_id=source_id, day=DAY, now=now)
    return report


@pytest.mark.parametrize(
    ("ago_h", "every_h", "is_so"),
    [
        (None, 24, Timeliness.NEVER),
        (1, None, Timeliness.NO_RHYTHM),
        (30, 24, Timeliness.ON_TIME),
        (30.1, 24, Timeliness.SILENT),
        (26, 4, Timeliness.SILENT),
    ],
)
def test_a_source_is_late_by_its_own_rhythm(
    ago_h: float | None, every_h: int | None, is_so: Timeliness, now: datetime
) -> None:
    last_at = None if ago_h is None else now - timedelta(hours=ago_h)

    assert timeliness(last_at=last_at, every_h=every_h, now=now) is is_so


def test_sources_say_when_and_how_much(monday: Report, desk: Actor, now: datetime) -> None:
    with acting(SYSTEM):
        quiet = make.source("City desk", expected_every_h=4)
        make.report(quiet, "scan_rdp", DAY - timedelta(days=2), rows=40, received_at=now - timedelta(hours=26))
        make.source("New one")

    with acting(desk):
        rows = list_sources(actor=desk, now=now)

    assert [(row.name, row.timeliness) for row in rows] == [
        ("City desk", Timeliness.SILENT),
        ("New one", Timeliness.NEVER),
        ("Shadowserver", Timeliness.ON_TIME),
    ]
    shadowserver, city = rows[2], rows[0]
    assert (shadowserver.last_at, shadowserver.last_rows) == (now, 8)
    assert shadowserver.days[-1] == DAY
    assert shadowserver.by_day == (*(None,) * 12, 1, 8)
    assert city.by_day[-2:] == (40, None)
    assert rows[1].last_rows is None


def test_a_source_says_what_it_sends_and_what_that_covers(monday: Report, desk: Actor, now: datetime) -> None:
    with acting(desk):
        found = get_source(actor=desk, source_id=monday.source_id, now=now)

    assert (found.reports, found.refused) == (2, 1)
    (scan,) = found.types
    assert (scan.report_type, scan.last_day, scan.rows, scan.usual) == ("scan_rdp", DAY, 8, 1)
    assert scan.coverage is not None
    assert (scan.coverage.strength, scan.coverage.why) == (Strength.FULL, CoverageWhy.DELIVERY_ENOUGH)


def test_there_is_no_other_source(monday: Report, desk: Actor, now: datetime) -> None:
    with acting(desk), pytest.raises(NoSuchSource):
        get_source(actor=desk, source_id=999_999, now=now)


def test_reports_come_newest_first_with_their_numbers(monday: Report, desk: Actor) -> None:
    with acting(desk):
        page = list_reports(actor=desk, filters=ReportFilters())

    newest = page.part.items[0]
    assert [row.period for row in page.part.items] == [DAY, DAY - timedelta(days=1)]
    assert page.total.value == 2
    assert (newest.rows, newest.events, newest.quarantined, newest.waiting) == (8, 7, 1, 1)
    assert (newest.attributed, newest.conflicts, newest.findings_new, newest.findings_known) == (3, 1, 2, 1)


@pytest.mark.parametrize(
    ("filters", "days"),
    [
        (ReportFilters(report_type="scan_rdp"), [DAY, DAY - timedelta(days=1)]),
        (ReportFilters(report_type="scan_smb"), []),
        (ReportFilters(since=DAY), [DAY]),
        (ReportFilters(until=DAY - timedelta(days=1)), [DAY - timedelta(days=1)]),
        (ReportFilters(with_quarantine=True), [DAY]),
        (ReportFilters(source_id=999_999), []),
    ],
)
def test_reports_are_cut_down(monday: Report, desk: Actor, filters: ReportFilters, days: list[date]) -> None:
    with acting(desk):
        assert [row.period for row in list_reports(actor=desk, filters=filters).part.items] == days


def test_reports_are_paged_without_losing_one(database: str, desk: Actor, now: datetime) -> None:
    with acting(SYSTEM):
        source = make.source()
        for number in range(25):
            # Many at the same moment: the id has to tell them apart.
            make.report(source, "scan_rdp", DAY - timedelta(days=number), received_at=now - timedelta(days=number // 9))
    seen: list[int] = []
    cursor: str | None = ""

    with acting(desk):
        while cursor is not None:
            page = list_reports(actor=desk, filters=ReportFilters(), cursor=cursor, size=10)
            seen += [row.id for row in page.part.items]
            cursor = page.part.next

    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen, key=lambda pk: (-((pk - min(seen)) // 9), pk), reverse=True)


def test_a_report_in_full(monday: Report, desk: Actor) -> None:
    with acting(desk):
        found = get_report(actor=desk, report_id=monday.pk)

    assert found.content_hash == monday.content_hash
    assert found.nobody == {"none": 3, "conflict": 1}
    assert [(file.rows, file.path.endswith(".parquet")) for file in found.files] == [(7, True)]
    assert found.coverage is not None
    assert (found.coverage.why, found.rows_usual) == (CoverageWhy.DELIVERY_ENOUGH, 1)
    assert [(said.problem, said.mode, said.findings, said.why) for said in found.gate] == [
        ("open-rdp", GateMode.AUTO, 2, None)
    ]
    assert found.retaken_from is None


def test_a_first_report_says_why_it_is_held(monday: Report, desk: Actor) -> None:
    with acting(SYSTEM):
        first = Report.objects.get(period=DAY - timedelta(days=1))

    with acting(desk):
        (said,) = get_report(actor=desk, report_id=first.pk).gate

    assert (said.mode, said.findings, said.decision) == (GateMode.HOLD, 1, None)
    assert said.why is not None
    assert said.why.text() == "the first report of its type"
    assert said.group_id is not None


def test_first_rows_say_what_became_of_each(monday: Report, desk: Actor) -> None:
    with acting(desk):
        rows = first_rows(actor=desk, report_id=monday.pk)

    assert [(row.row, row.subject, row.became) for row in rows] == [
        (1, "198.18.1.5", Became.FINDING),
        (2, "198.18.1.6", Became.FINDING),
        (3, "198.18.2.5", Became.FINDING),
        (4, "198.18.3.5", Became.CONFLICT),
        (5, "203.0.113.5", Became.NOBODY),
        (6, "203.0.113.6", Became.NOBODY),
        (7, "2001:db8:1::5", Became.NOBODY),
    ]
    assert (rows[0].ptr, rows[0].name_zh, rows[0].attributed_by) == ("mail.school.example", "医院", "prefix")
    assert rows[0].finding.endswith("-1")
    assert (rows[4].finding, rows[4].organisation_id, rows[4].asn) == ("", None, 64501)


def test_refused_files_are_listed_with_their_reason(monday: Report, desk: Actor) -> None:
    with acting(desk):
        (refused,) = list_refused(actor=desk).part.items

    assert (refused.file_name, refused.source) == ("broken.csv", "Shadowserver")
    assert "timestamp" in refused.reason


def test_quarantine_is_listed_without_the_rows(monday: Report, desk: Actor) -> None:
    with acting(desk):
        page = list_quarantine(actor=desk, filters=QuarantineFilters())
        (row,) = page.part.items
        assert get_quarantined(actor=desk, row_id=row.id) == row

    assert (row.line, row.row, row.report_type, row.state) == (9, 8, "scan_rdp", "waiting")
    assert row.reason == "Column 'ip': '999.0.0.1' has a number above 255."
    assert page.states == {"waiting": 1}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (QuarantineFilters(state="waiting"), 1),
        (QuarantineFilters(state="expired"), 0),
        (QuarantineFilters(report_type="scan_rdp"), 1),
        (QuarantineFilters(report_id=999_999), 0),
        (QuarantineFilters(source_id=999_999), 0),
    ],
)
def test_quarantine_is_cut_down(monday: Report, desk: Actor, filters: QuarantineFilters, found: int) -> None:
    with acting(desk):
        assert len(list_quarantine(actor=desk, filters=filters).part.items) == found


def test_what_is_nobodys_is_counted_by_network(monday: Report, desk: Actor) -> None:
    with acting(desk):
        by_asn = list_strangers(actor=desk, filters=StrangerFilters())
        by_country = list_strangers(actor=desk, filters=StrangerFilters(why=WhyNobody.NONE), by=By.COUNTRY)
        by_network = list_strangers(actor=desk, filters=StrangerFilters(asn=64501), by=By.NETWORK)

    assert [(group.asn, group.rows, group.networks) for group in by_asn.groups] == [
        (64501, 2, 1),
        (64500, 1, 1),
        (64502, 1, 1),
    ]
    assert (by_asn.rows, by_asn.total_groups) == (4, 3)
    assert by_asn.reasons == {WhyNobody.NONE: 3, WhyNobody.CONFLICT: 1}
    assert [(group.country, group.rows) for group in by_country.groups] == [("CN", 2), ("LU", 1)]
    assert by_country.rows == 3
    assert [(group.network, group.rows) for group in by_network.groups] == [("203.0.0.0/16", 2)]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (StrangerFilters(country="lu"), 1),
        (StrangerFilters(report_type="scan_smb"), 0),
        (StrangerFilters(since=DAY), 4),
        (StrangerFilters(until=DAY - timedelta(days=1)), 0),
        (StrangerFilters(source_id=999_999), 0),
        (StrangerFilters(why=WhyNobody.MOVED), 0),
    ],
)
def test_what_is_nobodys_is_cut_down(monday: Report, desk: Actor, filters: StrangerFilters, rows: int) -> None:
    with acting(desk):
        assert list_strangers(actor=desk, filters=filters).rows == rows


def test_counts_since_a_moment(monday: Report, desk: Actor, now: datetime) -> None:
    with acting(desk):
        found = counts_since(actor=desk, since=now - timedelta(hours=12), now=now)

    assert (found.reports, found.rows, found.attributed, found.refused) == (1, 8, 3, 1)
    assert (found.waiting_rows, found.sources, found.silent_sources) == (1, 1, 0)


#: Every query, asked as a page asks it.
QUESTIONS: dict[str, Callable[[Actor, Report, datetime], object]] = {
    "sources": lambda actor, report, now: list_sources(actor=actor, now=now),
    "source": lambda actor, report, now: get_source(actor=actor, source_id=report.source_id, now=now),
    "names": lambda actor, report, now: source_names(actor=actor),
    "reports": lambda actor, report, now: list_reports(actor=actor, filters=ReportFilters(with_quarantine=True)),
    "types": lambda actor, report, now: report_types(actor=actor),
    "report": lambda actor, report, now: get_report(actor=actor, report_id=report.pk),
    "first rows": lambda actor, report, now: first_rows(actor=actor, report_id=report.pk),
    "refused": lambda actor, report, now: list_refused(actor=actor),
    "quarantine": lambda actor, report, now: list_quarantine(actor=actor, filters=QuarantineFilters()),
    "strangers": lambda actor, report, now: list_strangers(actor=actor, filters=StrangerFilters()),
    "counts": lambda actor, report, now: counts_since(actor=actor, since=now - timedelta(days=1), now=now),
    "waiting": lambda actor, report, now: waiting_rows(actor=actor),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_much_takes_no_more_questions_than_little(
    question: Callable[[Actor, Report, datetime], object], monday: Report, desk: Actor, now: datetime
) -> None:
    def asked() -> int:
        with acting(desk), CaptureQueriesContext(connection) as captured:
            question(desk, monday, now)
        return len(captured)

    little = asked()
    with acting(SYSTEM):
        for number in range(1, 7):
            source = make.source(created_at=datetime(2026, 1, 1, tzinfo=UTC))
            report = make.report(source, f"scan_{number}_thing", DAY - timedelta(days=number), received_at=now)
            QuarantinedRow.objects.create(report=report, row=1, line=2, stage="read", reason="x", expires_at=now)
            RefusedFile.objects.create(
                source=source, file_name="x.csv", content_hash="0" * 64, refused_at=now, reason="x"
            )
            make.report(monday.source, f"scan_{number}_thing", DAY - timedelta(days=number), received_at=now)

    assert asked() == little


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("role", [Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER, Role.LINK])
def test_nobody_but_the_desk_is_told(
    question: Callable[[Actor, Report, datetime], object], monday: Report, now: datetime, role: Role
) -> None:
    with acting(SYSTEM):
        actor = registry.person(role, organisation=registry.organisation("other"))

    with acting(actor), pytest.raises((NotAllowed, NotFound)):
        question(actor, monday, now)


def test_what_is_not_there_is_not_there(monday: Report, desk: Actor) -> None:
    with acting(desk), pytest.raises(NotFound):
        get_report(actor=desk, report_id=999_999)
    with acting(desk), pytest.raises(NotFound):
        get_quarantined(actor=desk, row_id=999_999)
