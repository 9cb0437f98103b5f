"""Reads the versioned tables of rules that ingest applies, with the shipped presets where nothing was entered."""

from collections.abc import Sequence

from tocsin.access.scope import INGEST
from tocsin.findings.models import Policy
from tocsin.findings.rules.severity import DEFAULT_SEVERITY, Effect, Factor, SeverityRow
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode


def severity_rows(*, using: str = INGEST) -> Sequence[SeverityRow]:
    """Give the adjustments of severity in force."""
    newest = Policy.objects.using(using).filter(subject="severity").order_by("-version").first()
    if newest is None:
        return DEFAULT_SEVERITY.rows
    return [
        SeverityRow(
            step=row["step"],
            factor=Factor(row["factor"]),
            value=row.get("value", ""),
            effect=Effect(row["effect"]),
            amount=row["amount"],
            applies_from=Severity(row.get("applies_from", Severity.LOW)),
        )
        for row in newest.rows
    ]


def gate_override(*, problem: str, source: str, using: str = INGEST) -> GateMode | None:
    """Give the mode that the desk has set for a problem, for this source or for all; null: as the catalogue says."""
    newest = Policy.objects.using(using).filter(subject="gate").order_by("-version").first()
    rows = newest.rows if newest is not None else []
    fitting = [row for row in rows if row["problem"] == problem and row.get("source", "") in {"", source}]
    fitting.sort(key=lambda row: row.get("source", ""), reverse=True)
    return GateMode(fitting[0]["mode"]) if fitting else None
