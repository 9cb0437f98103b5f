"""What an action does to a finding, and the five fixed rules of the design, each with its test."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.rules import (
    ACTIONS,
    Action,
    By,
    Change,
    Closing,
    Context,
    Coordinator,
    Evidence,
    Machine,
    Owner,
    Sides,
    Status,
    Strength,
    Telling,
    every_combination,
    follow,
    standing,
)
from tocsin.kernel.words import Kind

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = NOW + 30 * DAY
#: Everything that any action can ask for.
EVERYTHING = Context(
    now=NOW,
    by="Analyst",
    reason="Because.",
    until=NOW + 7 * DAY,
    strength=Strength.FULL,
    evidence=Evidence(covered_looks=30, last_seen_at=NOW - 30 * DAY),
    expires_at=NOW,
    due_at=DUE,
)


def context(**fields: Any) -> Context:
    return Context(**{"now": NOW, "by": "Analyst", "reason": "Because.", **fields})


def told(kind: Kind = Kind.STATE, **fields: Any) -> Sides:
    return Sides(**{"kind": kind, "telling": Telling.TOLD, **fields})


def closed(closing: Closing, kind: Kind = Kind.STATE, **fields: Any) -> Sides:
    return told(kind, coordinator=Coordinator.CLOSED, closing=closing, **fields)


def after(sides: Sides, *actions: Action) -> Sides:
    for action in actions:
        sides = follow(sides, action, EVERYTHING).after
    return sides


def refuse(sides: Sides, action: Action, given: Context = EVERYTHING) -> str:
    with pytest.raises(ActionNotAllowed) as caught:
        follow(sides, action, given)
    assert caught.value.why
    assert caught.value.way_out
    assert "{" not in caught.value.message
    return caught.value.why


# Every combination ---------------------------------------------------------------------------------------------------


def test_an_action_is_taken_exactly_when_the_standing_offers_it() -> None:
    for sides in every_combination():
        offered = standing(sides).actions
        for action in Action:
            if action in offered:
                change = follow(sides, action, EVERYTHING)
                assert (change.before, change.action) == (sides, action)
                assert change.side_changed == ACTIONS[action].side
            else:
                refuse(sides, action)


def test_the_kind_never_changes_and_only_coordinator_and_machine_move_the_coordinators_side() -> None:
    for sides in every_combination():
        for action in standing(sides).actions:
            moved = follow(sides, action, EVERYTHING).after
            assert moved.kind is sides.kind
            if ACTIONS[action].by is By.OWNER:
                assert moved.coordinator is sides.coordinator
                assert moved.closing is sides.closing


def test_what_is_recorded_only_is_told_to_nobody_until_a_person_sends_it() -> None:
    for sides in every_combination():
        if sides.telling is Telling.INVENTORY:
            for action in standing(sides).actions - {Action.SEND}:
                assert follow(sides, action, EVERYTHING).after.telling is Telling.INVENTORY


# The five fixed rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(clean_answer=True),
        Evidence(closed_port_at=(NOW - DAY, NOW)),
        Evidence(covered_looks=3),
    ],
)
def test_rule_1_a_state_closes_verified_by_looks(evidence: Evidence) -> None:
    sides = told(machine=Machine.UNSEEN)

    change = follow(sides, Action.VERIFY, context(evidence=evidence))

    assert change.after.closing is Closing.VERIFIED
    assert change.expires_at is None


def test_rule_1_after_a_claim_two_looks_are_enough() -> None:
    evidence = Evidence(covered_looks=2)

    refuse(told(machine=Machine.UNSEEN), Action.VERIFY, context(evidence=evidence))
    claimed = told(machine=Machine.UNSEEN, owner=Owner.CLAIMS_FIXED)
    assert follow(claimed, Action.VERIFY, context(evidence=evidence)).after.closing is Closing.VERIFIED


def test_rule_1_a_problem_may_want_more_looks() -> None:
    sides = told(machine=Machine.UNSEEN)

    refuse(sides, Action.VERIFY, context(evidence=Evidence(covered_looks=4), covered_looks=5))
    follow(sides, Action.VERIFY, context(evidence=Evidence(covered_looks=5), covered_looks=5))


@pytest.mark.parametrize("machine", [Machine.SEEN, Machine.UNTESTED])
def test_rule_1_a_time_out_is_untested_and_verifies_nothing(machine: Machine) -> None:
    sides = after(told(machine=machine), Action.UNTESTABLE)

    assert sides.machine is Machine.UNTESTED
    assert refuse(sides, Action.VERIFY) == "The last look did not find it gone."


def test_rule_2_an_occurrence_goes_quiet_and_is_never_verified() -> None:
    sides = after(told(Kind.OCCURRENCE), Action.LOOKED_UNSEEN)

    assert after(sides, Action.GO_QUIET).closing is Closing.QUIET
    assert "nothing else is called fixed by silence" in refuse(sides, Action.VERIFY)


def test_rule_2_an_occurrence_does_not_go_quiet_early() -> None:
    sides = told(Kind.OCCURRENCE, machine=Machine.UNSEEN)
    early = Evidence(covered_looks=13, last_seen_at=NOW - 13 * DAY)

    refuse(sides, Action.GO_QUIET, context(evidence=early))
    assert follow(sides, Action.GO_QUIET, context(evidence=early, quiet_days=13)).after.closing is Closing.QUIET


@pytest.mark.parametrize("kind", [Kind.OCCURRENCE, Kind.DISCLOSURE, Kind.ONE_OFF])
def test_rule_2_fixed_needs_the_owners_answer_and_an_analyst(kind: Kind) -> None:
    sides = told(kind)

    assert refuse(sides, Action.CONFIRM_CLOSED) == "The owner has not said that it is fixed."
    claimed = after(sides, Action.ANSWER_FIXED)
    assert claimed.coordinator is Coordinator.OPEN
    assert after(claimed, Action.CONFIRM_CLOSED).closing is Closing.CONFIRMED


@pytest.mark.parametrize("kind", [Kind.DISCLOSURE, Kind.ONE_OFF])
def test_rule_2_disclosure_and_one_off_never_end_by_silence(kind: Kind) -> None:
    for sides in every_combination():
        if sides.kind is kind:
            assert not standing(sides).actions & {Action.VERIFY, Action.GO_QUIET}


def test_rule_2_an_occurrence_that_went_quiet_can_still_be_answered_and_confirmed() -> None:
    sides = closed(Closing.QUIET, Kind.OCCURRENCE, machine=Machine.UNSEEN)

    claimed = after(sides, Action.ANSWER_FIXED)

    assert claimed.closing is Closing.QUIET
    assert after(claimed, Action.CONFIRM_CLOSED).closing is Closing.CONFIRMED


def test_rule_3_a_claim_alone_never_closes() -> None:
    for sides in every_combination():
        if sides.closing is None:
            claimed = after(sides, Action.ANSWER_FIXED)
            assert claimed.closing is None
            assert not standing(claimed).actions & {Action.VERIFY, Action.GO_QUIET}


@pytest.mark.parametrize("covered_looks", [0, 1, 2, 3])
@pytest.mark.parametrize("owner", [Owner.SILENT, Owner.CLAIMS_FIXED])
def test_rule_3_one_missed_sighting_never_closes(owner: Owner, covered_looks: int) -> None:
    sides = after(told(owner=owner), Action.LOOKED_UNSEEN)

    refuse(sides, Action.VERIFY, context(evidence=Evidence(covered_looks=1), covered_looks=covered_looks))


@pytest.mark.parametrize("strength", [Strength.WEAK, Strength.NONE])
@pytest.mark.parametrize("kind", list(Kind))
def test_rule_3_a_short_or_missing_report_never_closes(kind: Kind, strength: Strength) -> None:
    sides = Sides(kind=kind, telling=Telling.INVENTORY)

    refuse(sides, Action.LOOKED_UNSEEN, context(strength=strength))


def test_rule_3_a_claim_that_is_contradicted_is_not_confirmed() -> None:
    contradicted = after(told(Kind.OCCURRENCE), Action.ANSWER_FIXED, Action.SIGHTED)

    assert standing(contradicted).status is Status.STILL_THERE
    assert "was seen after" in refuse(contradicted, Action.CONFIRM_CLOSED)


def test_rule_4_a_false_positive_expires_after_a_year() -> None:
    change = follow(told(), Action.MARK_FALSE_POSITIVE, context())

    assert change.after.closing is Closing.FALSE_POSITIVE
    assert change.expires_at == NOW + 365 * DAY


def test_rule_4_an_accepted_risk_expires_on_its_date() -> None:
    until = NOW + 100 * DAY

    assert follow(told(), Action.ACCEPT_RISK, context(until=until)).expires_at == until


@pytest.mark.parametrize("until", [None, NOW, NOW - DAY])
def test_rule_4_an_accepted_risk_needs_a_date_in_the_future(until: datetime | None) -> None:
    assert refuse(told(), Action.ACCEPT_RISK, context(until=until)) == "This needs a date in the future."


@pytest.mark.parametrize("expires_at", [None, NOW + timedelta(seconds=1)])
def test_rule_4_a_closing_does_not_expire_early(expires_at: datetime | None) -> None:
    refuse(closed(Closing.FALSE_POSITIVE), Action.EXPIRE, context(expires_at=expires_at))


@pytest.mark.parametrize("closing", [Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED])
def test_rule_4_an_expired_closing_opens_again_and_the_owner_is_told(closing: Closing) -> None:
    sides = follow(closed(closing, owner=Owner.DISPUTES), Action.EXPIRE, context(expires_at=NOW)).after

    assert sides == Sides(kind=Kind.STATE)


def test_rule_4_nothing_closes_without_a_reason_and_a_name() -> None:
    for sides in every_combination():
        for action in standing(sides).actions:
            change = follow(sides, action, EVERYTHING)
            if change.after.closing is None or change.after.closing is sides.closing:
                continue
            assert change.reason_required
            given = {"until": EVERYTHING.until, "evidence": EVERYTHING.evidence}
            assert refuse(sides, action, context(**given, reason=" ")) == "This needs a reason."
            assert refuse(sides, action, context(**given, by=" ")) == "Nothing closes without a name."


def test_rule_5_received_pauses_nothing() -> None:
    assert follow(told(), Action.ANSWER_RECEIVED, EVERYTHING).paused_until is None


def in_work(days: float, **fields: Any) -> Change:
    return follow(told(), Action.ANSWER_IN_WORK, context(until=NOW + days * DAY, **{"due_at": DUE, **fields}))


def test_rule_5_in_work_pauses_until_its_date_and_at_most_as_policy_says() -> None:
    assert in_work(7).paused_until == NOW + 7 * DAY
    assert in_work(60).paused_until == NOW + 14 * DAY
    assert in_work(60, in_work_pause_days=3).paused_until == NOW + 3 * DAY


def test_rule_5_in_work_pauses_once() -> None:
    assert in_work(7, pauses_used=frozenset({Owner.IN_WORK})).paused_until is None
    assert in_work(7, pauses_used=frozenset({Owner.NOT_OURS})).paused_until == NOW + 7 * DAY


def test_rule_5_a_clock_that_has_run_out_or_never_ran_is_not_paused() -> None:
    assert in_work(7, due_at=NOW).paused_until is None
    assert in_work(7, due_at=None).paused_until is None


def test_rule_5_in_work_needs_its_date() -> None:
    refuse(told(), Action.ANSWER_IN_WORK, context(due_at=DUE))


def test_rule_5_not_ours_pauses_three_days_and_once() -> None:
    sides = told()

    assert follow(sides, Action.ANSWER_NOT_OURS, context(due_at=DUE)).paused_until == NOW + 3 * DAY
    again = context(due_at=DUE, pauses_used=frozenset({Owner.NOT_OURS}))
    assert follow(sides, Action.ANSWER_NOT_OURS, again).paused_until is None


def test_rule_5_not_ours_tells_no_other_organisation_until_an_analyst_confirms() -> None:
    sides = after(told(), Action.ANSWER_NOT_OURS)

    assert (sides.coordinator, sides.closing) == (Coordinator.OPEN, None)
    assert standing(sides).status is Status.NOT_OURS_CLAIMED
    assert after(sides, Action.CONFIRM_NOT_OURS).closing is Closing.NOT_OURS


# The rest of the table -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", list(Machine))
def test_a_claim_asks_for_a_look(machine: Machine) -> None:
    assert after(told(machine=machine), Action.ANSWER_FIXED).machine is Machine.UNTESTED


def test_a_sighting_after_a_claim_is_news_once() -> None:
    claimed = after(told(), Action.ANSWER_FIXED)

    contradicted = after(claimed, Action.SIGHTED)
    assert contradicted.telling is Telling.UNTOLD
    assert after(contradicted, Action.TELL, Action.SIGHTED).telling is Telling.TOLD


@pytest.mark.parametrize("owner", [owner for owner in Owner if owner is not Owner.CLAIMS_FIXED])
def test_a_sighting_that_contradicts_nothing_is_no_news(owner: Owner) -> None:
    assert after(told(owner=owner, machine=Machine.UNSEEN), Action.SIGHTED) == told(owner=owner)


def test_an_absorbed_sighting_reopens_nothing_and_is_no_news() -> None:
    sides = closed(Closing.DUPLICATE, owner=Owner.CLAIMS_FIXED, machine=Machine.UNSEEN)

    assert after(sides, Action.SIGHTED) == closed(Closing.DUPLICATE, owner=Owner.CLAIMS_FIXED)


@pytest.mark.parametrize(
    ("kind", "closing"),
    [(Kind.STATE, Closing.VERIFIED), (Kind.STATE, Closing.CONFIRMED), (Kind.OCCURRENCE, Closing.QUIET)],
)
def test_a_relapse_is_open_seen_unanswered_and_to_be_told(kind: Kind, closing: Closing) -> None:
    sides = closed(closing, kind, machine=Machine.UNSEEN, owner=Owner.CLAIMS_FIXED)

    assert after(sides, Action.RELAPSE) == Sides(kind=kind)


def test_an_inventory_problem_relapses_untold() -> None:
    sides = closed(Closing.QUIET, Kind.INVENTORY, telling=Telling.INVENTORY)

    assert after(sides, Action.RELAPSE).telling is Telling.INVENTORY


def test_reopening_forgets_what_was_seen_and_said() -> None:
    sides = closed(Closing.DUPLICATE, owner=Owner.DISPUTES)

    assert after(sides, Action.REOPEN) == Sides(kind=Kind.STATE, machine=Machine.UNTESTED)


def test_an_expired_closing_keeps_what_was_seen() -> None:
    sides = closed(Closing.FALSE_POSITIVE, machine=Machine.UNSEEN)

    assert after(sides, Action.EXPIRE).machine is Machine.UNSEEN


def test_the_gate_holds_sends_and_drops() -> None:
    held = after(Sides(kind=Kind.STATE), Action.HOLD)

    assert held.coordinator is Coordinator.HELD
    assert after(held, Action.SEND) == Sides(kind=Kind.STATE)
    dropped = after(held, Action.DROP)
    assert dropped == Sides(kind=Kind.STATE, telling=Telling.INVENTORY)
    assert after(dropped, Action.SEND) == Sides(kind=Kind.STATE)


@pytest.mark.parametrize("owner", [Owner.DISPUTES, Owner.NOT_OURS, Owner.ASKS_TIME, Owner.ASKS_ACCEPTANCE])
def test_turning_an_owner_down_is_news(owner: Owner) -> None:
    assert after(told(owner=owner), Action.REFUSE) == Sides(kind=Kind.STATE, owner=Owner.RECEIVED)


def test_granted_time_moves_the_deadline_and_is_no_pause() -> None:
    change = follow(told(owner=Owner.ASKS_TIME), Action.GRANT_TIME, EVERYTHING)

    assert change.after.owner is Owner.IN_WORK
    assert (change.granted_until, change.paused_until) == (EVERYTHING.until, None)


@pytest.mark.parametrize(
    ("action", "owner"),
    [
        (Action.ANSWER_RECEIVED, Owner.RECEIVED),
        (Action.ANSWER_IN_WORK, Owner.IN_WORK),
        (Action.ANSWER_FIXED, Owner.CLAIMS_FIXED),
        (Action.ANSWER_DISPUTED, Owner.DISPUTES),
        (Action.ANSWER_NOT_OURS, Owner.NOT_OURS),
        (Action.ASK_TIME, Owner.ASKS_TIME),
        (Action.ASK_ACCEPTANCE, Owner.ASKS_ACCEPTANCE),
    ],
)
def test_an_answer_is_what_the_owner_said(action: Action, owner: Owner) -> None:
    change = follow(told(), action, EVERYTHING)

    assert change.after.owner is owner
    assert change.after.telling is Telling.TOLD
    assert (change.expires_at, change.granted_until) == (None, None)


@pytest.mark.parametrize(
    ("action", "closing"),
    [
        (Action.MARK_FALSE_POSITIVE, Closing.FALSE_POSITIVE),
        (Action.ACCEPT_RISK, Closing.RISK_ACCEPTED),
        (Action.HAND_OVER, Closing.HANDED_OVER),
        (Action.MARK_DUPLICATE, Closing.DUPLICATE),
    ],
)
def test_a_judgement_closes_whatever_the_kind(action: Action, closing: Closing) -> None:
    for kind in Kind:
        assert after(Sides(kind=kind, telling=Telling.INVENTORY), action).closing is closing


@pytest.mark.parametrize(
    ("sides", "action", "why"),
    [
        (closed(Closing.VERIFIED), Action.MARK_DUPLICATE, "The finding is closed."),
        (closed(Closing.VERIFIED), Action.ANSWER_FIXED, "The finding is closed."),
        (closed(Closing.VERIFIED), Action.CONFIRM_CLOSED, "The finding is closed."),
        (told(), Action.HOLD, "There is nothing new to tell its owner."),
        (told(), Action.SEND, "The finding is not kept back."),
        (told(), Action.TELL, "There is nothing new to tell its owner."),
        (Sides(kind=Kind.STATE, coordinator=Coordinator.HELD), Action.TELL, "The finding is not open."),
        (told(owner=Owner.IN_WORK), Action.ANSWER_RECEIVED, "The owner has answered already."),
        (told(), Action.REFUSE, "The owner asked for no decision."),
        (told(), Action.GRANT_TIME, "The owner asked for no time."),
        (told(), Action.CONFIRM_NOT_OURS, "The owner did not say that it is not theirs."),
        (told(), Action.REOPEN, "The finding is not closed."),
        (closed(Closing.HANDED_OVER), Action.REOPEN, "The finding was handed over: its episode is finished."),
        (closed(Closing.DUPLICATE), Action.RELAPSE, "Only what was closed as gone can relapse."),
        (closed(Closing.VERIFIED), Action.SIGHTED, "The finding is closed as gone or handed over."),
        (told(), Action.GO_QUIET, "A problem of this kind does not go quiet."),
        (closed(Closing.DUPLICATE), Action.EXPIRE, "This closing does not expire."),
        (
            Sides(kind=Kind.INVENTORY, telling=Telling.INVENTORY),
            Action.SEND,
            "An inventory problem is never written about.",
        ),
        (
            told(owner=Owner.CLAIMS_FIXED, machine=Machine.UNSEEN),
            Action.CONFIRM_CLOSED,
            "Reports or inspections cover it and no longer see it: they verify it themselves.",
        ),
        (
            Sides(kind=Kind.INVENTORY, telling=Telling.INVENTORY, owner=Owner.CLAIMS_FIXED),
            Action.CONFIRM_CLOSED,
            "A problem of this kind is not confirmed by an analyst.",
        ),
    ],
)
def test_a_refusal_says_why(sides: Sides, action: Action, why: str) -> None:
    assert refuse(sides, action) == why


def test_a_state_that_cannot_be_tested_is_confirmed_by_an_analyst() -> None:
    sides = after(told(), Action.ANSWER_FIXED, Action.UNTESTABLE, Action.CONFIRM_CLOSED)

    assert sides.closing is Closing.CONFIRMED


def test_a_refusal_counts_what_is_missing() -> None:
    with pytest.raises(ActionNotAllowed) as caught:
        follow(told(machine=Machine.UNSEEN), Action.VERIFY, context(evidence=Evidence(covered_looks=1)))

    assert caught.value.message.startswith("1 of 3 covered looks in a row without it.")
    assert caught.value.fields == {"action": Action.VERIFY, "seen": 1, "needed": 3}
