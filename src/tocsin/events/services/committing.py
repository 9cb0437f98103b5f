"""The one transaction of a report: ledger, findings, coverage of the archive, quarantine, follow-up jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db import connections

from tocsin.access.scope import INGEST
from tocsin.audit.trail import record
from tocsin.catalogue.rules import Problem
from tocsin.events.errors import RegistryChanged
from tocsin.events.models import ArchiveFile, QuarantinedRow, Report, Source
from tocsin.events.sealing import SealedRow, seal_row
from tocsin.events.services.registry_index import mark
from tocsin.events.stages.archive import Landed
from tocsin.events.volumes import size_of_type
from tocsin.findings.copying import copy_in
from tocsin.findings.queries.policies import gate_override, severity_rows
from tocsin.findings.rules.gate import GateDecision, gate
from tocsin.findings.rules.severity import graded
from tocsin.findings.services import (
    SIGHTINGS,
    Folded,
    FoldReport,
    Gated,
    drop_empty_groups,
    fold_report,
    hold_group,
    wait_for_folds,
)
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import GateMode

#: How long a quarantined row can be mended (design, "What is never kept").
QUARANTINE_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """What of a report hangs on the registry as it was at one moment."""

    #: Rows with an owner, and rows that two owners claim equally.
    rows: int
    conflicts: int
    #: One row an identity and owner, as `stages.gather` gives it; owners that are not today's left out.
    sightings: pl.DataFrame | None
    #: organisation_id, problem, rows.
    archived: pl.DataFrame | None
    #: As `stages.strangers` gives it.
    strangers: pl.DataFrame | None
    landed: Sequence[Landed]
    #: organisation_id, tier, critical.
    organisations: pl.DataFrame
    #: `registry_index.mark` of that moment.
    registry_mark: str


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A report, read and on disk, that waits for its transaction."""

    source: Source
    report_type: str
    known_type: bool
    source_kind: str
    period: date
    content_hash: str
    file_name: str
    size_bytes: int
    rows: int
    events: int
    attribution: Attribution
    rejected: pl.DataFrame | None
    #: Column names, as read: a quarantined row is read by them again.
    header: Sequence[str]
    problems: Mapping[str, Problem]


def commit(*, actor: Actor, prepared: Prepared, now: datetime) -> Report:
    """Write everything that a report means, within the caller's ingest transaction.

    Raises:
        RegistryChanged: the report must be attributed anew (`preparing.attribute_again`): its findings would be opened
            for whoever owned things before, behind the reattribution that has passed already.
    """
    with connections[INGEST].cursor() as cursor:
        wait_for_folds(cursor)
    if mark() != prepared.attribution.registry_mark:
        raise RegistryChanged("The registry has changed since the report was read.")
    report = _enter(prepared, now)
    decisions = _gate(actor, prepared)
    facts = FoldReport(
        id=report.pk, source=prepared.source.name, report_type=prepared.report_type, tlp=prepared.source.tlp
    )
    gates = {
        code: Gated(
            mode=decision.mode,
            group_id=hold_group(actor=actor, report=facts, problem=code, decision=decision, now=now)
            if decision.mode is GateMode.HOLD
            else None,
        )
        for code, decision in decisions.items()
    }
    folded = fold_report(actor=actor, sightings=_graded(prepared), report=facts, gates=gates, now=now)
    if any(gated.group_id is not None for gated in gates.values()):
        drop_empty_groups(actor=actor, report_id=report.pk)
    report.findings_new, report.findings_known = folded.new, folded.known
    report.save(using=INGEST, update_fields=["findings_new", "findings_known"])
    _list_archive(prepared, report)
    _quarantine(prepared, report, now)
    _count_strangers(prepared, report)
    record(
        actor=actor,
        action="events.take_in",
        target_kind="report",
        target_id=report.pk,
        at=now,
        after=_summary(report, folded),
        using=INGEST,
    )
    later(
        "events.judge_delivery",
        using=INGEST,
        once=f"judge:{prepared.source.pk}:{prepared.period}",
        source_id=prepared.source.pk,
        day=prepared.period.isoformat(),
    )
    return report


def _enter(prepared: Prepared, now: datetime) -> Report:
    """Enter the report into the ledger; its key is unique, so a second one of the same waits and then fails."""
    return Report.objects.using(INGEST).create(
        source=prepared.source,
        report_type=prepared.report_type,
        period=prepared.period,
        content_hash=prepared.content_hash,
        file_name=prepared.file_name,
        size_bytes=prepared.size_bytes,
        received_at=now,
        known_type=prepared.known_type,
        rows=prepared.rows,
        events=prepared.events,
        quarantined=prepared.rejected.height if prepared.rejected is not None else 0,
        attributed=prepared.attribution.rows,
        conflicts=prepared.attribution.conflicts,
        findings_new=0,
        findings_known=0,
    )


def _gate(actor: Actor, prepared: Prepared) -> Mapping[str, GateDecision]:
    """Ask the gate about the new findings of each problem."""
    today, usual = size_of_type(
        actor=actor, source=prepared.source, report_type=prepared.report_type, day=prepared.period
    )
    first = (
        not Report.objects.using(INGEST)
        .visible_to(actor)
        .filter(source=prepared.source, report_type=prepared.report_type)
        .exclude(period__gte=prepared.period)
        .exists()
    )
    return {
        code: gate(
            problem=gate_override(problem=code, source=prepared.source.name) or problem.gate,
            source=GateMode(prepared.source.gate),
            known_type=prepared.known_type,
            first_of_its_type=first,
            rows_today=prepared.rows if today is None else today,
            median_28d=usual,
        )
        for code, problem in prepared.problems.items()
    }


def _graded(prepared: Prepared) -> pl.DataFrame:
    """Give the sightings their severity: what the problem says, moved by the policy's adjustments."""
    if prepared.attribution.sightings is None:
        return pl.DataFrame(schema=SIGHTINGS)
    known = prepared.attribution.sightings.join(
        prepared.attribution.organisations, on="organisation_id", how="left"
    ).with_columns(pl.lit(prepared.source_kind).alias("source_kind"), pl.lit(value=False).alias("exploited"))
    return (
        graded(known, severity_rows())
        .with_columns(pl.lit(value=True).alias("owner_is_current"))
        .select(SIGHTINGS.names())
    )


def _list_archive(prepared: Prepared, report: Report) -> None:
    """List the files in the manifest: from here on they exist for readers."""
    ArchiveFile.objects.using(INGEST).bulk_create(
        ArchiveFile(
            path=landed.path,
            report=report,
            report_type=prepared.report_type,
            rows=landed.rows,
            size_bytes=landed.size_bytes,
            first_at=landed.first_at,
            last_at=landed.last_at,
        )
        for landed in prepared.attribution.landed
    )
    if prepared.attribution.archived is None:
        return
    with connections[INGEST].cursor() as cursor:
        copy_in(
            cursor,
            "events_organisationarchive",
            prepared.attribution.archived.with_columns(pl.lit(report.pk).alias("report_id")),
        )


def _quarantine(prepared: Prepared, report: Report, now: datetime) -> None:
    """Keep what could not be read, sealed, for some days."""
    if prepared.rejected is None:
        return
    QuarantinedRow.objects.using(INGEST).bulk_create(
        QuarantinedRow(
            report=report,
            row=row,
            line=line,
            stage=stage,
            reason=reason[:500],
            sealed=seal_row(SealedRow(header=tuple(prepared.header), text=text), report_id=report.pk, row_number=row),
            expires_at=now + timedelta(days=QUARANTINE_DAYS),
        )
        for row, line, stage, reason, text in prepared.rejected.select(
            "row", "line", "stage", "reason", pl.col("text").fill_null("")
        ).rows()
    )


def _count_strangers(prepared: Prepared, report: Report) -> None:
    if prepared.attribution.strangers is None:
        return
    with connections[INGEST].cursor() as cursor:
        copy_in(
            cursor,
            "events_strangercount",
            prepared.attribution.strangers.with_columns(pl.lit(report.pk).alias("report_id")),
        )


def _summary(report: Report, folded: Folded) -> Mapping[str, object]:
    return {
        "type": report.report_type,
        "period": report.period.isoformat(),
        "file": report.file_name,
        "sha256": report.content_hash,
        "rows": report.rows,
        "events": report.events,
        "quarantined": report.quarantined,
        "new": folded.new,
        "known": folded.known,
        "relapsed": folded.relapsed,
        "late": folded.late,
        "contested": folded.contested,
    }
