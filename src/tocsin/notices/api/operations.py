"""Operations of notices."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from tocsin.accounts.api import caller
from tocsin.kernel.errors import NotFound
from tocsin.kernel.severity import Severity
from tocsin.notices.api.schemas import (
    AnswerIn,
    AnswerOnBehalfIn,
    AnswerOut,
    AnswerQuery,
    AnswerTakenOut,
    NoticeDetail,
    NoticeOut,
    NoticeQuery,
    PreviewedEdition,
    PreviewOut,
    RoundIn,
    RoundOut,
)
from tocsin.notices.queries.details import get_notice as notice_of
from tocsin.notices.queries.listing import AnswerRow, NoticeFilters
from tocsin.notices.queries.listing import list_answers as answers_of
from tocsin.notices.queries.listing import list_notices as notices_of
from tocsin.notices.rules import Letter, RoundMode, written_number
from tocsin.notices.services.answers import AnswerTaken, Said, answer_notice, answer_on_behalf
from tocsin.notices.services.answers import mark_read as mark_answer_read
from tocsin.notices.services.outbox import retry_mail as retry
from tocsin.notices.services.rounds import issue_round as issue
from tocsin.notices.services.rounds import preview_round as look_ahead
from tocsin.web.schemas import Page, Text, page

router = Router(tags=["notices"])


@router.get("/notices", response=Page[NoticeOut])
def list_notices(request: HttpRequest, query: Query[NoticeQuery]) -> dict[str, object]:
    """List notices, newest first; an owner its own."""
    found = notices_of(
        actor=caller(request),
        filters=NoticeFilters(
            search=query.search,
            organisation_id=query.organisation_id,
            round_id=query.round_id,
            delivery=query.delivery,
            answered=query.answered,
        ),
        cursor=query.cursor,
        size=query.limit,
    )
    items = [
        {
            **vars(row),
            "reference": written_number(row.year, row.number),
            "organisation_en": row.name_en,
            "organisation_zh": row.name_zh,
            "tlp": row.tlp.label,
            "severity": row.severity.word,
            "findings": row.items,
        }
        for row in found.rows.items
    ]
    return page(found.rows, items, about=found.total.value)


@router.get("/notices/{int:notice_id}", response=NoticeDetail)
def get_notice(request: HttpRequest, notice_id: int) -> dict[str, object]:
    """Give one notice: as sent, to whom, how it stands now, what its owner said."""
    found = notice_of(actor=caller(request), notice_id=notice_id)
    return {
        **vars(found),
        "reference": written_number(found.year, found.number),
        "organisation_en": found.name_en,
        "organisation_zh": found.name_zh,
        "tlp": found.tlp.label,
        "items": [{**vars(item), "severity": item.severity.word} for item in found.items],
        "editions": [vars(edition) for edition in found.editions],
        "mails": [vars(mail) for mail in found.mails],
        "answers": [_answer(answer) for answer in found.answers],
    }


@router.get("/rounds/preview", response=PreviewOut)
def preview_round(request: HttpRequest, mode: RoundMode = RoundMode.AUTO) -> dict[str, object]:
    """Show what a round would send now, to whom, and what it would keep back. Changes nothing."""
    shown = look_ahead(actor=caller(request), mode=mode, now=timezone.now())
    return {
        "mode": shown.mode,
        "mark": shown.mark,
        "findings": shown.items,
        "letters": [_letter(letter) for letter in shown.letters],
        "kept_back": [
            {**vars(one), "organisation_en": one.name_en, "organisation_zh": one.name_zh} for one in shown.kept_back
        ],
    }


@router.get("/rounds/preview/{int:organisation_id}", response=list[PreviewedEdition])
def preview_letter(
    request: HttpRequest, organisation_id: int, mode: RoundMode = RoundMode.AUTO
) -> Sequence[dict[str, object]]:
    """Show one notice of a round as it would go out, in each language that its recipients read."""
    shown = look_ahead(actor=caller(request), mode=mode, now=timezone.now())
    letter = next((one for one in shown.letters if one.organisation_id == organisation_id), None)
    if letter is None:
        raise NotFound
    return [vars(edition) for edition in shown.editions(letter)]


@router.post("/rounds", response={201: RoundOut})
def issue_round(request: HttpRequest, body: RoundIn) -> Status[dict[str, object]]:
    """Issue one notice to each owner with news, and start the clocks."""
    made = issue(actor=caller(request), mode=body.mode, now=timezone.now(), seen=body.mark)
    return Status(
        201,
        {
            "id": made.pk,
            "mode": made.mode,
            "issued_at": made.issued_at,
            "issued_by": made.issued_by,
            "notices": made.notices,
            "findings": made.items,
        },
    )


@router.post("/mails/{int:mail_id}/retry", response={204: None})
def retry_mail(request: HttpRequest, mail_id: int) -> Status[None]:
    """Put a mail that failed, or waits, into the outbox anew."""
    retry(actor=caller(request), mail_id=mail_id, now=timezone.now())
    return Status(204, None)


@router.post("/notices/{int:notice_id}/answers", response={201: AnswerTakenOut})
def answer(request: HttpRequest, notice_id: int, body: AnswerIn) -> Status[dict[str, object]]:
    """Answer a notice of your own organisation."""
    taken = answer_notice(
        actor=caller(request),
        notice_id=notice_id,
        said=_said(body),
        submission=body.submission,
        now=timezone.now(),
    )
    return Status(201, _taken(taken))


@router.post("/notices/{int:notice_id}/answers-on-behalf", response={201: AnswerTakenOut})
def answer_for_owner(request: HttpRequest, notice_id: int, body: AnswerOnBehalfIn) -> Status[dict[str, object]]:
    """Enter what an owner told the desk by telephone or letter."""
    taken = answer_on_behalf(
        actor=caller(request),
        notice_id=notice_id,
        said=_said(body),
        said_by=body.said_by,
        submission=body.submission,
        now=timezone.now(),
    )
    return Status(201, _taken(taken))


@router.get("/answers", response=Page[AnswerOut])
def list_answers(request: HttpRequest, query: Query[AnswerQuery]) -> dict[str, object]:
    """List what owners said, newest first; an owner its own."""
    found = answers_of(
        actor=caller(request),
        unread_only=query.unread,
        notice_id=query.notice_id,
        cursor=query.cursor,
        size=query.limit,
    )
    return page(found.rows, [_answer(row) for row in found.rows.items], about=found.total.value)


@router.post("/answers/{int:answer_id}/read", response={204: None})
def read_answer(request: HttpRequest, answer_id: int) -> Status[None]:
    """Take an answer off the list of what is to be read."""
    mark_answer_read(actor=caller(request), answer_id=answer_id, now=timezone.now())
    return Status(204, None)


_TABLE = {"responses": {200: {"description": "The attached table.", "content": {"text/csv": {}}}}}


@router.get("/notices/{int:notice_id}/table.csv", response=None, openapi_extra=_TABLE)
def table(request: HttpRequest, notice_id: int, language: Text) -> HttpResponse:
    """Give the attached table of an edition, as it was sent."""
    found = notice_of(actor=caller(request), notice_id=notice_id)
    edition = next((one for one in found.editions if one.language == language), None)
    if edition is None:
        raise NotFound
    return HttpResponse("\ufeff" + edition.csv, content_type="text/csv; charset=utf-8")


def _answer(row: AnswerRow) -> dict[str, object]:
    return {
        **vars(row),
        "reference": written_number(row.year, row.number),
        "organisation_en": row.name_en,
        "organisation_zh": row.name_zh,
    }


def _letter(letter: Letter) -> dict[str, object]:
    return {
        "organisation_id": letter.organisation_id,
        "organisation_en": letter.name_en,
        "organisation_zh": letter.name_zh,
        "reference": written_number(letter.year, letter.number),
        "severity": Severity(letter.groups[0].severity).word,
        "findings": [line.finding_id for line in letter.lines],
        "due_at": letter.due_at,
        "tlp": letter.tlp.label,
        "recipients": [vars(recipient) for recipient in letter.recipients],
    }


def _said(body: AnswerIn) -> Said:
    return Said(reply=body.said, finding_ids=body.findings, until=body.until, comment=body.comment)


def _taken(taken: AnswerTaken) -> dict[str, object]:
    return {
        "id": taken.answer_id,
        "said": taken.reply,
        "changed": list(taken.changed),
        "refused": [{"finding_id": finding_id, "why": why} for finding_id, why in taken.refused.items()],
        "repeated": taken.repeated,
    }
