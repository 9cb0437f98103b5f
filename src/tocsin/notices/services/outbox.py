"""Empties the outbox: a mail goes once, again when the server says later, never when it says never."""

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from tocsin.access.permissions import require
from tocsin.access.scope import acting
from tocsin.audit.trail import record
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.net.smtp import Connection, MailDelayed, MailRefused, Server, ServerAway
from tocsin.notices.models import OutgoingMail
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.mails import bytes_of
from tocsin.notices.rules import MailState

#: RFC 5321, section 4.5.4.1: four to five days.
GIVE_UP_AFTER = timedelta(days=5)
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=4)
_LONGEST_REASON = 500
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([A-Za-z0-9.-]+)@", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What became of the mails that were due."""

    sent: int
    failed: int
    #: Will be tried again.
    delayed: int
    #: Why the batch ended early; empty: it did not.
    away: str = ""


class _Way(Protocol):
    """Takes a mail out of the house."""

    def send(self, *, sender: str, recipient: str, mail: bytes) -> None:
        """Hand it over; raises as `net.smtp.Connection.send`."""


def deliver(*, actor: Actor, clock: Callable[[], datetime], round_id: int | None = None) -> Delivered:
    """Hand over every mail that is due, each in a transaction of its own; safe on many machines and to repeat.

    A process that dies between handing over and committing hands the same bytes over again, under the same Message-ID.

    Args:
        clock: asked at each mail, for the last of a long batch goes out much later than the first.
        round_id: only those of one round; null: all.
    """
    require(actor, NoticePermission.DELIVER)
    # What is put off for a minute is left to the next batch, however long this one lasts.
    due = clock()
    counts = dict.fromkeys(MailState, 0)
    away = ""
    with ExitStack() as stack:
        way = _way(stack)
        while not away:
            with acting(actor):
                mail = _claim(actor, due, round_id)
                if mail is None:
                    break
                away = _hand_over(mail, way, clock)
                counts[MailState(mail.state)] += 1
                mail.save(update_fields=["state", "attempts", "last_error", "next_try_at", "sent_at"])
                if mail.state == MailState.FAILED:
                    _record_failure(actor, mail, clock())
    return Delivered(
        sent=counts[MailState.SENT], failed=counts[MailState.FAILED], delayed=counts[MailState.WAITING], away=away
    )


def retry_mail(*, actor: Actor, mail_id: int, now: datetime) -> int:
    """Put a mail that failed, or waits, into the outbox anew, as after the mail server was mended; gives its notice.

    Raises:
        NotFound: there is no such mail, or it is sent.
    """
    require(actor, NoticePermission.ISSUE)
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.visible_to(actor)
            .exclude(state=MailState.SENT)
            .select_for_update(of=("self",))
            .select_related("edition")
            .filter(pk=mail_id)
            .first()
        )
        if mail is None:
            raise NotFound
        before = mail.state
        mail.state, mail.next_try_at, mail.attempts, mail.begun_anew_at = MailState.WAITING, now, 0, now
        mail.save(update_fields=["state", "next_try_at", "attempts", "begun_anew_at"])
        record(
            actor=actor,
            action="notices.retry_mail",
            target_kind="mail",
            target_id=mail.pk,
            organisation_id=mail.organisation_id,
            at=now,
            before={"state": before},
            after={"state": mail.state},
        )
        later("notices.send_waiting", once="notices.send_waiting", timestamp=int(now.timestamp()))
    return mail.edition.notice_id


def _claim(actor: Actor, now: datetime, round_id: int | None) -> OutgoingMail | None:
    """Take the next mail that is due and that nobody else is handing over."""
    waiting = OutgoingMail.objects.visible_to(actor).filter(state=MailState.WAITING, next_try_at__lte=now)
    if round_id is not None:
        waiting = waiting.filter(edition__notice__round_id=round_id)
    return (
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("edition__notice__organisation")
        .order_by("next_try_at", "id")
        .first()
    )


def _hand_over(mail: OutgoingMail, way: _Way, clock: Callable[[], datetime]) -> str:
    """Try one mail and set its fields; gives why no further mail should be tried, else nothing."""
    mail.attempts += 1
    try:
        way.send(sender=settings.ENVIRONMENT.sender, recipient=mail.to_address, mail=bytes_of(mail))
    except (MailRefused, Invalid) as error:
        mail.state, mail.last_error = MailState.FAILED, str(error)[:_LONGEST_REASON]
    except MailDelayed as error:
        _postpone(mail, str(error), clock())
    except ServerAway as error:
        _postpone(mail, str(error), clock())
        return str(error)
    else:
        mail.state, mail.last_error, mail.sent_at = MailState.SENT, "", clock()
    return ""


def _postpone(mail: OutgoingMail, reason: str, now: datetime) -> None:
    mail.last_error = reason[:_LONGEST_REASON]
    mail.next_try_at = now + min(_FIRST_WAIT * 2 ** min(mail.attempts - 1, 16), _LONGEST_WAIT)
    if mail.next_try_at > (mail.begun_anew_at or mail.queued_at) + GIVE_UP_AFTER:
        mail.state = MailState.FAILED


def _record_failure(actor: Actor, mail: OutgoingMail, now: datetime) -> None:
    """Call within the mail's transaction."""
    record(
        actor=actor,
        action="notices.mail_failed",
        target_kind="mail",
        target_id=mail.pk,
        organisation_id=mail.organisation_id,
        at=now,
        reason=mail.last_error,
    )


def _way(stack: ExitStack) -> _Way:
    if settings.ENVIRONMENT.mail == "outbox":
        return _Folder(settings.OUTBOX_FOLDER)
    try:
        server = Server.of(settings.ENVIRONMENT.mail)
    except ServerAway as error:
        return _Nowhere(error)
    return stack.enter_context(Connection(server))


class _Nowhere:
    """Says of every mail why it can't go: the setting can't be meant."""

    def __init__(self, reason: ServerAway) -> None:
        self._reason = reason

    def send(self, *, sender: str, recipient: str, mail: bytes) -> None:
        """Refuse."""
        del sender, recipient, mail
        raise self._reason


class _Folder:
    """Writes each mail as a file, so that a demonstration sends nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, *, sender: str, recipient: str, mail: bytes) -> None:
        """Write the file named by the Message-ID, whole or not at all; a repeat writes the same file."""
        del sender, recipient
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{_name_in(mail)}.eml"
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", suffix=".part", delete=False) as draft:
            try:
                draft.write(mail)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(target)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise


def _name_in(mail: bytes) -> str:
    """Give the left half of the Message-ID: letters, digits, dots and dashes of our own."""
    found = _MESSAGE_ID.search(mail)
    assert found is not None
    return found.group(1).decode("ascii")
