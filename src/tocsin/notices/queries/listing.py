"""Lists of notices and of answers, cut to their reader, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count as Counted
from django.db.models import Exists, OuterRef, Q, QuerySet

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.notices.models import Answer, Notice, NoticeItem, OutgoingMail
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.rules import MailState, Reply, Way
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take

NEWEST_FIRST = Order(keys=(Key(field="id", descending=True),))
OLDEST_FIRST = Order(keys=(Key(field="id"),))


class Delivery(StrEnum):
    """How the mails of a notice stand together; the worst counts."""

    FAILED = "failed"
    WAITING = "waiting"
    SENT = "sent"


class Answered(StrEnum):
    """Whether an owner has answered a notice."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class NoticeFilters:
    """What a list of notices is cut down to; null cuts nothing."""

    #: Part of an organisation's name, or a number such as 2026-0417 or 417.
    search: str = ""
    organisation_id: int | None = None
    round_id: int | None = None
    delivery: Delivery | None = None
    answered: Answered | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice in a list."""

    id: int
    year: int
    number: int
    organisation_id: int
    name_en: str
    name_zh: str
    issued_at: datetime
    due_at: datetime | None
    tlp: Tlp
    #: The worst of its items.
    severity: Severity
    items: int
    mails: int
    delivery: Delivery
    #: Null while nobody has answered.
    answered_at: datetime | None
    said: Reply | None


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """A page of notices."""

    rows: Slice[NoticeRow]
    total: Count


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One answer in a list."""

    id: int
    notice_id: int
    year: int
    number: int
    organisation_id: int
    name_en: str
    name_zh: str
    at: datetime
    said: Reply
    #: Last day of the work; null unless `said` is `in_work`.
    until: date | None
    comment: str
    by: str
    way: Way
    findings: int
    refused: int
    read_at: datetime | None
    read_by: str


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """A page of answers."""

    rows: Slice[AnswerRow]
    total: Count


def list_notices(*, actor: Actor, filters: NoticeFilters, cursor: str = "", size: int = PAGE_SIZE) -> NoticePage:
    """Give a page of notices, newest first.

    Raises:
        NotAllowed: the actor may not see notices.
        BadCursor: the cursor is not one of this list.
    """
    require(actor, NoticePermission.SEE)
    rows = _filtered(actor, filters)
    part = take(rows.select_related("organisation"), order=NEWEST_FIRST, cursor=cursor, size=size)
    ids = [notice.pk for notice in part.items]
    items = _items(actor, ids)
    mails = _mails(actor, ids)
    answers = _newest_answers(actor, ids)
    return NoticePage(
        rows=Slice(
            items=tuple(_row(notice, items, mails, answers) for notice in part.items),
            first=part.first,
            last=part.last,
            next=part.next,
            previous=part.previous,
        ),
        total=about(rows),
    )


def list_answers(
    *,
    actor: Actor,
    unread_only: bool,
    notice_id: int | None = None,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> AnswerPage:
    """Give a page of answers: those to be read oldest first, else the newest first.

    Raises:
        NotAllowed: the actor may not see notices.
        BadCursor: the cursor is not one of this list.
    """
    require(actor, NoticePermission.SEE)
    rows = Answer.objects.visible_to(actor)
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    if notice_id is not None:
        rows = rows.filter(notice_id=notice_id)
    order = OLDEST_FIRST if unread_only else NEWEST_FIRST
    part = take(rows.select_related("notice__organisation"), order=order, cursor=cursor, size=size)
    return AnswerPage(
        rows=Slice(
            items=tuple(answer_row(found) for found in part.items),
            first=part.first,
            last=part.last,
            next=part.next,
            previous=part.previous,
        ),
        total=about(rows),
    )


def count_unread(*, actor: Actor) -> int:
    """Count the answers that the desk has not read."""
    require(actor, NoticePermission.READ_ANSWERS)
    return Answer.objects.visible_to(actor).filter(read_at__isnull=True).count()


def answer_row(found: Answer) -> AnswerRow:
    """Make a row of an answer read with its notice and organisation."""
    owner = found.notice.organisation
    return AnswerRow(
        id=found.pk,
        notice_id=found.notice_id,
        year=found.notice.year,
        number=found.notice.number,
        organisation_id=owner.pk,
        name_en=owner.name_en,
        name_zh=owner.name_zh,
        at=found.at,
        said=Reply(found.said),
        until=found.until,
        comment=found.comment,
        by=found.by,
        way=Way(found.way),
        findings=len(found.finding_ids),
        refused=len(found.refused),
        read_at=found.read_at,
        read_by=found.read_by,
    )


def _filtered(actor: Actor, filters: NoticeFilters) -> QuerySet[Notice]:
    rows = Notice.objects.visible_to(actor)
    if filters.search:
        rows = rows.filter(_searched(filters.search))
    if filters.organisation_id is not None:
        rows = rows.filter(organisation_id=filters.organisation_id)
    if filters.round_id is not None:
        rows = rows.filter(round_id=filters.round_id)
    if filters.answered is not None:
        answered = Exists(Answer.objects.visible_to(actor).filter(notice=OuterRef("pk")))
        rows = rows.filter(answered if filters.answered is Answered.YES else ~answered)
    if filters.delivery is not None:
        mails = OutgoingMail.objects.visible_to(actor).filter(edition__notice=OuterRef("pk"))
        failed = Exists(mails.filter(state=MailState.FAILED))
        waiting = Exists(mails.filter(state=MailState.WAITING))
        conditions = {
            Delivery.FAILED: Q(failed),
            Delivery.WAITING: ~Q(failed) & Q(waiting),
            Delivery.SENT: ~Q(failed) & ~Q(waiting),
        }
        rows = rows.filter(conditions[filters.delivery])
    return rows


def _searched(text: str) -> Q:
    """Read `2026-0417`, `417`, or part of a name."""
    year, dash, number = text.strip().partition("-")
    if dash and year.isdecimal() and number.isdecimal():
        return Q(year=int(year), number=int(number))
    if year.isdecimal() and not dash:
        return Q(number=int(year))
    return Q(organisation__name_en__icontains=text.strip()) | Q(organisation__name_zh__icontains=text.strip())


def _items(actor: Actor, ids: list[int]) -> Mapping[int, tuple[int, int]]:
    """Give for each notice how many items it has and the worst severity."""
    found: dict[int, tuple[int, int]] = {}
    rows = NoticeItem.objects.visible_to(actor).filter(notice_id__in=ids).order_by()
    for notice_id, severity, count in rows.values_list("notice_id", "severity").annotate(count=Counted("id")):
        items, worst = found.get(notice_id, (0, 0))
        found[notice_id] = (items + count, max(worst, severity))
    return found


def _mails(actor: Actor, ids: list[int]) -> Mapping[int, Mapping[str, int]]:
    """Give for each notice how many mails stand in each state."""
    found: dict[int, dict[str, int]] = {}
    rows = OutgoingMail.objects.visible_to(actor).filter(edition__notice_id__in=ids).order_by()
    counted = rows.values_list("edition__notice_id", "state").annotate(count=Counted("id"))
    for notice_id, state, count in counted:
        found.setdefault(notice_id, {})[state] = count
    return found


def _newest_answers(actor: Actor, ids: list[int]) -> Mapping[int, Answer]:
    rows = Answer.objects.visible_to(actor).filter(notice_id__in=ids).order_by("notice_id", "id")
    return {answer.notice_id: answer for answer in rows}


def _row(
    notice: Notice,
    items: Mapping[int, tuple[int, int]],
    mails: Mapping[int, Mapping[str, int]],
    answers: Mapping[int, Answer],
) -> NoticeRow:
    count, worst = items.get(notice.pk, (0, 0))
    states = mails.get(notice.pk, {})
    answer = answers.get(notice.pk)
    return NoticeRow(
        id=notice.pk,
        year=notice.year,
        number=notice.number,
        organisation_id=notice.organisation_id,
        name_en=notice.organisation.name_en,
        name_zh=notice.organisation.name_zh,
        issued_at=notice.issued_at,
        due_at=notice.due_at,
        tlp=Tlp.parse(notice.tlp),
        severity=Severity(worst),
        items=count,
        mails=sum(states.values()),
        delivery=delivery_of(states),
        answered_at=answer.at if answer is not None else None,
        said=Reply(answer.said) if answer is not None else None,
    )


def delivery_of(states: Mapping[str, int]) -> Delivery:
    """Say how mails stand together, from how many stand in each state."""
    if states.get(MailState.FAILED):
        return Delivery.FAILED
    return Delivery.WAITING if states.get(MailState.WAITING) else Delivery.SENT
