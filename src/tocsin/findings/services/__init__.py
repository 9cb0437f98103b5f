"""Every write to findings. Call inside `acting(actor)`; what ingest and the clock do runs on their own alias."""

from tocsin.findings.services.answers import Answered, answer
from tocsin.findings.services.fold import SIGHTINGS, Folded, FoldReport, Gated, fold_report
from tocsin.findings.services.holding import drop_empty_groups, hold_group
from tocsin.findings.services.telling import tell

__all__ = [
    "SIGHTINGS",
    "Answered",
    "FoldReport",
    "Folded",
    "Gated",
    "answer",
    "drop_empty_groups",
    "fold_report",
    "hold_group",
    "tell",
]
