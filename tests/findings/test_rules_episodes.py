"""What one more sighting means, one at a time and for whole frames."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.findings.rules import (
    Closing,
    Coordinator,
    FoldOutcome,
    FoldState,
    Holder,
    fold,
    fold_expression,
    still_theirs,
)
from tocsin.kernel.errors import Invalid

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)
OPEN = FoldState()
HELD = FoldState(coordinator=Coordinator.HELD)


def closed(closing: Closing, *, days_ago: float = 10, expires_at: datetime | None = None) -> FoldState:
    at = NOW - days_ago * DAY
    return FoldState(
        coordinator=Coordinator.CLOSED, closing=closing, closed_at=at, last_verdict_at=at, expires_at=expires_at
    )


def outcome(current: FoldState | None, *, seen_at: datetime = NOW, holder: Holder = Holder.SAME) -> FoldOutcome:
    return fold(current, seen_at=seen_at, holder=holder, now=NOW)


@pytest.mark.parametrize("closing", list(Closing))
def test_a_closed_state_needs_its_time(closing: Closing) -> None:
    with pytest.raises(Invalid):
        FoldState(coordinator=Coordinator.CLOSED, closing=closing)
    with pytest.raises(Invalid):
        FoldState(closing=closing, closed_at=NOW)


def test_a_first_sight_opens() -> None:
    assert outcome(None) is FoldOutcome.OPEN_NEW


@pytest.mark.parametrize("current", [OPEN, HELD])
def test_an_open_episode_takes_a_sighting_of_its_owner(current: FoldState) -> None:
    assert outcome(current) is FoldOutcome.SAME


@pytest.mark.parametrize("current", [OPEN, HELD])
def test_an_open_episode_changes_hands_by_no_sighting(current: FoldState) -> None:
    assert outcome(current, holder=Holder.CLAIMED) is FoldOutcome.CONTESTED
    assert outcome(current, holder=Holder.OTHER) is FoldOutcome.ELSEWHERE


@pytest.mark.parametrize("holder", [Holder.CLAIMED, Holder.OTHER])
def test_what_is_late_asks_nobody(holder: Holder) -> None:
    assert outcome(FoldState(last_verdict_at=NOW), seen_at=NOW - DAY, holder=holder) is FoldOutcome.IGNORED_LATE


@pytest.mark.parametrize(
    ("held_by", "subject_kind", "same_address", "theirs"),
    [
        ("url", "url", False, True),
        ("host", "host", False, True),
        ("domain", "url", False, True),
        ("domain", "address", True, False),
        ("host", "address", True, False),
        ("prefix", "address", True, True),
        ("asn", "address", True, True),
        ("prefix", "url", True, True),
        ("prefix", "url", False, False),
        ("asn", "host", False, False),
    ],
)
def test_it_is_still_theirs_where_what_made_it_so_is_in_the_event(
    held_by: str, subject_kind: str, same_address: bool, theirs: bool
) -> None:
    event = pl.DataFrame(
        {
            "held_by": [held_by],
            "subject_kind": [subject_kind],
            "held_address": ["198.18.1.5"],
            "address": ["198.18.1.5" if same_address else "198.18.1.6"],
        }
    )

    assert event.select(still_theirs()).item() is theirs


@pytest.mark.parametrize(("held", "seen", "theirs"), [(None, None, True), (None, "198.18.1.5", False)])
def test_an_address_that_is_not_there_is_equal_to_none_only(held: str | None, seen: str | None, theirs: bool) -> None:
    row = {"held_by": "prefix", "subject_kind": "url", "held_address": held, "address": seen}
    event = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))

    assert event.select(still_theirs()).item() is theirs


@pytest.mark.parametrize("current", [None, OPEN, closed(Closing.VERIFIED), closed(Closing.FALSE_POSITIVE)])
def test_an_event_of_a_former_owner_or_of_nobody_opens_nothing(current: FoldState | None) -> None:
    assert outcome(current, holder=Holder.NONE) is FoldOutcome.ARCHIVE_ONLY


@pytest.mark.parametrize("closing", [Closing.VERIFIED, Closing.QUIET, Closing.CONFIRMED])
class TestGone:
    def test_it_relapses_up_to_ninety_days(self, closing: Closing) -> None:
        assert outcome(closed(closing, days_ago=90)) is FoldOutcome.RELAPSE

    def test_it_is_a_new_episode_later(self, closing: Closing) -> None:
        current = FoldState(
            coordinator=Coordinator.CLOSED, closing=closing, closed_at=NOW - 90 * DAY - timedelta(microseconds=1)
        )
        assert outcome(current) is FoldOutcome.NEW_EPISODE

    def test_it_is_a_new_episode_under_another_owner(self, closing: Closing) -> None:
        assert outcome(closed(closing), holder=Holder.OTHER) is FoldOutcome.NEW_EPISODE

    @pytest.mark.parametrize("holder", list(Holder)[:3])
    def test_a_late_file_does_not_reverse_it(self, closing: Closing, holder: Holder) -> None:
        assert outcome(closed(closing), seen_at=NOW - 11 * DAY, holder=holder) is FoldOutcome.IGNORED_LATE

    def test_a_sighting_at_the_very_time_of_the_verdict_is_not_late(self, closing: Closing) -> None:
        assert outcome(closed(closing), seen_at=NOW - 10 * DAY) is FoldOutcome.RELAPSE


@pytest.mark.parametrize("closing", [Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED])
def test_a_judgement_absorbs_until_it_expires(closing: Closing) -> None:
    expires_at = NOW - DAY
    current = closed(closing, expires_at=expires_at)

    assert outcome(current, seen_at=expires_at - timedelta(microseconds=1)) is FoldOutcome.ABSORBED
    assert outcome(current, seen_at=expires_at) is FoldOutcome.EXPIRED_REOPEN


def test_a_clock_that_runs_ahead_expires_nothing_early() -> None:
    current = closed(Closing.RISK_ACCEPTED, expires_at=NOW + DAY)

    assert outcome(current, seen_at=NOW + 400 * DAY) is FoldOutcome.ABSORBED


@pytest.mark.parametrize("closing", [Closing.NOT_OURS, Closing.DUPLICATE])
def test_what_never_expires_absorbs_for_ever(closing: Closing) -> None:
    assert outcome(closed(closing, days_ago=2000)) is FoldOutcome.ABSORBED


@pytest.mark.parametrize("closing", [Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED, Closing.DUPLICATE])
def test_a_judgement_does_not_bind_another_owner(closing: Closing) -> None:
    assert outcome(closed(closing), holder=Holder.OTHER) is FoldOutcome.NEW_EPISODE


@pytest.mark.parametrize("closing", [Closing.NOT_OURS, Closing.HANDED_OVER])
def test_a_judgement_about_the_owner_does_not_silence_an_older_sighting_of_another(closing: Closing) -> None:
    assert outcome(closed(closing), seen_at=NOW - 11 * DAY, holder=Holder.OTHER) is FoldOutcome.NEW_EPISODE


def test_an_asset_that_comes_back_starts_a_clean_episode() -> None:
    assert outcome(closed(Closing.HANDED_OVER)) is FoldOutcome.NEW_EPISODE


def test_a_late_sighting_does_not_undo_a_look_that_found_an_open_one_gone() -> None:
    current = FoldState(last_verdict_at=NOW - DAY)

    assert outcome(current, seen_at=NOW - 2 * DAY) is FoldOutcome.IGNORED_LATE
    assert outcome(current, seen_at=NOW) is FoldOutcome.SAME


def test_a_sighting_of_before_the_newest_look_that_did_not_show_it_is_no_return() -> None:
    current = FoldState(unseen_from=NOW - DAY)

    assert outcome(current, seen_at=NOW - DAY - timedelta(microseconds=1)) is FoldOutcome.OVERTAKEN
    assert outcome(current, seen_at=NOW - DAY) is FoldOutcome.SAME


def test_outcomes_say_whether_they_open_or_reopen() -> None:
    assert {word for word in FoldOutcome if word.opens} == {
        FoldOutcome.OPEN_NEW,
        FoldOutcome.NEW_EPISODE,
    }
    assert {word for word in FoldOutcome if word.asks} == {FoldOutcome.CONTESTED, FoldOutcome.ELSEWHERE}
    assert {word for word in FoldOutcome if word.grades} == {
        FoldOutcome.SAME,
        FoldOutcome.RELAPSE,
        FoldOutcome.ABSORBED,
        FoldOutcome.EXPIRED_REOPEN,
    }
    assert {word for word in FoldOutcome if word.reopens} == {FoldOutcome.RELAPSE, FoldOutcome.EXPIRED_REOPEN}


TIMES = st.integers(-400 * 24, 24).map(lambda hours: NOW + timedelta(hours=hours))
SCHEMA: dict[str, Any] = {
    "has_current": pl.Boolean,
    "closing": pl.String,
    "closed_at": pl.Datetime("us", "UTC"),
    "expires_at": pl.Datetime("us", "UTC"),
    "last_verdict_at": pl.Datetime("us", "UTC"),
    "unseen_from": pl.Datetime("us", "UTC"),
    "same_owner": pl.Boolean,
    "still_theirs": pl.Boolean,
    "owner_is_current": pl.Boolean,
    "seen_at": pl.Datetime("us", "UTC"),
}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    closing = draw(st.none() | st.sampled_from(list(Closing)))
    has_current = draw(st.sampled_from([True, True, True, False, None]))
    return {
        "has_current": has_current,
        "closing": closing if has_current else None,
        "closed_at": draw(TIMES) if has_current and closing else None,
        "expires_at": draw(st.none() | TIMES) if has_current and closing else None,
        "last_verdict_at": draw(st.none() | TIMES) if has_current else None,
        "unseen_from": draw(st.none() | TIMES) if has_current and not closing else None,
        "same_owner": draw(st.sampled_from([True, True, False, None])),
        "still_theirs": draw(st.sampled_from([True, False, None])),
        "owner_is_current": draw(st.sampled_from([True, True, True, False, None])),
        "seen_at": draw(TIMES),
    }


def one(row: dict[str, Any]) -> FoldOutcome:
    """Put a row through the function."""
    other = Holder.CLAIMED if row["still_theirs"] else Holder.OTHER
    owner = Holder.SAME if row["same_owner"] else other
    holder = owner if row["owner_is_current"] else Holder.NONE
    current = (
        FoldState(
            coordinator=Coordinator.CLOSED if row["closing"] else Coordinator.OPEN,
            closing=row["closing"],
            closed_at=row["closed_at"],
            expires_at=row["expires_at"],
            last_verdict_at=row["last_verdict_at"],
            unseen_from=row["unseen_from"],
        )
        if row["has_current"]
        else None
    )
    return fold(current, seen_at=row["seen_at"], holder=holder, now=NOW)


@settings(deadline=None)
@given(st.lists(rows(), max_size=60))
def test_the_expression_equals_the_function(batch: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(batch, schema=SCHEMA)

    outcomes = frame.select(fold_expression(NOW)).to_series().to_list()

    assert outcomes == [one(row).value for row in batch]
