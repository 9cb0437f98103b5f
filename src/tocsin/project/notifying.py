"""Runs `tocsin notify`."""

import argparse
import json
from collections.abc import Mapping

from django.utils import timezone

from tocsin.access.scope import acting
from tocsin.kernel.actor import Actor, system
from tocsin.notices.errors import NothingToTell
from tocsin.notices.models import Round
from tocsin.notices.rules import RoundMode, written_number
from tocsin.notices.services import outbox, rounds

DONE, FAILED = 0, 1
_SHOWN = 40


def run(arguments: argparse.Namespace) -> int:
    """Issue a round, or show it. Returns the exit code: 1 when mails were to be delivered and some failed."""
    actor, mode = system("command line"), RoundMode(arguments.mode)
    if arguments.preview:
        return _preview(actor, mode, as_json=arguments.json)
    made = _issue(actor, mode)
    told: dict[str, object] = _told(made)
    failed = 0
    if arguments.deliver:
        delivered = outbox.deliver(actor=actor, clock=timezone.now)
        failed = delivered.failed
        told |= {
            "sent": delivered.sent,
            "failed": delivered.failed,
            "delayed": delivered.delayed,
            "away": delivered.away,
        }
    if arguments.json:
        print(json.dumps(told))
    else:
        _say(made, told)
    return FAILED if failed else DONE


def _issue(actor: Actor, mode: RoundMode) -> Round | None:
    try:
        with acting(actor):
            return rounds.issue_round(actor=actor, mode=mode, now=timezone.now())
    except NothingToTell:
        return None


def _told(made: Round | None) -> dict[str, object]:
    if made is None:
        return {"round": None, "notices": 0, "items": 0}
    return {"round": made.pk, "notices": made.notices, "items": made.items}


def _say(made: Round | None, told: Mapping[str, object]) -> None:
    if made is None:
        print("Nothing new to tell anybody.")
    else:
        print(f"Round {made.pk}: {made.notices} notices with {made.items} findings are in the outbox.")
    if "sent" in told:
        print(f"Mails: {told['sent']} sent, {told['failed']} failed, {told['delayed']} to be tried again.")
    if told.get("away"):
        print(f"The mail server can't be used now: {told['away']}")


def _preview(actor: Actor, mode: RoundMode, *, as_json: bool) -> int:
    with acting(actor):
        preview = rounds.preview_round(actor=actor, mode=mode, now=timezone.now())
    if as_json:
        letters = [
            {
                "number": written_number(letter.year, letter.number),
                "organisation_id": letter.organisation_id,
                "name": letter.name_en or letter.name_zh,
                "findings": len(letter.lines),
                "due_at": letter.due_at.isoformat() if letter.due_at else None,
                "to": [recipient.address for recipient in letter.recipients],
                "languages": [str(language) for language in letter.languages],
            }
            for letter in preview.letters
        ]
        told = {
            "notices": len(letters),
            "items": preview.items,
            "kept_back": len(preview.kept_back),
            "letters": letters,
        }
        print(json.dumps(told, ensure_ascii=False))
        return DONE
    print(f"{len(preview.letters)} notices with {preview.items} findings would go out. Nothing was written.")
    for letter in preview.letters[:_SHOWN]:
        to = ", ".join(recipient.address for recipient in letter.recipients)
        print(f"  {written_number(letter.year, letter.number)}  {letter.name_en or letter.name_zh}: ", end="")
        print(f"{len(letter.lines)} findings, to {to}")
    if len(preview.letters) > _SHOWN:
        print(f"  and {len(preview.letters) - _SHOWN} more; --json lists all.")
    if preview.kept_back:
        print(f"Kept back, for want of somebody to write to or of certainty: {len(preview.kept_back)}")
    return DONE
