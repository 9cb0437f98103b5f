"""From a file to findings, on a database: whole or not at all, once only, and every row is somewhere."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings
from django.db import DataError, connections

from tests.factories import events as make
from tests.factories import registry
from tests.shared_data import shared
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.events.models import (
    ArchiveFile,
    OrganisationArchive,
    QuarantinedRow,
    RefusedFile,
    Report,
    Source,
    StrangerCount,
)
from tocsin.events.sealing import unseal_row
from tocsin.events.services import Delivery, committing, take_in
from tocsin.findings.models import Finding, Sighting
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Asset, Organisation

DAY = date(2026, 11, 20)
SYSTEM = system("test")


@pytest.fixture
def hospital(database: str) -> Organisation:
    with acting(SYSTEM):
        made = registry.organisation("hospital")
        registry.asset(made, "198.18.1.0/24")
    return made


def archived() -> pl.DataFrame:
    """Give every row that the manifest's files hold."""
    with acting(SYSTEM):
        paths = [Path(settings.ARCHIVE_FOLDER) / file.path for file in ArchiveFile.objects.all()]
    return pl.concat([pl.read_parquet(path) for path in paths], how="diagonal") if paths else pl.DataFrame()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


RAGGED = b"2026-11-20 01:00:00,high,198.18.1.7,tcp,3389,,rdp,64500,CN,,,,,,and,two,more\n"
SHORT = b"2026-11-20 01:00:00,high,198.18.1.8\n"
NO_TIME = b"yesterday,high,198.18.1.9,tcp,3389\n"
NO_ADDRESS = b"2026-11-20 01:00:00,high,999.18.1.9,tcp,3389\n"
UNCLOSED = b'2026-11-20 01:00:00,high,198.18.1.10,tcp,3389,"never closed\n'


@pytest.mark.parametrize(
    ("lines", "events", "quarantined"),
    [
        ([RAGGED], 2, 0),
        ([SHORT], 2, 0),
        ([NO_TIME], 1, 1),
        ([NO_ADDRESS], 1, 1),
        ([UNCLOSED], 1, 1),
        ([UNCLOSED, RAGGED, NO_TIME, SHORT, NO_ADDRESS], 3, 3),
        ([b"\n", b"\r\n"], 1, 0),
    ],
    ids=["too long", "too short", "no time", "no address", "unclosed quote", "all of them", "blank lines"],
)
def test_every_row_is_an_event_or_in_quarantine(
    hospital: Organisation, now: datetime, lines: list[bytes], events: int, quarantined: int
) -> None:
    name, plain = make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5")])

    outcome = make.deliver((name, plain + b"".join(lines)), now=now)[0]

    assert (outcome.rows, outcome.events, outcome.quarantined) == (events + quarantined, events, quarantined)
    assert archived().height == events
    with acting(SYSTEM):
        report = Report.objects.get()
        assert (report.rows, report.events, report.quarantined) == (outcome.rows, events, quarantined)
        assert QuarantinedRow.objects.count() == quarantined


def test_quarantine_says_line_and_reason_and_keeps_the_row_sealed(hospital: Organisation, now: datetime) -> None:
    rows = [make.row(DAY, "198.18.1.5"), make.row(DAY, "999.18.1.9")]

    make.deliver(make.file("scan_rdp", DAY, rows), now=now)

    with acting(SYSTEM):
        row = QuarantinedRow.objects.get()
    assert (row.row, row.line, row.stage, row.state) == (2, 3, "normalise", "waiting")
    assert row.reason == "Column 'ip': '999.18.1.9' has a number above 255."
    assert b"999.18" not in bytes(row.sealed or b"")
    held = unseal_row(bytes(row.sealed or b""), report_id=row.report_id, row_number=row.row)
    assert "999.18.1.9" in held.text
    assert held.header[0] == "timestamp"


def test_the_same_file_twice_changes_nothing(hospital: Organisation, now: datetime) -> None:
    delivery = make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5"), make.row(DAY, "203.0.113.5")])
    first = make.deliver(delivery, now=now)[0]
    before = counts()

    again = make.deliver(delivery, delivery, now=now)

    assert [outcome.already for outcome in again] == [True, True]
    assert {outcome.report_id for outcome in again} == {first.report_id}
    assert counts() == before


def counts() -> dict[str, object]:
    with acting(SYSTEM):
        return {
            "reports": Report.objects.count(),
            "manifest": ArchiveFile.objects.count(),
            "owners": OrganisationArchive.objects.count(),
            "strangers": list(StrangerCount.objects.values_list("network", "rows")),
            "findings": Finding.objects.count(),
            "sightings": list(Sighting.objects.values_list("count", "last_seen_at")),
            "trail": AuditEntry.objects.count(),
        }


def test_two_files_of_a_header_alone_are_two_reports_and_each_of_them_once(database: str, now: datetime) -> None:
    monday, tuesday = (make.file("scan_rdp", date(2026, 11, day), []) for day in (16, 17))
    assert monday[1] == tuesday[1]

    outcomes = make.deliver(monday, tuesday, monday, now=now)

    assert [(outcome.already, outcome.rows) for outcome in outcomes] == [(False, 0), (False, 0), (True, 0)]
    with acting(SYSTEM):
        assert Report.objects.count() == 2
        assert ArchiveFile.objects.count() == 0


@pytest.mark.parametrize(
    "pack",
    [
        lambda name, content: (f"{name}.gz", gzip.compress(content)),
        lambda name, content: ("reports.zip", zipped(**{name: content})),
        lambda name, content: ("any name.csv", zipped(**{f"folder/{name}": content})),
        lambda name, content: (name, b"\xef\xbb\xbf" + content),
        lambda name, content: (name, content.replace(b"\n", b"\r\n")),
    ],
    ids=["gzip", "zip", "zip under another name", "byte order mark", "CRLF"],
)
def test_packed_and_plain_are_the_same(
    hospital: Organisation, now: datetime, pack: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    name, content = make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5"), make.row(DAY, "198.18.1.6")])

    outcome = make.deliver(pack(name, content), now=now)[0]

    assert (outcome.report_type, outcome.period, outcome.rows, outcome.attributed) == ("scan_rdp", DAY, 2, 2)


def test_a_zip_of_many_reports_is_many_reports(hospital: Organisation, now: datetime) -> None:
    files = dict(
        make.file(kind, DAY, [make.row(DAY, "198.18.1.5")]) for kind in ("scan_rdp", "scan_telnet", "scan_smb")
    )

    outcomes = make.deliver(("all.zip", zipped(**files)), now=now)

    assert [outcome.report_type for outcome in outcomes] == ["scan_rdp", "scan_telnet", "scan_smb"]


def test_a_damaged_file_is_refused_and_remembered_and_stops_no_other(hospital: Organisation, now: datetime) -> None:
    good = make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5")])
    damaged = zipped(**dict([good]))[:-40]
    outcomes = make.deliver(
        ("broken.zip", damaged), ("list.csv", b"name,size\na,1\n"), ("empty.csv", b""), good, now=now
    )

    assert [outcome.error is None for outcome in outcomes] == [False, False, False, True]
    with acting(SYSTEM):
        refused = list(RefusedFile.objects.order_by("pk").values_list("file_name", "reason", "source__name"))
        assert Report.objects.count() == 1
        assert AuditEntry.objects.filter(action="events.refuse_file").count() == 3
    assert [name for name, _, _ in refused] == ["broken.zip", "list.csv", "empty.csv"]
    assert {source for _, _, source in refused} == {"Shadowserver"}
    assert "damaged" in refused[0][1]
    assert "timestamp" in refused[1][1]


def test_a_file_cut_off_in_the_middle_is_taken_in_whole_or_not_at_all(hospital: Organisation, now: datetime) -> None:
    rows = [make.row(DAY, f"198.18.1.{number % 250}", hostname=f"h{number * 7919}.example") for number in range(9000)]
    name, content = make.file("scan_rdp", DAY, rows)
    packed = gzip.compress(content)

    outcome = make.deliver((f"{name}.gz", packed[: len(packed) // 2]), now=now)[0]

    assert outcome.error is not None
    with acting(SYSTEM):
        assert (Report.objects.count(), Finding.objects.count(), ArchiveFile.objects.count()) == (0, 0, 0)


def test_rows_of_nobody_are_kept_and_counted_by_network_and_country(hospital: Organisation, now: datetime) -> None:
    rows = [make.row(DAY, address) for address in ("203.0.113.5", "203.0.113.6", "2001:db8:1::5", "198.18.1.5")]

    make.deliver(make.file("scan_rdp", DAY, rows), now=now)

    with acting(SYSTEM):
        found = set(StrangerCount.objects.values_list("network", "country", "asn", "why", "rows"))
    assert found == {("203.0.0.0/16", "CN", 64500, "none", 2), ("2001:db8::/32", "CN", 64500, "none", 1)}
    assert archived().height == 4


def test_rows_that_two_own_equally_are_counted_apart(hospital: Organisation, now: datetime) -> None:
    with acting(SYSTEM):
        registry.asset(registry.organisation("school"), "198.18.1.0/24")

    outcome = make.deliver(make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5")]), now=now)[0]

    assert outcome.attributed == 0
    with acting(SYSTEM):
        assert list(StrangerCount.objects.values_list("why", flat=True)) == ["conflict"]
        assert Report.objects.get().conflicts == 1


def test_rows_of_an_owner_that_has_changed_since_open_nothing(hospital: Organisation, now: datetime) -> None:
    with acting(SYSTEM):
        old, new = registry.organisation("old"), registry.organisation("new")
        changed = datetime(2026, 11, 21, tzinfo=UTC)
        registry.asset(old, "198.18.9.0/24", valid_until=changed)
        registry.asset(new, "198.18.9.0/24", valid_from=changed)

    make.deliver(make.file("scan_rdp", DAY, [make.row(DAY, "198.18.9.5")]), now=now)

    with acting(SYSTEM):
        assert Finding.objects.count() == 0
        assert list(StrangerCount.objects.values_list("why", flat=True)) == ["moved"]
        assert list(OrganisationArchive.objects.values_list("organisation_id", flat=True)) == [old.pk]


def test_a_name_from_reverse_dns_misleads_nobody(hospital: Organisation, now: datetime) -> None:
    with acting(SYSTEM):
        registry.asset(registry.organisation("school"), "school.example")

    make.deliver(make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5", hostname="www.school.example")]), now=now)

    with acting(SYSTEM):
        finding = Finding.objects.get()
    assert (finding.organisation_id, finding.ptr) == (hospital.pk, "www.school.example")


def test_every_sample_goes_in_with_every_row(database: str, now: datetime) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(shared("shadowserver").glob("*.csv"))]
    with acting(SYSTEM):
        registry.asset(registry.organisation(), "0.0.0.0/1")

    outcomes = make.deliver(*files, now=now)

    assert len(outcomes) == len(files) > 20
    assert [outcome.file for outcome in outcomes if outcome.error or outcome.quarantined] == []
    assert [outcome.file for outcome in outcomes if outcome.rows != outcome.events or not outcome.rows] == []
    assert archived().height == sum(outcome.rows for outcome in outcomes)
    with acting(SYSTEM):
        assert not Report.objects.filter(known_type=False).exists()


def test_it_refuses_whoever_may_not_take_in(database: str, now: datetime) -> None:
    delivery = make.file("scan_rdp", DAY, [])
    member = registry.person(Role.AUDITOR)

    with pytest.raises(NotAllowed):
        make.deliver(delivery, now=now, actor=member)


def test_it_leaves_one_trace_a_report(hospital: Organisation, now: datetime) -> None:
    make.deliver(make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.5")]), now=now)

    with acting(SYSTEM):
        entries = list(AuditEntry.objects.filter(action="events.take_in").values_list("after", flat=True))
    assert len(entries) == 1
    assert entries[0]["rows"] == entries[0]["events"] == entries[0]["new"] == 1


def test_the_source_of_a_format_is_made_once(database: str, now: datetime) -> None:
    for day in (18, 19):
        make.deliver(make.file("scan_rdp", date(2026, 11, day), []), now=now)
    make.deliver(make.file("scan_rdp", DAY, []), now=now, source_name="City desk")

    with acting(SYSTEM):
        assert list(Source.objects.values_list("name", flat=True)) == ["City desk", "Shadowserver"]


def _phishing(day: date, *addresses: str) -> tuple[str, bytes]:
    """Give a report of one URL that was seen at several addresses, as behind a network for content delivery."""
    columns = ("timestamp", "url", "host", "ip", "source")
    rows = [
        {
            "timestamp": f"{day} 03:0{minute}:00",
            "url": "http://cdn.example.net/x",
            "host": "cdn.example.net",
            "ip": address,
            "source": "s",
        }
        for minute, address in enumerate(addresses)
    ]
    return f"{day}-phish_url.csv", make.text(rows, columns)


@pytest.mark.parametrize("before", [(), ("198.18.1.5",)], ids=["new", "already somebody's"])
def test_a_thing_seen_at_two_owners_is_one_finding_of_one(
    hospital: Organisation, now: datetime, before: tuple[str, ...]
) -> None:
    with acting(SYSTEM):
        school = registry.organisation("school")
        registry.asset(school, "198.18.2.0/24")
    if before:
        make.deliver(_phishing(date(2026, 11, 19), *before), now=now)

    outcomes = make.deliver(
        _phishing(DAY, "198.18.1.5", "198.18.2.5"), make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.7")]), now=now
    )

    assert [(made.error, made.events) for made in outcomes] == [(None, 2), (None, 1)]
    with acting(SYSTEM):
        finding = Finding.objects.get(problem="phishing-page")
        # Whoever has it keeps it while it is seen there; else the newest sighting speaks.
        assert finding.organisation == (hospital if before else school)
        assert finding.episode == 1
        assert finding.closing is None
        assert AuditEntry.objects.filter(action="events.take_in", after__contested=1).count() == 1
        counted = OrganisationArchive.objects.filter(report__period=DAY, problem="phishing-page")
        assert set(counted.values_list("organisation_id", flat=True)) == {hospital.pk, school.pk}


@pytest.mark.parametrize(
    ("report_type", "given"),
    [
        ("phish_url", {"url": f"http://www.hospital.example/{'a' * 3000}", "host": "www.hospital.example"}),
        ("event4_sinkhole", {"src_ip": "198.18.1.9", "infection": "m" * 3000}),
        ("scan_rdp", {"hostname": "h" * 400}),
    ],
)
def test_a_value_longer_than_any_column_keeps_no_report_out(
    hospital: Organisation, now: datetime, report_type: str, given: dict[str, str]
) -> None:
    row = make.row(DAY, "198.18.1.9", **given)

    outcome = make.deliver((f"{DAY}-{report_type}.csv", make.text([row], tuple(row))), now=now)[0]

    assert (outcome.error, outcome.findings_new) == (None, 1)


def test_a_report_with_a_fault_of_ours_is_refused_and_the_others_go_in(
    hospital: Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    unharmed = committing.fold_report

    def fold(**given: Any) -> Any:
        if given["report"].report_type == "scan_rdp":
            raise DataError("value 198.18.1.7 too long")
        return unharmed(**given)

    monkeypatch.setattr(committing, "fold_report", fold)

    outcomes = make.deliver(
        make.file("scan_rdp", DAY, [make.row(DAY, "198.18.1.7")]),
        make.file("scan_smb", DAY, [make.row(DAY, "198.18.1.8")]),
        now=now,
    )

    assert [made.error is None for made in outcomes] == [False, True]
    with acting(SYSTEM):
        assert "DataError" in RefusedFile.objects.get().reason
        assert "198.18" not in RefusedFile.objects.get().reason
        assert Report.objects.get().report_type == "scan_smb"


def test_what_changes_hands_while_files_come_in_goes_to_its_new_owner(hospital: Organisation, now: datetime) -> None:
    with acting(SYSTEM):
        school = registry.organisation("school")
        asset = hospital.assets.get()

    def deliveries() -> Iterator[Delivery]:
        for number, name in enumerate(("scan_rdp", "scan_smb")):
            if number == 1:
                # A correction, made by somebody while the first file was being prepared.
                with acting(SYSTEM):
                    Asset.objects.filter(pk=asset.pk).update(organisation=school)
            file_name, content = make.file(name, DAY, [make.row(DAY, "198.18.1.7")])
            yield Delivery(name=file_name, stream=io.BytesIO(content))
        connections["default"].close()

    outcomes = list(take_in(actor=system("ingest"), deliveries=deliveries(), source_name=None, now=now))

    assert [made.error for made in outcomes] == [None, None]
    with acting(SYSTEM):
        assert set(Finding.objects.filter(problem="open-smb").values_list("organisation__code", flat=True)) == {
            "school"
        }
        assert set(archived()["organisation_id"]) <= {hospital.pk, school.pk}
        smb = ArchiveFile.objects.get(report_type="scan_smb")
        assert pl.read_parquet(Path(settings.ARCHIVE_FOLDER) / smb.path)["organisation_id"].to_list() == [school.pk]


def test_a_report_of_years_ago_that_comes_again_leaves_the_archive_as_it_is(
    hospital: Organisation, now: datetime
) -> None:
    day = date(2024, 9, 1)
    file = make.file("scan_rdp", day, [make.row(day, "198.18.1.7")])
    make.deliver(file, now=now)
    before = archived()
    with acting(SYSTEM):
        school = registry.organisation("school")
        Asset.objects.update(organisation=school)

    outcome = make.deliver(file, now=now)[0]

    assert outcome.already
    assert archived().equals(before)
