"""Operations on reports: the list, one, adding some, what was refused, what is nobody's."""

import io
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Status
from ninja.files import UploadedFile

from tocsin.accounts.api import caller
from tocsin.events.api.shapes import (
    CoverageOut,
    FirstRowOut,
    Id,
    ReceivedOut,
    RefusedOut,
    ReportInFullOut,
    ReportOut,
    ReportQuery,
    RetakenOut,
    SentenceOut,
    SourceName,
    StrangerQuery,
    StrangersOut,
)
from tocsin.events.queries.first_rows import FIRST_ROWS, FirstRow, first_rows
from tocsin.events.queries.refused import list_refused
from tocsin.events.queries.report import get_report
from tocsin.events.queries.reports import ReportFilters, list_reports
from tocsin.events.queries.strangers import StrangerFilters, Strangers, list_strangers
from tocsin.events.services import Delivery, Retaken, receive, retake_report
from tocsin.web.schemas import Page, Paging, page

router = Router()
_MOST_FIRST_ROWS = 200


@router.get("/reports", response=Page[ReportOut])
def list_all_reports(request: HttpRequest, given: Query[ReportQuery]) -> dict[str, Any]:
    """List what came in, newest first."""
    found = list_reports(
        actor=caller(request),
        filters=ReportFilters(
            source_id=given.source_id,
            report_type=given.report_type,
            since=given.since,
            until=given.until,
            with_quarantine=given.with_quarantine,
        ),
        cursor=given.cursor,
        size=given.limit,
    )
    return page(found.part, list(found.part.items), about=found.total.value)


@router.post("/reports", response={202: list[ReceivedOut]})
def add_reports(
    request: HttpRequest, files: File[list[UploadedFile]], source: Form[SourceName | None] = None
) -> Status[list[dict[str, str]]]:
    """Hand files to the worker: CSV, gzip or zip. Each goes in whole or not at all, the same one once only.

    Without `source` the format's own is used; a name that is new makes one.
    """
    actor, now = caller(request), timezone.now()
    kept = []
    for file in files:
        name = file.name or "report.csv"
        key = receive(
            actor=actor,
            delivery=Delivery(name=name, stream=io.BytesIO(file.read())),
            source_name=source or None,
            now=now,
        )
        kept.append({"key": key, "file": name})
    return Status(202, kept)


@router.get("/reports/refused", response=Page[RefusedOut])
def list_refused_files(request: HttpRequest, given: Query[Paging]) -> dict[str, Any]:
    """List the files that could not be taken in, and why."""
    found = list_refused(actor=caller(request), cursor=given.cursor, size=given.limit)
    return page(found.part, list(found.part.items), about=found.total.value)


@router.get("/reports/{report_id}", response=ReportInFullOut)
def get_one_report(request: HttpRequest, report_id: Id) -> dict[str, Any]:
    """Give one report: numbers, what the gate said, what it covers, where it lies."""
    found = get_report(actor=caller(request), report_id=report_id)
    gate = [{**vars(said), "why": SentenceOut.of(said.why) if said.why is not None else None} for said in found.gate]
    return {
        **vars(found.report),
        **vars(found),
        "gate": gate,
        "coverage": CoverageOut.of(found.coverage),
        "files": [vars(file) for file in found.files],
    }


@router.get("/reports/{report_id}/rows", response=list[FirstRowOut])
def list_first_rows(
    request: HttpRequest, report_id: Id, limit: Annotated[int, Field(ge=1, le=_MOST_FIRST_ROWS)] = FIRST_ROWS
) -> list[dict[str, Any]]:
    """Give the first rows of a report, and what became of each."""
    return [_row(row) for row in first_rows(actor=caller(request), report_id=report_id, limit=limit)]


@router.post("/reports/{report_id}/retake", response=RetakenOut)
def retake_all_rows(request: HttpRequest, report_id: Id) -> Retaken:
    """Try the quarantined rows of a report again, as after the mending of a feed."""
    return retake_report(actor=caller(request), report_id=report_id, now=timezone.now())


@router.get("/strangers", response=StrangersOut)
def count_strangers(request: HttpRequest, given: Query[StrangerQuery]) -> Strangers:
    """Count the rows without a constituent, by AS number, network or country."""
    return list_strangers(
        actor=caller(request),
        filters=StrangerFilters(
            source_id=given.source_id,
            report_type=given.report_type,
            since=given.since,
            until=given.until,
            why=given.why,
            asn=given.asn,
            country=given.country,
        ),
        by=given.by,
    )


def _row(row: FirstRow) -> dict[str, Any]:
    return {
        **vars(row),
        "severity": row.severity.word if row.severity is not None else None,
        "flags": [flag.name.lower() for flag in row.flags if flag.name],
        "organisation_en": row.name_en,
        "organisation_zh": row.name_zh,
    }
