"""Takes in what owners say to a notice, by its link, signed in or through the desk; the desk marks it as read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import IntegrityError, transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.queries.calendar import calendar
from tocsin.findings.rules import Action
from tocsin.findings.services import answer as answer_findings
from tocsin.kernel.actor import Actor, ActorKind
from tocsin.kernel.errors import NotFound
from tocsin.notices.errors import AnswerIncomplete, TooManyAnswers
from tocsin.notices.models import Answer, Notice, NoticeItem
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.house import house
from tocsin.notices.rules import NEEDS_COMMENT, Reply, Way

#: What each reply does to a finding.
ACTIONS: Mapping[Reply, Action] = {
    Reply.RECEIVED: Action.ANSWER_RECEIVED,
    Reply.IN_WORK: Action.ANSWER_IN_WORK,
    Reply.FIXED: Action.ANSWER_FIXED,
    Reply.NOT_OURS: Action.ANSWER_NOT_OURS,
    Reply.DISPUTED: Action.ANSWER_DISPUTED,
}
#: A date further off than this is a slip of the pen.
_FARTHEST = timedelta(days=366)
_LONGEST_COMMENT = 4_000
#: Answers that one notice takes by its link within an hour. A link travels by mail, and whoever has it could bury the
#: desk's list of what is to be read, and each finding's timeline; a person who goes through the lines one by one takes
#: two minutes for each. Who is signed in, and the desk, answer in their own name and go on.
MOST_BY_LINK = 30
_BY_LINK_SPAN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an owner says."""

    reply: Reply
    #: Of those that the notice tells; at least one.
    finding_ids: Sequence[int]
    #: Last day of the work; needed with `in_work`, without meaning otherwise.
    until: date | None = None
    #: Needed with `not_ours` and `disputed`.
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerTaken:
    """What came of an answer."""

    answer_id: int
    reply: Reply
    changed: tuple[int, ...]
    #: Finding -> why it could not take the answer.
    refused: Mapping[int, str]
    #: The form had been sent before; nothing was changed again.
    repeated: bool = False


def answer_notice(
    *, actor: Actor, notice_id: int, said: Said, now: datetime, submission: UUID | None = None
) -> AnswerTaken:
    """Record an owner's answer and let its findings follow.

    Args:
        submission: made with the form; the same again is the same answer.

    Raises:
        NotAllowed: the actor may not answer notices.
        NotFound: the actor sees no such notice, or it tells no such finding.
        AnswerIncomplete: a finding, a date or a sentence is missing.
        TooManyAnswers: it has had MOST_BY_LINK within an hour, and this is another.
    """
    require(actor, NoticePermission.ANSWER)
    way = {ActorKind.LINK: Way.LINK, ActorKind.SERVICE: Way.API}.get(actor.kind, Way.SIGNED_IN)
    return _take(actor, notice_id, said, by=actor.label, way=way, now=now, submission=submission)


def answer_on_behalf(
    *, actor: Actor, notice_id: int, said: Said, said_by: str, now: datetime, submission: UUID | None = None
) -> AnswerTaken:
    """Enter what an owner told the desk by telephone or letter.

    Args:
        said_by: who at the owner said so.

    Raises:
        NotAllowed: the actor may not answer for owners.
        NotFound: see `answer_notice`.
        AnswerIncomplete: see `answer_notice`; or nobody is named.
    """
    require(actor, NoticePermission.ANSWER_ON_BEHALF)
    if not said_by.strip():
        raise AnswerIncomplete("Say who told you so.", said_by="missing")
    by = f"{said_by.strip()[:150]} (via {actor.label[:40]})"
    return _take(actor, notice_id, said, by=by, way=Way.DESK, now=now, submission=submission)


def mark_read(*, actor: Actor, answer_id: int, now: datetime) -> None:
    """Take an answer off the list of what is to be read; marking it again changes nothing.

    Raises:
        NotFound: the actor sees no such answer.
    """
    require(actor, NoticePermission.READ_ANSWERS)
    with transaction.atomic():
        found = Answer.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=answer_id).first()
        if found is None:
            raise NotFound
        if found.read_at is not None:
            return
        found.read_at, found.read_by = now, actor.label
        found.save(update_fields=["read_at", "read_by"])
        record(actor=actor, action="notices.read_answer", target_kind="answer", target_id=found.pk, at=now, after={})


def _take(
    actor: Actor, notice_id: int, said: Said, *, by: str, way: Way, now: datetime, submission: UUID | None
) -> AnswerTaken:
    notice = Notice.objects.visible_to(actor).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    before = _earlier(actor, notice_id, submission)
    if before is not None:
        return before
    if way is Way.LINK:
        _refuse_a_flood(actor, notice_id, now)
    ids = _own(actor, notice_id, said.finding_ids)
    comment = said.comment.strip()[:_LONGEST_COMMENT]
    until = _until(actor, said, comment, now)
    try:
        with transaction.atomic():
            taken = answer_findings(
                actor=actor,
                finding_ids=ids,
                action=ACTIONS[said.reply],
                until=until,
                reason=comment,
                notice_id=notice_id,
                now=now,
            )
            row = Answer.objects.create(
                notice=notice,
                at=now,
                said=said.reply,
                until=said.until if said.reply is Reply.IN_WORK else None,
                comment=comment,
                by=by[:200],
                way=way,
                finding_ids=ids,
                refused={str(finding_id): why for finding_id, why in taken.refused.items()},
                submission=submission,
            )
            record(
                actor=actor,
                action="notices.answer",
                target_kind="notice",
                target_id=notice_id,
                organisation_id=notice.organisation_id,
                at=now,
                after={"said": str(said.reply), "way": str(way), "by": by, "findings": len(taken.changed)},
                reason=comment,
            )
    except IntegrityError:
        # The same form at the same moment: the other one has been taken, this one is undone.
        before = _earlier(actor, notice_id, submission)
        if before is None:
            raise
        return before
    return AnswerTaken(answer_id=row.pk, reply=said.reply, changed=tuple(taken.changed), refused=dict(taken.refused))


def _earlier(actor: Actor, notice_id: int, submission: UUID | None) -> AnswerTaken | None:
    if submission is None:
        return None
    found = Answer.objects.visible_to(actor).filter(notice_id=notice_id, submission=submission).first()
    if found is None:
        return None
    refused = {int(finding_id): str(why) for finding_id, why in found.refused.items()}
    return AnswerTaken(
        answer_id=found.pk,
        reply=Reply(found.said),
        changed=tuple(finding_id for finding_id in found.finding_ids if finding_id not in refused),
        refused=refused,
        repeated=True,
    )


def _refuse_a_flood(actor: Actor, notice_id: int, now: datetime) -> None:
    came = Answer.objects.visible_to(actor).filter(notice_id=notice_id, way=Way.LINK, at__gt=now - _BY_LINK_SPAN)
    newest = list(came.order_by("-at").values_list("at", flat=True)[:MOST_BY_LINK])
    if len(newest) == MOST_BY_LINK:
        raise TooManyAnswers(minutes=ceil((newest[-1] + _BY_LINK_SPAN - now) / timedelta(minutes=1)))


def _own(actor: Actor, notice_id: int, finding_ids: Iterable[int]) -> list[int]:
    """Give the findings, each once, in order; all must stand in the notice.

    Raises:
        NotFound: one does not, whatever else it is.
        AnswerIncomplete: there is none.
    """
    wanted = sorted(set(finding_ids))
    if not wanted:
        raise AnswerIncomplete("Tick at least one line.", findings="missing")
    told = (
        NoticeItem.objects.visible_to(actor)
        .filter(notice_id=notice_id, finding_id__in=wanted)
        .values_list("finding_id", flat=True)
    )
    if set(told) != set(wanted):
        raise NotFound
    return wanted


def _until(actor: Actor, said: Said, comment: str, now: datetime) -> datetime | None:
    if said.reply in NEEDS_COMMENT and not comment:
        raise AnswerIncomplete("Say why in a sentence.", comment="missing")
    if said.reply is not Reply.IN_WORK:
        return None
    if said.until is None:
        raise AnswerIncomplete("Say until when you are working on it.", until="missing")
    zone = house().zone
    today = now.astimezone(zone).date()
    closes = calendar(actor=actor, zone=zone).close_of(said.until)
    if closes <= now or said.until > today + _FARTHEST:
        raise AnswerIncomplete("The day must lie ahead, and within a year.", until="wrong")
    return closes
