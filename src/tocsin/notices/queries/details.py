"""One notice in full: as it was sent, to whom, how it stands now, and what its owner said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, OuterRef, Subquery

from tocsin.access.permissions import require
from tocsin.findings.models import Finding, Sighting
from tocsin.findings.rules import Closing, Coordinator, Machine, Owner, Sides, Status, Telling, standing
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Kind, Language
from tocsin.notices.models import Answer, Notice, NoticeEdition, NoticeItem, OutgoingMail
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.listing import AnswerRow, answer_row
from tocsin.notices.rules import MailState, Why, by_place


@dataclass(frozen=True, kw_only=True)
class Item:
    """One finding that a notice tells, as told and as it stands now."""

    finding_id: int
    public_id: str
    problem: str
    kind: Kind
    subject: str
    subject_kind: str
    address: str | None
    port: int | None
    transport: str
    #: As told.
    why: Why
    severity: Severity
    due_at: datetime | None
    #: Now.
    status: Status
    #: Null once closed.
    due_now_at: datetime | None
    last_seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail of a notice and what became of it."""

    id: int
    language: Language
    role: str
    address: str
    state: MailState
    attempts: int
    last_error: str
    sent_at: datetime | None
    next_try_at: datetime


@dataclass(frozen=True, kw_only=True)
class SentEdition:
    """A notice in one language, as it was issued."""

    language: Language
    subject: str
    text: str
    html: str
    csv: str


@dataclass(frozen=True, kw_only=True)
class NoticeInFull:
    """A notice with everything that hangs on it."""

    id: int
    round_id: int
    year: int
    number: int
    organisation_id: int
    name_en: str
    name_zh: str
    issued_at: datetime
    due_at: datetime | None
    link_expires_at: datetime
    tlp: Tlp
    #: The worst first.
    items: tuple[Item, ...]
    editions: tuple[SentEdition, ...]
    #: Empty for the holder of the link: addresses are no business of theirs.
    mails: tuple[Mail, ...]
    #: Newest first.
    answers: tuple[AnswerRow, ...]


def get_notice(*, actor: Actor, notice_id: int) -> NoticeInFull:
    """Give one notice.

    Raises:
        NotAllowed: the actor may not see notices.
        NotFound: the actor sees no such notice.
    """
    require(actor, NoticePermission.SEE)
    notice = Notice.objects.visible_to(actor).select_related("organisation").filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    editions = NoticeEdition.objects.visible_to(actor).filter(notice=notice)
    mails = OutgoingMail.objects.visible_to(actor).filter(edition__notice=notice).select_related("edition")
    answers = Answer.objects.visible_to(actor).filter(notice=notice).select_related("notice__organisation")
    return NoticeInFull(
        id=notice.pk,
        round_id=notice.round_id,
        year=notice.year,
        number=notice.number,
        organisation_id=notice.organisation_id,
        name_en=notice.organisation.name_en,
        name_zh=notice.organisation.name_zh,
        issued_at=notice.issued_at,
        due_at=notice.due_at,
        link_expires_at=notice.link_expires_at,
        tlp=Tlp.parse(notice.tlp),
        items=_items(actor, notice),
        editions=tuple(
            SentEdition(
                language=Language(edition.language),
                subject=edition.subject,
                text=edition.text,
                html=edition.html,
                csv=edition.csv,
            )
            for edition in sorted(editions, key=lambda edition: edition.language)
        ),
        mails=tuple(_mail(mail) for mail in mails.order_by("to_address")),
        answers=tuple(answer_row(answer) for answer in answers),
    )


def _mail(mail: OutgoingMail) -> Mail:
    return Mail(
        id=mail.pk,
        language=Language(mail.edition.language),
        role=mail.to_role,
        address=mail.to_address,
        state=MailState(mail.state),
        attempts=mail.attempts,
        last_error=mail.last_error,
        sent_at=mail.sent_at,
        next_try_at=mail.next_try_at,
    )


def _items(actor: Actor, notice: Notice) -> tuple[Item, ...]:
    told = {item.finding_id: item for item in NoticeItem.objects.visible_to(actor).filter(notice=notice)}
    # Only through findings that the actor sees, so the sightings need no cut of their own.
    seen = (
        Sighting.objects.filter(finding=OuterRef("pk"))
        .order_by()
        .values("finding")
        .annotate(at=Max("last_seen_at"))
        .values("at")
    )
    rows = Finding.objects.visible_to(actor).filter(pk__in=told).annotate(last_seen_at=Subquery(seen))
    items = [_item(told[row.pk], row, getattr(row, "last_seen_at", None)) for row in rows]
    return tuple(
        sorted(
            items,
            key=lambda item: (-item.severity, item.problem, *by_place(item.address, item.subject), item.finding_id),
        )
    )


def _item(told: NoticeItem, row: Finding, seen_at: datetime | None) -> Item:
    status = standing(
        Sides(
            kind=Kind(row.kind),
            machine=Machine(row.machine),
            owner=Owner(row.owner),
            coordinator=Coordinator(row.coordinator),
            closing=Closing(row.closing) if row.closing is not None else None,
            telling=Telling(row.telling),
        )
    ).status
    return Item(
        finding_id=row.pk,
        public_id=row.public_id,
        problem=row.problem,
        kind=Kind(row.kind),
        subject=row.subject,
        subject_kind=row.subject_kind,
        address=row.address,
        port=row.port,
        transport=row.transport,
        why=Why(told.why),
        severity=Severity(told.severity),
        due_at=told.due_at,
        status=status,
        due_now_at=None if status.closed else row.due_at,
        last_seen_at=seen_at or row.first_seen_at,
    )


def by_problem(items: tuple[Item, ...]) -> Mapping[str, tuple[Item, ...]]:
    """Put the items of each problem together, in their order."""
    found: dict[str, tuple[Item, ...]] = {}
    for item in items:
        found[item.problem] = (*found.get(item.problem, ()), item)
    return found
