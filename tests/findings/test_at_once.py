"""Two who change a finding at the same moment: the second waits, or leaves what is taken, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from tests.factories.findings import DAY, MONDAY, address, cover, days, finding, fold, sighting
from tests.meanwhile import PATIENCE_S, meanwhile
from tocsin.access.scope import INGEST, acting
from tocsin.findings.models import Finding, HeldGroup
from tocsin.findings.rules import Action
from tocsin.findings.rules.deciding import Decision
from tocsin.findings.services import (
    Answered,
    Decided,
    Silenced,
    act,
    answer,
    apply_silence,
    decide_group,
    expire_closings,
    gate,
    reopening,
    wait_for_folds,
    writing,
)
from tocsin.findings.services import silence as silencing
from tocsin.kernel.actor import Actor, system
from tocsin.registry.models import Organisation

NOW = MONDAY + 3 * DAY


def only(clock: Actor) -> Finding:
    with acting(clock):
        return Finding.objects.get()


def says(nurse: Actor, row: Finding, action: Action) -> Answered:
    with acting(nurse):
        return answer(
            actor=nurse, finding_ids=[row.pk], action=action, until=None, reason="Why.", notice_id=None, now=NOW
        )


def close(desk: Actor, row: Finding) -> None:
    with acting(desk):
        act(
            actor=desk,
            finding_id=row.pk,
            action=Action.MARK_FALSE_POSITIVE,
            reason="A honeypot.",
            until=None,
            now=NOW,
        )


def interrupt(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, work: Callable[[], Any], *, after: bool = False
) -> list[Future[Any]]:
    """Begin work on another connection, once, when a function is about to run or has run; gives where it will be."""
    real: Callable[..., Any] = getattr(module, name)
    begun: list[Future[Any]] = []

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(module, name, real)
        given = real(*args, **kwargs) if after else None
        begun.append(meanwhile(work))
        return given if after else real(*args, **kwargs)

    monkeypatch.setattr(module, name, interrupted)
    return begun


def test_an_answer_while_a_report_is_folded_is_kept(
    hospital: Organisation, clock: Actor, nurse: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = address()
    fold(sighting(hospital, where))
    with acting(clock):
        Finding.objects.update(machine="unseen", telling="told")
    row = only(clock)
    begun = interrupt(monkeypatch, reopening, "apply", lambda: says(nurse, row, Action.ANSWER_NOT_OURS))

    fold(sighting(hospital, where, MONDAY + 2 * DAY), now=NOW)

    assert begun[0].result(PATIENCE_S).changed == (row.pk,)
    after = only(clock)
    assert (after.machine, after.owner) == ("seen", "not_ours")


def test_an_answer_waits_for_the_desk_and_then_finds_it_closed(
    hospital: Organisation, clock: Actor, nurse: Actor, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(clock):
        row = finding(hospital, telling="told")
    begun = interrupt(monkeypatch, writing, "take", lambda: says(nurse, row, Action.ANSWER_NOT_OURS))

    close(desk, row)

    assert list(begun[0].result(PATIENCE_S).refused) == [row.pk]
    assert (only(clock).closing, only(clock).owner) == ("false_positive", "silent")


def silence() -> Silenced:
    with acting(system("clock"), using=INGEST) as actor:
        return apply_silence(actor=actor, now=NOW)


@pytest.fixture
def long_unseen(hospital: Organisation, clock: Actor) -> Finding:
    """Make a finding that full looks have not shown for long enough."""
    cover(*days("2026-11-19", 3))
    with acting(clock):
        return finding(hospital, telling="told", machine="unseen", last_seen_at=datetime(2026, 11, 18, 5, tzinfo=UTC))


def test_silence_ends_nothing_whose_owner_speaks_meanwhile(
    long_unseen: Finding, clock: Actor, nurse: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = interrupt(
        monkeypatch, silencing, "_judge", lambda: says(nurse, long_unseen, Action.ANSWER_DISPUTED), after=True
    )

    done = silence()

    assert begun[0].result(PATIENCE_S).changed == (long_unseen.pk,)
    assert (done.verified, only(clock).closing, only(clock).owner) == (0, None, "disputes")


def test_silence_waits_for_a_report_that_shows_it(hospital: Organisation, clock: Actor) -> None:
    seen = sighting(hospital, at=datetime(2026, 11, 18, 5, tzinfo=UTC))
    fold(seen)
    cover(*days("2026-11-19", 3))

    with acting(system("ingest"), using=INGEST), connections[INGEST].cursor() as cursor:
        wait_for_folds(cursor)
        fold({**seen, "last_at": datetime(2026, 11, 21, 5, tzinfo=UTC)}, now=NOW)
        begun = meanwhile(silence)

    assert begun.result(PATIENCE_S) == Silenced(unseen=0, verified=0, quiet=0)
    assert (only(clock).machine, only(clock).closing) == ("seen", None)


def test_of_two_decisions_about_a_group_the_second_stands_on_the_first(
    hospital: Organisation, clock: Actor, desk: Actor, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(clock):
        group = HeldGroup.objects.create(
            source="shadowserver",
            report_type="scan_rdp",
            report_id=1,
            problem="open-rdp",
            why="unusual_size",
            rows_today=9,
            held_at=NOW,
        )
        finding(hospital, coordinator="held", held_group=group)

    def decide(actor: Actor, decision: Decision) -> Decided:
        with acting(actor):
            return decide_group(actor=actor, group_id=group.pk, decision=decision, reason="Why.", now=NOW)

    begun = interrupt(monkeypatch, gate, "_apply", lambda: decide(analyst, Decision.DROP), after=True)

    decide(desk, Decision.SEND)

    assert begun[0].result(PATIENCE_S).findings == 1
    with acting(clock):
        assert HeldGroup.objects.get().decision == "dropped"
        assert Finding.objects.get().telling == "inventory"


def test_closings_run_out_beside_one_that_somebody_holds(hospital: Organisation, clock: Actor) -> None:
    ended = {"coordinator": "closed", "closing": "risk_accepted", "closed_at": MONDAY, "expires_at": NOW - DAY}
    with acting(clock):
        held, free = finding(hospital, **ended), finding(hospital, **ended)

    def expire() -> int:
        with acting(clock):
            return expire_closings(actor=clock, now=NOW)

    with acting(clock):
        writing.lock(actor=clock, finding_ids=[held.pk])
        begun = meanwhile(expire)
        waited = not begun.done()

    assert (waited, begun.result(PATIENCE_S)) == (False, 1)
    with acting(clock):
        assert Finding.objects.get(pk=free.pk).closing is None
