"""Plays the desk: rounds, the gate, corrections, confirmations, and answers that are looked at."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from tocsin.access.scope import INGEST, acting
from tocsin.accounts.services import sign_in
from tocsin.findings.models import HeldGroup
from tocsin.findings.rules import Action, DeadlineRow
from tocsin.findings.rules.clocks import Unit
from tocsin.findings.rules.deciding import Decision
from tocsin.findings.services import act as act_on_finding
from tocsin.findings.services import change_deadlines, decide_group, reattribute
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.severity import Severity
from tocsin.notices.errors import NothingToTell
from tocsin.notices.models import Answer, Round
from tocsin.notices.rules import RoundMode
from tocsin.notices.services.answers import mark_read
from tocsin.notices.services.rounds import issue_round
from tocsin.project.demo.answering import finding_of
from tocsin.project.demo.cast import Part
from tocsin.project.demo.mailing import Mailer
from tocsin.project.demo.place import DemoError
from tocsin.project.demo.script import Act, moment
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.services import move_asset

_MONDAY = 0


def signed_in(part: Part, *, now: datetime) -> Actor:
    """Sign one of the cast in."""
    return sign_in(email=part.email, password=part.password, address="127.0.0.1", now=now).actor


#: What the province has decided, in place of the preset. The outer bounds are those of CISA BOD 19-02: 15 and 30 days.
_DEADLINES = tuple(
    DeadlineRow(severity=severity, critical=critical, amount=amount, unit=Unit.CALENDAR_DAYS)
    for severity, critical, amount in (
        (Severity.CRITICAL, False, 15),
        (Severity.HIGH, False, 30),
        (Severity.HIGH, True, 20),
        (Severity.MEDIUM, False, 45),
        (Severity.LOW, False, 90),
    )
)


def set_deadlines(*, actor: Actor, day: date) -> None:
    """Put the province's own deadlines in force before anything arrives."""
    now = moment(day, 0, 40)
    with acting(actor):
        change_deadlines(
            actor=actor,
            rows=_DEADLINES,
            source="Linjiang Province, decision of 20 August 2026 (invented), after CISA BOD 19-02",
            checked_on=None,
            effective_at=now,
            seen_version=0,
            now=now,
        )


def send_rounds(day: date, *, mail: Mailer) -> None:
    """Send the round of the day at 09:30 in Linjiang, on Mondays the digest after it, and have the outbox emptied."""
    for mode, minute in ((RoundMode.AUTO, 30), (RoundMode.DIGEST, 40)):
        if mode is RoundMode.DIGEST and day.weekday() != _MONDAY:
            continue
        made = _send_round(mode, moment(day, 1, minute))
        if made is not None:
            mail(made.pk, moment(day, 1, minute + 5))


def _send_round(mode: RoundMode, now: datetime) -> Round | None:
    actor = system("clock")
    try:
        with acting(actor):
            return issue_round(actor=actor, mode=mode, now=now)
    except NothingToTell:
        return None


def read_answers(day: date, analyst: Actor) -> None:
    """Look, in the evening of a working day, at what owners said: on the Monday, the weekend's answers wait."""
    if day.weekday() > 4:
        return
    now = moment(day, 9, 30)
    with acting(analyst):
        for answer_id in Answer.objects.visible_to(analyst).filter(read_at__isnull=True).values_list("pk", flat=True):
            mark_read(actor=analyst, answer_id=answer_id, now=now)


def decide(act: Act, *, actor: Actor) -> None:
    """Do what the script has the desk do, at 17:00 in Linjiang.

    Raises:
        DemoError: what the act speaks of is not there.
    """
    now = moment(act.day, 9)
    with acting(actor):
        _DECISIONS[act.what](act, actor, now)
    if act.what == "correct_owner":
        # What the registry enqueued with the change; only now can another connection see it.
        change_owners(None, now=now + timedelta(minutes=1))


def _correct_owner(act: Act, actor: Actor, now: datetime) -> None:
    """Give an asset to whose it always was."""
    asset = Asset.objects.visible_to(actor).get(
        kind=act.asset_kind, value=act.asset, organisation__code=act.from_organisation
    )
    receiver = Organisation.objects.visible_to(actor).get(code=act.to_organisation)
    move_asset(actor=actor, asset_id=asset.pk, to_organisation_id=receiver.pk, at=None, reason=act.text, now=now)


def change_owners(organisation_ids: Collection[int] | None, *, now: datetime) -> None:
    """Give open findings to whoever owns them now, as the worker would a moment later; null: everyone's."""
    with acting(system("registry"), using=INGEST) as actor:
        reattribute(actor=actor, organisation_ids=organisation_ids, now=now)


def _decide_groups(act: Act, actor: Actor, now: datetime) -> None:
    """Send or drop what the gate holds of a report type."""
    groups = HeldGroup.objects.visible_to(actor).filter(decided_at__isnull=True)
    if act.report_type != "*":
        groups = groups.filter(report_type=act.report_type)
    group_ids = list(groups.order_by("pk").values_list("pk", flat=True))
    if not group_ids:
        raise DemoError(f"On {act.day} the gate holds nothing of {act.report_type}, and the desk was to {act.what} it.")
    decision = Decision.SEND if act.what == "release" else Decision.DROP
    for group_id in group_ids:
        decide_group(actor=actor, group_id=group_id, decision=decision, reason=act.text, now=now)


def _confirm(act: Act, actor: Actor, now: datetime) -> None:
    """Confirm what silence cannot end."""
    finding = finding_of(act, actor=actor)
    if finding is None:
        raise DemoError(f"On {act.day} there is no finding of {act.problem} at {act.address} to confirm.")
    act_on_finding(
        actor=actor, finding_id=finding.pk, action=Action.CONFIRM_CLOSED, reason=act.text, until=None, now=now
    )


_DECISIONS: Mapping[str, Callable[[Act, Actor, datetime], None]] = {
    "correct_owner": _correct_owner,
    "release": _decide_groups,
    "drop": _decide_groups,
    "confirm": _confirm,
}
