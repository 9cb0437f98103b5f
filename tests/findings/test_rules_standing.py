"""What every combination of sides is called, what is due, and what may follow."""

from pathlib import Path

import pytest

from tocsin.findings.rules import Action, Closing, Coordinator, Due, Machine, Owner, Sides, Status, Telling, standing
from tocsin.findings.rules.reference import state_table_markdown
from tocsin.findings.rules.sides import every_combination
from tocsin.kernel.words import Kind

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "finding-states.md"


def test_every_combination_has_an_outcome_and_a_way_on() -> None:
    for sides in every_combination():
        outcome = standing(sides)

        assert outcome.status.closed == (sides.coordinator is Coordinator.CLOSED)
        if sides.closing is not Closing.HANDED_OVER:
            assert outcome.actions, sides


def test_every_status_and_every_due_is_reached() -> None:
    outcomes = [standing(sides) for sides in every_combination()]

    assert {outcome.status for outcome in outcomes} == set(Status)
    assert {outcome.due for outcome in outcomes} == set(Due)


def test_every_action_is_possible_somewhere_and_impossible_somewhere() -> None:
    offered = [standing(sides).actions for sides in every_combination()]

    assert frozenset.union(*offered) == set(Action)
    assert frozenset.intersection(*offered) == frozenset()


def test_what_is_due_has_an_action_that_does_it() -> None:
    doing = {
        Due.GATE: {Action.SEND, Action.DROP},
        Due.NOTICE: {Action.TELL},
        Due.OWNER_ANSWER: {Action.ANSWER_FIXED, Action.ANSWER_IN_WORK},
        Due.VERIFICATION: {Action.LOOKED_UNSEEN, Action.SIGHTED},
    }

    for sides in every_combination():
        outcome = standing(sides)
        assert doing.get(outcome.due, set()) <= outcome.actions, sides
        if outcome.due is Due.ANALYST:
            assert outcome.actions & {Action.REFUSE, Action.CONFIRM_CLOSED}, sides


@pytest.mark.parametrize(
    ("sides", "status", "due"),
    [
        (Sides(kind=Kind.STATE), Status.NEW, Due.NOTICE),
        (Sides(kind=Kind.STATE, coordinator=Coordinator.HELD), Status.WAITING_AT_GATE, Due.GATE),
        (Sides(kind=Kind.INVENTORY, telling=Telling.INVENTORY), Status.RECORDED, Due.NONE),
        (Sides(kind=Kind.STATE, telling=Telling.TOLD), Status.WAITING_FOR_OWNER, Due.OWNER_ANSWER),
        (
            Sides(kind=Kind.STATE, telling=Telling.TOLD, owner=Owner.CLAIMS_FIXED, machine=Machine.UNTESTED),
            Status.FIX_CLAIMED,
            Due.VERIFICATION,
        ),
        (
            Sides(kind=Kind.DISCLOSURE, telling=Telling.TOLD, owner=Owner.CLAIMS_FIXED, machine=Machine.UNTESTED),
            Status.FIX_CLAIMED,
            Due.ANALYST,
        ),
        (
            Sides(kind=Kind.STATE, owner=Owner.CLAIMS_FIXED, machine=Machine.SEEN),
            Status.STILL_THERE,
            Due.NOTICE,
        ),
        (
            Sides(kind=Kind.OCCURRENCE, telling=Telling.TOLD, machine=Machine.UNSEEN),
            Status.WAITING_FOR_OWNER,
            Due.OWNER_ANSWER,
        ),
        (Sides(kind=Kind.STATE, telling=Telling.TOLD, machine=Machine.UNSEEN), Status.VERIFYING, Due.VERIFICATION),
        (Sides(kind=Kind.STATE, owner=Owner.NOT_OURS), Status.NOT_OURS_CLAIMED, Due.ANALYST),
        (
            Sides(kind=Kind.OCCURRENCE, coordinator=Coordinator.CLOSED, closing=Closing.QUIET),
            Status.QUIET,
            Due.NONE,
        ),
    ],
)
def test_it_is_called_what_people_expect(sides: Sides, status: Status, due: Due) -> None:
    outcome = standing(sides)

    assert (outcome.status, outcome.due) == (status, due)


def test_the_reference_page_is_what_the_rules_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == state_table_markdown()
