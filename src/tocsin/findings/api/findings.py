"""Operations on findings: lists, one in full, decisions and answers, the list as a file."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Query, Router

from tocsin.findings import services
from tocsin.findings.api.shapes import (
    ActGiven,
    AnsweredOut,
    AnswersGiven,
    Filter,
    FindingOut,
    FindingShort,
    PublicId,
    Sentence,
    caller,
)
from tocsin.findings.queries.details import FindingInFull, finding_id_of, get_finding
from tocsin.findings.queries.listing import list_findings
from tocsin.findings.rules import ACTIONS, By
from tocsin.findings.services import Answered
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict
from tocsin.kernel.words import Language
from tocsin.web.schemas import Page, page

router = Router(tags=["findings"])


@router.get("/findings", response=Page[FindingShort])
def list_all_findings(request: HttpRequest, given: Query[Filter]) -> dict[str, Any]:
    """List the findings that one may see."""
    found = list_findings(
        actor=caller(request),
        filters=given.filters(),
        now=timezone.now(),
        sort=given.sort,
        cursor=given.cursor,
        size=given.limit,
    )
    return page(found.part, list(found.part.items), about=found.total.value)


@router.post("/findings/export", response={200: None})
def export_findings(
    request: HttpRequest, given: Query[Filter], language: Language = Language.ENGLISH
) -> StreamingHttpResponse:
    """Give the list as a CSV file (UTF-8 with a byte order mark; the first line is its TLP label)."""
    pieces = services.export_findings(
        actor=caller(request), filters=given.filters(), sort=given.sort, language=language, now=timezone.now()
    )
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")


@router.post("/findings/answers", response=AnsweredOut)
def answer_findings(request: HttpRequest, given: AnswersGiven) -> Answered:
    """Answer for several findings; those that cannot take the answer are named and left alone."""
    return services.answer(
        actor=caller(request),
        finding_ids=given.findings,
        action=given.action,
        until=given.until,
        reason=given.reason,
        notice_id=None,
        now=timezone.now(),
    )


@router.get("/findings/{public_id}", response=FindingOut)
def show_finding(request: HttpRequest, public_id: PublicId) -> dict[str, Any]:
    """Show one finding with everything that hangs on it."""
    return _full(caller(request), public_id)


@router.post("/findings/{public_id}/act", response=FindingOut)
def act_on_finding(request: HttpRequest, public_id: PublicId, given: ActGiven) -> dict[str, Any]:
    """Take one of the actions that `actions` names: a decision of the desk or an answer."""
    actor, now = caller(request), timezone.now()
    finding_id = finding_id_of(actor=actor, public_id=public_id)
    if ACTIONS[given.action].by is By.OWNER:
        taken = services.answer(
            actor=actor,
            finding_ids=[finding_id],
            action=given.action,
            until=given.until,
            reason=given.reason,
            notice_id=None,
            now=now,
        )
        if taken.refused:
            raise Conflict(taken.refused[finding_id], action=str(given.action))
    else:
        services.act(
            actor=actor, finding_id=finding_id, action=given.action, reason=given.reason, until=given.until, now=now
        )
    return _full(actor, public_id)


def _full(actor: Actor, public_id: str) -> dict[str, Any]:
    found: FindingInFull = get_finding(actor=actor, public_id=public_id, now=timezone.now())
    same = ("evidence", "discriminator", "machine", "owner", "coordinator", "closing", "telling", "due", "actions")
    times = ("owner_said_at", "owner_until", "closed_at", "expires_at", "paused_until", "asset_since")
    rest = ("sights", "looks", "attributed_by", "asset_value", "source", "report_type", "timeline", "episodes")
    return {
        **{name: getattr(found, name) for name in (*same, *times, *rest)},
        "finding": found.row,
        "tlp": found.tlp.label,
        "covered": [
            {
                "day": held.day,
                "source": held.source,
                "report_type": held.report_type,
                "strength": held.strength,
                "why": Sentence.of(held.said),
            }
            for held in found.covered
        ],
        "why_deadline": Sentence.of(found.why_deadline) if found.why_deadline is not None else None,
        "why_severity": [Sentence.of(said) for said in found.why_severity],
        "not_by": found.ptr,
    }
