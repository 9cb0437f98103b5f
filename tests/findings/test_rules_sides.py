"""Which combinations of sides can exist."""

import pytest

from tocsin.findings.rules import (
    ENDINGS,
    Closing,
    Coordinator,
    Machine,
    Owner,
    Sides,
    Telling,
    every_combination,
)
from tocsin.kernel.errors import Invalid
from tocsin.kernel.words import Kind


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"closing": Closing.VERIFIED}, "imply each other"),
        ({"coordinator": Coordinator.CLOSED}, "imply each other"),
        ({"coordinator": Coordinator.HELD, "closing": Closing.QUIET}, "imply each other"),
        ({"coordinator": Coordinator.CLOSED, "closing": Closing.QUIET}, "state never ends as quiet"),
        ({"kind": Kind.INVENTORY}, "never written about"),
        ({"coordinator": Coordinator.HELD, "telling": Telling.TOLD}, "wait at the gate"),
        ({"coordinator": Coordinator.HELD, "telling": Telling.INVENTORY}, "wait at the gate"),
    ],
)
def test_it_refuses_what_cannot_exist(fields: dict[str, object], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        Sides(**{"kind": Kind.STATE, **fields})  # type: ignore[arg-type]  # fields come by name


def test_every_combination_yields_each_possible_one_once() -> None:
    combinations = list(every_combination())

    answers = len(Machine) * len(Owner)
    # Open in three tellings and held for four kinds, open in one for inventory; closed in as many ways as a kind ends.
    unclosed = 4 * (3 + 1) + 1
    closed = sum(len(endings) * (1 if kind is Kind.INVENTORY else 3) for kind, endings in ENDINGS.items())
    assert len(combinations) == len(set(combinations)) == answers * (unclosed + closed)


@pytest.mark.parametrize(
    ("kind", "endings"),
    [
        (Kind.STATE, {Closing.VERIFIED, Closing.CONFIRMED}),
        (Kind.OCCURRENCE, {Closing.QUIET, Closing.CONFIRMED}),
        (Kind.DISCLOSURE, {Closing.CONFIRMED}),
        (Kind.ONE_OFF, {Closing.CONFIRMED}),
        (Kind.INVENTORY, {Closing.QUIET}),
    ],
)
def test_a_kind_ends_as_gone_only_in_its_own_ways(kind: Kind, endings: set[Closing]) -> None:
    assert ENDINGS[kind] & {Closing.VERIFIED, Closing.CONFIRMED, Closing.QUIET} == endings
