"""Why a finding stands as it does: its severity, its deadline, how often it was looked for since."""

import itertools
from dataclasses import dataclass
from datetime import datetime

from tocsin.catalogue.queries import problem as problem_of
from tocsin.findings.models import Finding, Sighting
from tocsin.findings.queries.looks import looks_until
from tocsin.findings.queries.policies import deadlines_in_force, severity_rows
from tocsin.findings.rules import Owner, SeverityInputs, deadline_rows, needed_looks, needed_quiet_looks, severity
from tocsin.findings.rules.clocks import because, deciding_row
from tocsin.findings.rules.looks import Watches
from tocsin.findings.rules.said import Said
from tocsin.findings.rules.silence import COVERED_LOOKS, QUIET_DAYS
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import Kind


@dataclass(frozen=True, kw_only=True)
class Looks:
    """How often it was looked for since it was last seen, and how often it must be."""

    #: Full looks in a row without it, one a day.
    covered: int
    needed: int
    #: Null: silence is not counted in days for this kind.
    quiet_days: int | None
    #: Since when looks count.
    since: datetime
    #: Whether every source that saw it has looked.
    all_looked: bool


def why_severity(row: Finding) -> tuple[Said, ...]:
    """Give what made the severity so; empty where what was known then no longer explains it."""
    problem = problem_of(row.problem)
    for tags, kind in itertools.product(
        [frozenset[str](), *(frozenset({tag}) for tag in problem.severity_by_tag)], ["", "honeypot"]
    ):
        inputs = SeverityInputs(
            default=problem.severity,
            by_tag=problem.severity_by_tag,
            tags=tags,
            row=Severity(row.row_severity) if row.row_severity is not None else None,
            source_kind=kind,
            critical=row.organisation.critical,
            tier=row.organisation.tier,
        )
        graded, reasons = severity(inputs, severity_rows(using="default"))
        if graded == row.severity:
            return tuple(reasons)
    return ()


def why_deadline(actor: Actor, row: Finding, now: datetime) -> Said | None:
    """Say which row set the deadline, or will when its owner is told; null where none does, or a person granted it."""
    if row.due_at is not None:
        return because(*deadline_rows([row.due_by])) if row.due_by is not None else None
    case = (Severity(row.severity), row.organisation.tier, row.organisation.critical)
    decides = deciding_row(deadlines_in_force(actor=actor, now=now), *case)
    return because(decides) if decides is not None else None


def looks_of(actor: Actor, row: Finding, sources: tuple[str, ...], now: datetime) -> Looks | None:
    """Count the looks that count for a finding; null where silence ends nothing."""
    kind = Kind(row.kind)
    if row.closing is not None or kind in {Kind.DISCLOSURE, Kind.ONE_OFF} or not sources:
        return None
    problem = problem_of(row.problem)
    seen_at = max(Sighting.objects.visible_to(actor).filter(finding=row).values_list("last_seen_at", flat=True))
    since = max(seen_at, row.watched_from or seen_at)
    watch = Watches.of(looks_until(actor=actor, now=now, problems=[row.problem])).watch(
        problem=row.problem, source=row.source, report_type=row.report_type, sources=sources
    )
    all_looked = watch.all_looked_from is not None and watch.all_looked_from > since
    quiet = problem.quiet_days or QUIET_DAYS
    return Looks(
        covered=sum(begin > since for begin in watch.begins),
        needed=needed_looks(problem.covered_looks or COVERED_LOOKS, claimed=row.owner == Owner.CLAIMS_FIXED)
        if kind is Kind.STATE
        else needed_quiet_looks(quiet),
        quiet_days=None if kind is Kind.STATE else quiet,
        since=since,
        all_looked=all_looked,
    )
