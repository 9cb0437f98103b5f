"""Operations on sources, and counts of what came in."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tocsin.accounts.api import caller
from tocsin.events.api.shapes import (
    CountsOut,
    CoverageOut,
    Id,
    SinceQuery,
    SourceIn,
    SourceInFullOut,
    SourceOut,
    marked,
)
from tocsin.events.queries.counts import Counts, counts_since
from tocsin.events.queries.sources import SourceInFull, SourceRow, get_source, list_sources
from tocsin.events.services import change_source
from tocsin.kernel.actor import Actor
from tocsin.kernel.tlp import Tlp

router = Router()


@router.get("/sources", response=list[SourceOut])
def list_all_sources(request: HttpRequest) -> list[dict[str, object]]:
    """List the sources, those that are late first."""
    return [_source(row) for row in list_sources(actor=caller(request), now=timezone.now())]


@router.get("/sources/{source_id}", response=SourceInFullOut)
def get_one_source(request: HttpRequest, source_id: Id) -> dict[str, object]:
    """Give one source with what it sends."""
    return _in_full(caller(request), source_id)


@router.put("/sources/{source_id}", response=SourceInFullOut)
def change_one_source(request: HttpRequest, source_id: Id, given: SourceIn) -> dict[str, object]:
    """Change what a source means, for what comes from now on."""
    actor = caller(request)
    change_source(
        actor=actor,
        source_id=source_id,
        provider=given.provider,
        tlp=Tlp.parse(given.tlp),
        reliability=given.reliability,
        gate=given.gate,
        coverage_mode=given.coverage_mode,
        expected_every_h=given.expected_every_h,
        now=timezone.now(),
    )
    return _in_full(actor, source_id)


@router.get("/arrivals", response=CountsOut)
def count_arrivals(request: HttpRequest, given: Query[SinceQuery]) -> Counts:
    """Count what came in since a moment, and what waits."""
    return counts_since(actor=caller(request), since=given.since, now=timezone.now())


def _in_full(actor: Actor, source_id: int) -> dict[str, object]:
    found: SourceInFull = get_source(actor=actor, source_id=source_id, now=timezone.now())
    return {
        **_source(found.source),
        "types": [{**vars(row), "coverage": CoverageOut.of(row.coverage)} for row in found.types],
        "reports": found.reports,
        "refused": found.refused,
        "created_at": found.created_at,
    }


def _source(row: SourceRow) -> dict[str, object]:
    return {**vars(row), "tlp": marked(row.tlp), "days": list(row.days), "by_day": list(row.by_day)}
