"""A row that could not be read is opened by few, mended, taken in as a report of its own, or forgotten in days."""

from datetime import date, datetime, timedelta

import pytest

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.events.errors import RowGone, SealBroken, StillUnreadable
from tocsin.events.feeds import Feed, Side
from tocsin.events.models import ArchiveFile, QuarantinedRow, Report
from tocsin.events.services import expire_rows, open_row, quarantine, retake_report, retake_row
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import NotAllowed, NotFound

DAY = date(2026, 11, 20)
SYSTEM = system("test")


@pytest.fixture
def desk() -> Actor:
    return registry.person(Role.ANALYST, label="Zhao Min")


@pytest.fixture
def rows(database: str, now: datetime) -> list[QuarantinedRow]:
    """Take in a report of four rows, of which one is good: a bad address, a bad time, a quote that never ends."""
    with acting(SYSTEM):
        registry.asset(registry.organisation("hospital"), "198.18.1.0/24")
    given = [
        make.row(DAY, "198.18.1.5"),
        make.row(DAY, "198.18.1.600"),
        make.row(DAY, "198.18.1.7", timestamp="20th of November"),
    ]
    name, content = make.file("scan_rdp", DAY, given)
    make.deliver((name, content + b'2026-11-20 04:00:00,high,198.18.1.8,tcp,3389,"a name\n'), now=now)
    with acting(SYSTEM):
        return list(QuarantinedRow.objects.order_by("row"))


def fresh(row: QuarantinedRow) -> QuarantinedRow:
    with acting(SYSTEM):
        return QuarantinedRow.objects.get(pk=row.pk)


def totals() -> list[tuple[int, int, int]]:
    with acting(SYSTEM):
        return list(Report.objects.order_by("pk").values_list("rows", "events", "quarantined"))


def test_a_row_opens_with_its_header_and_the_trail_says_who_looked(
    rows: list[QuarantinedRow], desk: Actor, now: datetime
) -> None:
    opened = open_row(actor=desk, row_id=rows[0].pk, now=now)

    assert opened.header[:3] == ("timestamp", "severity", "ip")
    assert '"198.18.1.600"' in opened.text
    assert (opened.row, opened.line) == (2, 3)
    with acting(SYSTEM):
        entry = AuditEntry.objects.get(action="events.open_row")
    assert (entry.actor_label, entry.target_id) == ("Zhao Min", str(rows[0].pk))
    assert "198.18" not in str(entry.after)


def test_a_mended_row_is_a_report_of_its_own(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    text = open_row(actor=desk, row_id=rows[0].pk, now=now).text.replace("198.18.1.600", "198.18.1.60")

    taken = retake_row(actor=desk, row_id=rows[0].pk, text=text, now=now)

    assert totals() == [(4, 1, 3), (1, 1, 0)]
    row = fresh(rows[0])
    assert (row.state, row.retaken_by_id, row.sealed) == ("taken_in", taken.report_id, None)
    with acting(SYSTEM):
        report = Report.objects.get(pk=taken.report_id)
        assert (report.report_type, report.period, report.findings_new) == ("scan_rdp", DAY, 1)
        assert Finding.objects.filter(address="198.18.1.60", organisation__code="hospital").exists()
        entry = AuditEntry.objects.get(action="events.retake_rows")
    assert (entry.actor_label, entry.target_id) == ("Zhao Min", str(taken.report_id))


def test_a_row_may_turn_out_to_be_several_records(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    text = "2026-11-20 04:00:00,high,198.18.1.8,tcp,3389\n2026-11-20 04:00:01,high,198.18.1.9,tcp,3389\n"

    assert retake_row(actor=desk, row_id=rows[2].pk, text=text, now=now).rows == 2
    assert totals() == [(4, 1, 3), (2, 2, 0)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-11-20 04:00:00,high,198.18.1.900,tcp,3389", "number above 255"),
        ("2026-11-20 04:00:00,high,198.18.1.9,tcp,3389\nnever,high,198.18.1.9,tcp,3389", "is no time"),
        ('2026-11-20 04:00:00,high,"198.18.1.9', "never closed"),
        ("", "no record"),
        ("\n\n", "no record"),
    ],
)
def test_what_still_cannot_be_read_changes_nothing(
    rows: list[QuarantinedRow], desk: Actor, now: datetime, text: str, reason: str
) -> None:
    with pytest.raises(StillUnreadable, match=reason):
        retake_row(actor=desk, row_id=rows[0].pk, text=text, now=now)

    assert totals() == [(4, 1, 3)]
    assert fresh(rows[0]).state == "waiting"
    with acting(SYSTEM):
        assert ArchiveFile.objects.count() == 1


def test_a_row_is_taken_in_once(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    text = "2026-11-20 04:00:00,high,198.18.1.8,tcp,3389"
    retake_row(actor=desk, row_id=rows[0].pk, text=text, now=now)

    with pytest.raises(RowGone):
        retake_row(actor=desk, row_id=rows[0].pk, text=text, now=now)
    with pytest.raises(RowGone):
        open_row(actor=desk, row_id=rows[0].pk, now=now)
    assert totals() == [(4, 1, 3), (1, 1, 0)]


def test_two_who_mend_the_same_row_take_it_in_once(
    rows: list[QuarantinedRow], desk: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = quarantine._commit

    def overtaken(actor: Actor, *given: object) -> Report:
        monkeypatch.setattr(quarantine, "_commit", commit)
        retake_row(actor=desk, row_id=rows[0].pk, text="2026-11-20 05:00:00,high,198.18.1.8,tcp,3389", now=now)
        return commit(actor, *given)

    monkeypatch.setattr(quarantine, "_commit", overtaken)

    with pytest.raises(RowGone):
        retake_row(actor=desk, row_id=rows[0].pk, text="2026-11-20 04:00:00,high,198.18.1.8,tcp,3389", now=now)
    assert totals() == [(4, 1, 3), (1, 1, 0)]


def test_two_rows_mended_to_the_same_text_are_two(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    text = "2026-11-20 04:00:00,high,198.18.1.8,tcp,3389"

    for row in rows[:2]:
        retake_row(actor=desk, row_id=row.pk, text=text, now=now)

    assert totals() == [(4, 1, 3), (1, 1, 0), (1, 1, 0)]


def test_a_report_is_taken_in_again_after_its_feed_was_mended(
    rows: list[QuarantinedRow], desk: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert retake_report(actor=desk, report_id=rows[0].report_id, now=now).rows == 0
    assert totals() == [(4, 1, 3)]
    # As if it had been found out that the column is no address of the side to notify.
    mended = Feed(type="scan_rdp", problem="open-rdp", side=Side.DESTINATION)
    monkeypatch.setattr(quarantine, "feed_for", lambda name: mended)

    taken = retake_report(actor=desk, report_id=rows[0].report_id, now=now)

    assert (taken.rows, taken.waiting) == (1, 2)
    assert totals() == [(4, 1, 3), (1, 1, 0)]
    assert [fresh(row).state for row in rows] == ["taken_in", "waiting", "waiting"]


def test_expired_rows_are_empty_and_remembered(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    retake_row(actor=desk, row_id=rows[0].pk, text="2026-11-20 04:00:00,high,198.18.1.8,tcp,3389", now=now)

    assert expire_rows(actor=system("clock"), now=now + timedelta(days=13)) == 0
    assert expire_rows(actor=system("clock"), now=now + timedelta(days=14)) == 2
    assert expire_rows(actor=system("clock"), now=now + timedelta(days=14)) == 0

    assert [(fresh(row).state, fresh(row).sealed) for row in rows] == [
        ("taken_in", None),
        ("expired", None),
        ("expired", None),
    ]
    assert fresh(rows[1]).reason.startswith("Column 'timestamp'")
    with pytest.raises(RowGone):
        open_row(actor=desk, row_id=rows[1].pk, now=now)
    with acting(SYSTEM):
        assert AuditEntry.objects.get(action="events.expire_rows").after == {"rows": 2}


def test_a_row_that_was_moved_does_not_open(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    with acting(SYSTEM):
        QuarantinedRow.objects.filter(pk=rows[0].pk).update(sealed=rows[1].sealed)

    with pytest.raises(SealBroken):
        open_row(actor=desk, row_id=rows[0].pk, now=now)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ORGANISATION_MANAGER])
def test_they_refuse_whoever_may_not(rows: list[QuarantinedRow], now: datetime, role: Role) -> None:
    with acting(SYSTEM):
        organisation = registry.organisation("other") if role is Role.ORGANISATION_MANAGER else None
    actor = registry.person(role, organisation=organisation)

    with pytest.raises(NotAllowed):
        open_row(actor=actor, row_id=rows[0].pk, now=now)
    with pytest.raises(NotAllowed):
        retake_row(actor=actor, row_id=rows[0].pk, text="", now=now)
    with pytest.raises(NotAllowed):
        retake_report(actor=actor, report_id=rows[0].report_id, now=now)
    with pytest.raises(NotAllowed):
        expire_rows(actor=actor, now=now)


def test_what_is_not_there_is_not_there(rows: list[QuarantinedRow], desk: Actor, now: datetime) -> None:
    with pytest.raises(NotFound):
        open_row(actor=desk, row_id=999_999, now=now)
    with pytest.raises(NotFound):
        retake_row(actor=desk, row_id=999_999, text="", now=now)
    with pytest.raises(NotFound):
        retake_report(actor=desk, report_id=999_999, now=now)
