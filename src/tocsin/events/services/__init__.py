"""Every write that reports bring: one function, one transaction, one entry in the trail."""

from tocsin.events.services.delivery import judge_days, judge_delivery
from tocsin.events.services.inbox import receive, take_in_received
from tocsin.events.services.sources import change_source, find_or_make
from tocsin.events.services.take_in import Delivery, Outcome, take_in

__all__ = [
    "Delivery",
    "Outcome",
    "change_source",
    "find_or_make",
    "judge_days",
    "judge_delivery",
    "receive",
    "take_in",
    "take_in_received",
]
