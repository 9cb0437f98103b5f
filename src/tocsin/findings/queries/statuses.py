"""Statuses as conditions on columns, derived from the pure table, so that lists and pages never disagree."""

from collections.abc import Iterable, Mapping
from functools import cache, reduce

from django.db.models import Q

from tocsin.findings.models import Finding
from tocsin.findings.rules import Coordinator, Machine, Owner, Status, Telling, every_combination, standing
from tocsin.kernel.words import Kind

_COLUMNS = ("kind", "machine", "owner", "coordinator", "telling")
_WORDS: Mapping[str, frozenset[str]] = {
    "kind": frozenset(word.value for word in Kind),
    "machine": frozenset(word.value for word in Machine),
    "owner": frozenset(word.value for word in Owner),
    "coordinator": frozenset(word.value for word in Coordinator),
    "telling": frozenset(word.value for word in Telling),
}
#: A set of words a column; a row fits when each of its words is in the column's set.
Box = tuple[frozenset[str], ...]


def status_condition(statuses: Iterable[Status]) -> Q:
    """Give the condition of findings that have one of these statuses."""
    return reduce(Q.__or__, (_condition(status) for status in statuses), Q(pk__in=()))


def status_of(row: Finding) -> Status:
    """Give the status of a row."""
    return standing(row.sides).status


@cache
def _condition(status: Status) -> Q:
    if status.closed:
        return Q(closing=status.value)
    found = [
        Q(
            **{
                f"{column}__in": sorted(words)
                for column, words in zip(_COLUMNS, box, strict=True)
                if words != _WORDS[column]
            }
        )
        for box in boxes(status)
    ]
    return Q(closing__isnull=True) & reduce(Q.__or__, found)


@cache
def boxes(status: Status) -> tuple[Box, ...]:
    """Give the open combinations of a status as few boxes: what differs in one column only is put together."""
    held: set[Box] = {
        tuple(frozenset({getattr(sides, column).value}) for column in _COLUMNS)
        for sides in every_combination()
        if sides.closing is None and standing(sides).status is status
    }
    while True:
        merged = reduce(_merge, range(len(_COLUMNS)), held)
        if merged == held:
            return tuple(sorted(held, key=lambda box: [sorted(words) for words in box]))
        held = merged


def _merge(held: set[Box], place: int) -> set[Box]:
    """Put together boxes that differ only in one column."""
    groups: dict[Box, frozenset[str]] = {}
    for box in held:
        rest = box[:place] + box[place + 1 :]
        groups[rest] = groups.get(rest, frozenset()) | box[place]
    return {(*rest[:place], words, *rest[place:]) for rest, words in groups.items()}
