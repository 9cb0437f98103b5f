"""Every write that reports bring: one function, one transaction, one entry in the trail."""

from tocsin.events.services.delivery import judge_days, judge_delivery
from tocsin.events.services.inbox import expire_files, receive, take_in_received
from tocsin.events.services.quarantine import (
    OpenedRow,
    Retaken,
    expire_rows,
    open_row,
    retake_report,
    retake_row,
)
from tocsin.events.services.sources import change_source, find_or_make
from tocsin.events.services.take_in import Delivery, Outcome, take_in
from tocsin.events.services.tidying import remove_drafts

__all__ = [
    "Delivery",
    "OpenedRow",
    "Outcome",
    "Retaken",
    "change_source",
    "expire_files",
    "expire_rows",
    "find_or_make",
    "judge_days",
    "judge_delivery",
    "open_row",
    "receive",
    "remove_drafts",
    "retake_report",
    "retake_row",
    "take_in",
    "take_in_received",
]
