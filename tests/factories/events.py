"""Sources, ledger entries and report files; rows of tables are made directly, inside `acting(system("test"))`."""

import csv
import io
import itertools
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from tocsin.events.feeds import feed_for
from tocsin.events.models import Report, Source
from tocsin.events.services import Delivery, Outcome, take_in
from tocsin.kernel.actor import Actor, system

#: A moment long before anything that tests speak of.
MADE_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
#: The columns that every scan report has.
SCAN = ("timestamp", "severity", "ip", "protocol", "port", "hostname", "tag", "asn", "geo", "region", "city", "sector")
_numbers = itertools.count(1)


def source(name: str = "", *, using: str = "default", **given: object) -> Source:
    """Make a source of Shadowserver's files, on the alias of the caller's transaction."""
    name = name or f"source {next(_numbers)}"
    values: dict[str, object] = {"format": "shadowserver", "provider": name, "tlp": "amber", "created_at": MADE_AT}
    return Source.objects.using(using).create(name=name, **{**values, **given})


def report(
    of: Source,
    report_type: str = "scan_rdp",
    period: date | None = None,
    rows: int = 100,
    *,
    received_at: datetime | None = None,
    **given: object,
) -> Report:
    """Enter a report into the ledger, every row an event, on the alias of its source.

    It comes at 06:00 UTC of the day after the one it speaks of: give one of the two, or both.
    """
    if period is None:
        assert received_at is not None
        period = (received_at - timedelta(days=1)).date()
    values: dict[str, object] = {
        "content_hash": f"{next(_numbers):064x}",
        "file_name": f"{period}-{report_type}.csv",
        "size_bytes": 1000,
        "received_at": received_at or datetime.combine(period, time(), UTC) + timedelta(days=1, hours=6),
        "known_type": True,
        "rows": rows,
        "events": rows,
        "quarantined": 0,
        "attributed": 0,
        "conflicts": 0,
        "findings_new": 0,
        "findings_known": 0,
    }
    return Report.objects.using(of._state.db or "default").create(
        source=of, report_type=report_type, period=period, **{**values, **given}
    )


def row(day: date, address: str, **given: str) -> dict[str, str]:
    """Give a row of a scan at 03:12:45 of a day; whatever is not given is plain."""
    return {
        "timestamp": f"{day} 03:12:45",
        "severity": "high",
        "ip": address,
        "protocol": "tcp",
        "port": "3389",
        "hostname": "",
        "tag": "rdp",
        "asn": "64500",
        "geo": "CN",
        **given,
    }


def columns(report_type: str) -> tuple[str, ...]:
    """Give a header that the type is recognised by."""
    signature = feed_for(report_type).signature
    return (*SCAN, *sorted(signature - set(SCAN)))


def text(rows: Iterable[Mapping[str, str]], header: Iterable[str]) -> bytes:
    """Spell rows as CSV; a header alone without rows."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(header), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def file(report_type: str, day: date, rows: Iterable[Mapping[str, str]]) -> tuple[str, bytes]:
    """Give a report file of a type and day, as name and bytes."""
    return f"{day}-{report_type}.csv", text(rows, columns(report_type))


def deliver(
    *files: tuple[str, bytes],
    now: datetime,
    source_name: str | None = None,
    actor: Actor | None = None,
) -> list[Outcome]:
    """Take files in, given as (name, bytes)."""
    deliveries = (Delivery(name=name, stream=io.BytesIO(content)) for name, content in files)
    return list(take_in(actor=actor or system("ingest"), deliveries=deliveries, source_name=source_name, now=now))
