"""Every write to findings. Call inside `acting(actor)`; what ingest and the clock do runs on their own alias."""

from tocsin.findings.services.answers import Answered, answer
from tocsin.findings.services.boundaries import ask_after_boundaries
from tocsin.findings.services.coverage import CoverageRow, record_coverage
from tocsin.findings.services.expiring import expire_closings
from tocsin.findings.services.exporting import export_findings
from tocsin.findings.services.fold import SIGHTINGS, Folded, FoldReport, Gated, fold_report
from tocsin.findings.services.gate import Decided, decide_group, set_gate_mode
from tocsin.findings.services.history import OWNER_CHANGED
from tocsin.findings.services.holding import drop_empty_groups, hold_group
from tocsin.findings.services.judging import act
from tocsin.findings.services.opening import wait_for_folds
from tocsin.findings.services.policies import change_deadlines
from tocsin.findings.services.reattribution import Reattributed, reattribute
from tocsin.findings.services.silence import Silenced, apply_silence
from tocsin.findings.services.telling import tell

__all__ = [
    "OWNER_CHANGED",
    "SIGHTINGS",
    "Answered",
    "CoverageRow",
    "Decided",
    "FoldReport",
    "Folded",
    "Gated",
    "Reattributed",
    "Silenced",
    "act",
    "answer",
    "apply_silence",
    "ask_after_boundaries",
    "change_deadlines",
    "decide_group",
    "drop_empty_groups",
    "expire_closings",
    "export_findings",
    "fold_report",
    "hold_group",
    "reattribute",
    "record_coverage",
    "set_gate_mode",
    "tell",
    "wait_for_folds",
]
