"""Operations on files of the constituency, its imports and its conflicts."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Query, Router
from ninja.files import UploadedFile

from tocsin.registry import services
from tocsin.registry.api.shapes import (
    ConflictOut,
    Imported,
    ImportResult,
    caller,
)
from tocsin.registry.queries.conflicts import list_conflicts
from tocsin.registry.queries.imports import ImportRecord, list_imports
from tocsin.registry.tables import to_xlsx, to_zip
from tocsin.web.schemas import Page, Paging, Text, page

router = Router(tags=["registry"])


@router.get("/registry/conflicts", response=Page[ConflictOut])
def list_all_conflicts(request: HttpRequest, given: Query[Paging]) -> dict[str, Any]:
    """List what two owners hold at once."""
    found = list_conflicts(actor=caller(request), cursor=given.cursor, size=given.limit)
    return page(found.part, list(found.part.items), about=found.total.value)


@router.get("/registry/imports", response=Page[Imported])
def list_all_imports(request: HttpRequest, given: Query[Paging]) -> dict[str, Any]:
    """List the imports that changed something, newest first."""
    part = list_imports(actor=caller(request), cursor=given.cursor, size=given.limit)
    items: list[ImportRecord] = list(part.items)
    return page(part, items)


@router.post("/registry/import", response=ImportResult)
def import_files(
    request: HttpRequest,
    files: File[list[UploadedFile]],
    *,
    apply: bool = False,
    remove_missing: bool = False,
    seen: Text = "",
) -> dict[str, Any]:
    """Compare files with the registry, and take them in with `apply`: all of them or nothing.

    CSV files, workbooks and zips of them. With `seen`, the mark of an earlier answer, exactly that is applied or
    nothing.
    """
    outcome = services.import_registry(
        actor=caller(request),
        files={str(one.name): one.read() for one in files},
        apply=apply,
        now=timezone.now(),
        remove_missing=remove_missing,
        seen=seen or None,
    )
    return {
        "applied": outcome.applied,
        "changes": outcome.changes,
        "tables": outcome.counts(),
        "bad": list(outcome.bad),
        "doubtful": list(outcome.doubtful),
        "mark": outcome.mark,
    }


@router.post("/registry/export", response={200: None})
def export_files(request: HttpRequest, form: Literal["zip", "xlsx"] = "zip") -> HttpResponse:
    """Give all that one may see as a zip of CSV files or a workbook; both import back to the same."""
    tables = services.export_registry(actor=caller(request), now=timezone.now())
    write = to_zip if form == "zip" else to_xlsx
    kind = "application/zip" if form == "zip" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(write(tables, zone=timezone.get_default_timezone_name()), content_type=kind)
