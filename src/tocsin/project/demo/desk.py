"""Plays the desk: rounds, the gate, corrections, confirmations, and answers that are looked at."""

from datetime import date, datetime

from tocsin.access.scope import acting
from tocsin.accounts.services import sign_in
from tocsin.kernel.actor import Actor, system
from tocsin.notices.errors import NothingToTell
from tocsin.notices.models import Answer, Round
from tocsin.notices.rules import RoundMode
from tocsin.notices.services import outbox
from tocsin.notices.services.answers import mark_read
from tocsin.notices.services.rounds import issue_round
from tocsin.project.demo.people import Part
from tocsin.project.demo.script import moment
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.services import move_asset

_MONDAY = 0


def signed_in(part: Part, *, now: datetime) -> Actor:
    """Sign one of the cast in."""
    return sign_in(email=part.email, password=part.password, address="127.0.0.1", now=now).actor


def send_rounds(day: date) -> None:
    """Send the round of the day at 09:30 in Linjiang, on Mondays the digest after it, and empty the outbox."""
    for mode, minute in ((RoundMode.AUTO, 30), (RoundMode.DIGEST, 40)):
        if mode is RoundMode.DIGEST and day.weekday() != _MONDAY:
            continue
        made = _send_round(mode, moment(day, 1, minute))
        if made is not None:
            outbox.deliver(actor=system("outbox"), now=moment(day, 1, minute + 5), round_id=made.pk)


def _send_round(mode: RoundMode, now: datetime) -> Round | None:
    actor = system("clock")
    try:
        with acting(actor):
            return issue_round(actor=actor, mode=mode, now=now)
    except NothingToTell:
        return None


def read_answers(day: date, analyst: Actor) -> None:
    """Look, in the evening of a working day, at what owners said: on the Monday, the weekend's answers wait."""
    if day.weekday() > 4:  # noqa: PLR2004  (Saturday and Sunday)
        return
    now = moment(day, 9, 30)
    with acting(analyst):
        for answer_id in Answer.objects.visible_to(analyst).filter(read_at__isnull=True).values_list("pk", flat=True):
            mark_read(actor=analyst, answer_id=answer_id, now=now)


def correct_owner(
    *, actor: Actor, kind: str, value: str, from_code: str, to_code: str, reason: str, now: datetime
) -> None:
    """Give an asset to whose it always was."""
    with acting(actor):
        asset = Asset.objects.visible_to(actor).get(kind=kind, value=value, organisation__code=from_code)
        receiver = Organisation.objects.visible_to(actor).get(code=to_code)
        move_asset(
            actor=actor, asset_id=asset.pk, to_organisation_id=receiver.pk, at=None, reason=reason, now=now
        )
