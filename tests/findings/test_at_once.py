"""Two who change a finding at the same moment: the second waits, or leaves what is taken, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from tests.factories.findings import DAY, MONDAY, address, fold, sighting
from tests.meanwhile import PATIENCE_S, meanwhile
from tocsin.access.scope import acting
from tocsin.findings.models import Finding
from tocsin.findings.rules import Action
from tocsin.findings.services import Answered, answer, reopening
from tocsin.kernel.actor import Actor
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


def interrupt(monkeypatch: pytest.MonkeyPatch, module: object, name: str, work: Callable[[], Any]) -> list[Future[Any]]:
    """Begin work on another connection when a function is about to run, once; gives where its result will be."""
    real, begun = getattr(module, name), []

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        if not begun:
            begun.append(meanwhile(work))
        return real(*args, **kwargs)

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
