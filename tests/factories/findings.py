"""Findings through the fold, and findings made directly; an owner and what it said, looks that covered."""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import polars as pl

from tocsin.access.scope import INGEST, acting
from tocsin.findings.models import Finding, Sighting
from tocsin.findings.rules import CoverageWhy, Strength
from tocsin.findings.services import (
    SIGHTINGS,
    CoverageRow,
    Folded,
    FoldReport,
    Gated,
    fold_report,
    record_coverage,
)
from tocsin.kernel.actor import system
from tocsin.kernel.identity import identity
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode
from tocsin.registry.models import Organisation

#: Monday 23 November 2026, 07:30 in Shanghai.
MONDAY = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = itertools.count(1)


def address() -> str:
    """Give an address that no other test thing has."""
    number = next(_numbers)
    return f"198.18.{number // 250}.{number % 250 + 1}"


def sighting(owner: Organisation, subject: str = "", at: datetime = MONDAY, **given: Any) -> dict[str, Any]:
    """Give one row of what the fold reads: RDP on an address, once, whatever is not given."""
    subject = subject or address()
    values: dict[str, Any] = {
        "organisation_id": owner.pk,
        "owner_is_current": True,
        "first_at": at,
        "last_at": at,
        "count": 1,
        "problem": "open-rdp",
        "kind": "state",
        "subject_kind": "address",
        "subject": subject,
        "address": subject,
        "port": 3389,
        "transport": "tcp",
        "discriminator": "",
        "evidence": json.dumps({"version": "10"}),
        "severity": int(Severity.HIGH),
        "row_severity": None,
        "attributed_by": "prefix",
        "asset_value": "198.18.0.0/15",
        "asset_since": None,
        "ptr": "",
        **given,
    }
    values["identity"] = identity(
        subject_kind=values["subject_kind"],
        subject=subject,
        port=values["port"],
        transport=values["transport"],
        path=None,
        problem=values["problem"],
        discriminator=values["discriminator"],
    )
    return values


def fold(
    *seen: Mapping[str, Any],
    now: datetime = MONDAY,
    source: str = "shadowserver",
    report_type: str = "scan_rdp",
    gates: Mapping[str, Gated] | None = None,
    report_id: int = 1,
) -> Folded:
    """Fold sightings as ingest does, in a transaction of its own."""
    frame = pl.DataFrame([{**row} for row in seen], schema=SIGHTINGS)
    with acting(system("ingest"), using=INGEST) as actor:
        return fold_report(
            actor=actor,
            sightings=frame,
            report=FoldReport(id=report_id, source=source, report_type=report_type, tlp="amber"),
            gates=gates or {row["problem"]: Gated(mode=GateMode.AUTO) for row in seen},
            now=now,
        )


def finding(organisation: Organisation, /, *, last_seen_at: datetime | None = None, **given: Any) -> Finding:
    """Make an open finding that its owner has not been told, with one sighting; in the caller's transaction."""
    subject = given.pop("subject", None) or address()
    values: dict[str, Any] = {
        "identity": UUID(int=next(_numbers) + (1 << 120)),
        "organisation": organisation,
        "problem": "open-rdp",
        "kind": "state",
        "subject_kind": "address",
        "subject": subject,
        "address": subject if given.get("subject_kind", "address") == "address" else None,
        "port": 3389,
        "transport": "tcp",
        "tlp": "amber",
        "severity": Severity.HIGH,
        "first_seen_at": MONDAY - DAY,
        "opened_at": MONDAY - DAY,
        "changed_at": MONDAY - DAY,
        "source": "shadowserver",
        "report_type": "scan_rdp",
        "report_id": 1,
        "attributed_by": "prefix",
        "asset_value": "198.18.0.0/15",
        **given,
    }
    made = Finding.objects.create(**values)
    Sighting.objects.create(
        finding=made, source=made.source, last_seen_at=last_seen_at or made.first_seen_at, count=1, report_id=1
    )
    return made


def cover(
    *days: date,
    source: str = "shadowserver",
    report_type: str = "scan_rdp",
    problems: Sequence[str] = ("open-rdp",),
    strength: Strength = Strength.FULL,
    why: CoverageWhy = CoverageWhy.ENOUGH,
    usual: int | None = 100,
) -> None:
    """Record that a report covered these days from midnight to midnight (UTC)."""
    with acting(system("ingest"), using=INGEST) as actor:
        for day in days:
            begin = datetime.combine(day, time(), UTC)
            row = CoverageRow(
                report_type=report_type,
                problems=problems,
                strength=strength,
                why=why,
                percent=100,
                rows=None if why is CoverageWhy.MISSING else 100,
                rows_usual=usual,
                window_from=begin,
                window_until=begin + DAY,
            )
            record_coverage(actor=actor, source=source, day=day, rows=[row], now=begin + DAY)


def days(first: str, count: int) -> list[date]:
    """Give so many days from a first one on."""
    return [date.fromisoformat(first) + timedelta(days=step) for step in range(count)]
