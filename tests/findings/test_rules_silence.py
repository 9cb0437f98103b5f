"""How long silence must last to end each kind of problem."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.findings.rules import Evidence, Silence, needed_looks, needed_quiet_looks, silence
from tocsin.kernel.words import Kind

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def judge(kind: Kind, evidence: Evidence, *, claimed: bool = False, covered_looks: int = 3) -> Silence:
    return silence(kind=kind, evidence=evidence, claimed=claimed, now=NOW, covered_looks=covered_looks)


@pytest.mark.parametrize(
    ("looks", "claimed", "declared", "expected"),
    [
        (2, False, 3, Silence.NOTHING),
        (3, False, 3, Silence.VERIFY),
        (1, True, 3, Silence.NOTHING),
        (2, True, 3, Silence.VERIFY),
        (4, False, 5, Silence.NOTHING),
        (5, False, 5, Silence.VERIFY),
        (2, True, 5, Silence.VERIFY),
        (1, False, 1, Silence.NOTHING),
        (2, False, 1, Silence.VERIFY),
        (0, True, 0, Silence.NOTHING),
    ],
)
def test_a_state_is_verified_by_covered_looks_in_a_row(
    looks: int, claimed: bool, declared: int, expected: Silence
) -> None:
    evidence = Evidence(covered_looks=looks)

    assert judge(Kind.STATE, evidence, claimed=claimed, covered_looks=declared) is expected


def test_a_state_is_verified_by_one_clean_answer() -> None:
    assert judge(Kind.STATE, Evidence(clean_answer=True)) is Silence.VERIFY


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((), Silence.NOTHING),
        ((0,), Silence.NOTHING),
        ((0, 23), Silence.NOTHING),
        ((24, 0), Silence.VERIFY),
        ((0, 12, 24), Silence.VERIFY),
    ],
)
def test_a_state_is_verified_by_a_port_closed_twice_a_day_apart(hours: tuple[int, ...], expected: Silence) -> None:
    evidence = Evidence(closed_port_at=[NOW - timedelta(hours=hour) for hour in hours])

    assert judge(Kind.STATE, evidence) is expected


@pytest.mark.parametrize("kind", [Kind.OCCURRENCE, Kind.INVENTORY])
@pytest.mark.parametrize(
    ("days", "looks", "expected"),
    [(14, 7, Silence.QUIET), (13.99, 14, Silence.NOTHING), (14, 6, Silence.NOTHING), (60, 0, Silence.NOTHING)],
)
def test_an_occurrence_goes_quiet_after_watched_days_without_a_hit(
    kind: Kind, days: float, looks: int, expected: Silence
) -> None:
    evidence = Evidence(covered_looks=looks, last_seen_at=NOW - days * DAY)

    assert judge(kind, evidence) is expected


def test_an_occurrence_of_unknown_date_does_not_go_quiet() -> None:
    assert judge(Kind.OCCURRENCE, Evidence(covered_looks=99)) is Silence.NOTHING


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize("kind", [Kind.OCCURRENCE, Kind.DISCLOSURE, Kind.ONE_OFF, Kind.INVENTORY])
def test_nothing_but_a_state_is_verified(kind: Kind, claimed: bool) -> None:
    evidence = Evidence(
        covered_looks=1000, clean_answer=True, closed_port_at=[NOW - 3 * DAY, NOW], last_seen_at=NOW - 1000 * DAY
    )

    expected = Silence.QUIET if kind in {Kind.OCCURRENCE, Kind.INVENTORY} else Silence.NOTHING
    assert judge(kind, evidence, claimed=claimed) is expected


def test_one_look_is_never_enough() -> None:
    assert needed_looks(0, claimed=False) == needed_looks(1, claimed=False) == needed_looks(9, claimed=True) == 2
    assert needed_looks(claimed=False) == 3
    assert needed_quiet_looks(0) == needed_quiet_looks(3) == 2
    assert (needed_quiet_looks(14), needed_quiet_looks(15)) == (7, 8)


def test_what_was_not_looked_at_is_no_evidence() -> None:
    assert Evidence().covered_looks == 0
    assert all(judge(kind, Evidence(), claimed=True) is Silence.NOTHING for kind in Kind)
