"""Makes the demo's data: the constituency, the accounts, and ninety days one after the other."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from django.db import connections

from tocsin.access.scope import acting
from tocsin.events.services import Delivery, Outcome, take_in
from tocsin.kernel.actor import system
from tocsin.project.demo import clocks, desk
from tocsin.project.demo.answering import answer_all
from tocsin.project.demo.cast import ANALYST, COORDINATOR
from tocsin.project.demo.mailing import Mailer, mailing
from tocsin.project.demo.people import make_accounts
from tocsin.project.demo.place import DemoError, keep_token
from tocsin.project.demo.script import Act, Arrival, Script, moment
from tocsin.project.demo.stopwatch import Stopwatch
from tocsin.registry.services import import_registry


def build(*, script: Script, home: Path, watch: Stopwatch, at_day: Callable[[date], None]) -> None:
    """Replay the script into an empty installation, up to the Monday morning.

    Args:
        at_day: told which day comes next.

    Raises:
        DemoError: something did not go as the script says.
    """
    found_province(script, home, watch)
    with mailing() as mail:
        replay(script, watch, at_day, mail)
    clocks.empty_queue()
    connections.close_all()


def found_province(script: Script, home: Path, watch: Stopwatch) -> None:
    """Import the constituency and make the accounts.

    Raises:
        DemoError: the registry refused a row.
    """
    actor, now = system("demo"), moment(script.days[0], 0)
    with watch.part("constituency"), acting(actor):
        outcome = import_registry(actor=actor, files=script.constituency, apply=True, now=now)
    if outcome.refused:
        raise DemoError(f"The registry refused the constituency: {outcome.bad[0]}")
    with watch.part("accounts"), acting(actor):
        secret = make_accounts(actor=actor, now=now)
    keep_token(home, secret)


def replay(script: Script, watch: Stopwatch, at_day: Callable[[date], None], mail: Mailer) -> None:
    """Play day after day; the Monday stops in the morning, its round not sent."""
    morning = moment(script.days[0], 0, 30)
    leader, watcher = (desk.signed_in(part, now=morning) for part in (COORDINATOR, ANALYST))
    desk.set_deadlines(actor=leader, day=script.days[0])
    waiting: Sequence[Act] = ()
    for day in script.days:
        at_day(day)
        came = {one.source for one in script.arrivals.get(day, ())}
        with watch.part("clock"):
            clocks.before_dawn(day)
        with watch.part("take in"):
            for source in script.sources:
                _take_in(source, [one for one in script.arrivals.get(day, ()) if one.source == source], day)
        with watch.part("silence"):
            clocks.judge_arrivals(came, day)
        if day == script.monday:
            return
        with watch.part("rounds"):
            desk.send_rounds(day, mail=mail)
        acts = script.acts.get(day, ())
        with watch.part("answers"):
            waiting = answer_all([*waiting, *(act for act in acts if act.actor == "owner")], day, analyst=watcher)
        with watch.part("desk"):
            for act in acts:
                if act.actor == "coordinator":
                    desk.decide(act, actor=watcher if act.story else leader)
            desk.read_answers(day, watcher)
        with watch.part("silence"):
            clocks.in_the_evening(day)


def _take_in(source: str, arrivals: list[Arrival], day: date) -> None:
    if not arrivals:
        return
    outcomes = take_in(actor=system("ingest"), deliveries=_deliveries(arrivals), source_name=source, now=moment(day, 1))
    for outcome in outcomes:
        _insist(outcome)


def _deliveries(arrivals: list[Arrival]) -> Iterator[Delivery]:
    for one in arrivals:
        with one.path.open("rb") as stream:
            yield Delivery(name=one.path.name, stream=stream)


def _insist(outcome: Outcome) -> None:
    if outcome.error is not None:
        raise DemoError(f"{outcome.file} was refused: {outcome.error}")
