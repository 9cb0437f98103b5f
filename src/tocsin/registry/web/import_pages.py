"""The import page: upload, see what would change and which rows are bad, then apply."""

import csv
import io
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.services import ImportOutcome, import_registry
from tocsin.registry.tables import KEYS, SCHEMAS, BadRow, Sheet, SheetDifference, escaped
from tocsin.registry.web import parcel
from tocsin.registry.web.forms import UploadForm
from tocsin.registry.web.list_pages import list_crumb
from tocsin.registry.web.words import FIELDS, SHEETS
from tocsin.web.components import (
    Action,
    Banner,
    Cell,
    Column,
    ColumnKind,
    Crumb,
    Definition,
    Definitions,
    Heading,
    Row,
    Table,
    Tone,
)
from tocsin.web.entry import signed_in
from tocsin.web.writing import thousands

#: Rows of one kind that the page shows; all bad rows can be downloaded.
_SHOWN = 200
_NAMELESS = frozenset({"field", "old", "new"})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take files and show what they would change."""
    require(actor, RegistryPermission.IMPORT)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        return _show(request, actor, form.contents(), remove_missing=form.cleaned_data["remove_missing"])
    heading = Heading(
        title=_("Import organisations, contacts and assets"),
        crumbs=(list_crumb(), Crumb(label=_("Import"))),
        lead=_("You see first what would change and which rows are bad. Nothing goes in before you apply it."),
        actions=(Action(label=_("Earlier imports"), url=reverse("registry:imports"), kind="quiet"),),
    )
    columns = Definitions(
        items=tuple(
            Definition(term=SHEETS[sheet], value=format_html("<code>{}</code>", ", ".join(SCHEMAS[sheet])))
            for sheet in Sheet
        )
    )
    words = {"heading": heading, "form": form, "columns": columns}
    return render(request, "registry/import.html", words, status=422 if form.errors else 200)


@require_POST
@signed_in
def apply(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take in what was looked at; what has changed since is shown again instead."""
    require(actor, RegistryPermission.IMPORT)
    files = parcel.unpack(request.POST.get("parcel", ""), person=str(actor.id))
    if files is None:
        messages.warning(request, _("It was looked at for more than an hour. Choose the files again."))
        return HttpResponseRedirect(reverse("registry:import"))
    remove_missing = request.POST.get("remove_missing") == "1"
    outcome = import_registry(
        actor=actor,
        files=files,
        apply=True,
        now=timezone.now(),
        remove_missing=remove_missing,
        seen=request.POST.get("seen", ""),
    )
    if not outcome.applied:
        messages.warning(request, _("The registry has changed meanwhile. Look again."))
        return _show(request, actor, files, remove_missing=remove_missing)
    number = outcome.changes
    text = ngettext(
        "{count} row changed. Findings are attributed anew.",
        "{count} rows changed. Findings are attributed anew.",
        number,
    )
    messages.success(request, text.format(count=thousands(number)))
    return HttpResponseRedirect(reverse("registry:organisations"))


@require_POST
@signed_in
def bad_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give every bad row as CSV, to mend the file by."""
    require(actor, RegistryPermission.IMPORT)
    files = parcel.unpack(request.POST.get("parcel", ""), person=str(actor.id))
    if files is None:
        messages.warning(request, _("It was looked at for more than an hour. Choose the files again."))
        return HttpResponseRedirect(reverse("registry:import"))
    outcome = import_registry(actor=actor, files=files, apply=False, now=timezone.now())
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["file", "table", "line", "column", "value", "reason"])
    for row in outcome.bad:
        told = (row.file, row.sheet, str(row.line), row.column, row.value, row.reason)
        writer.writerow([escaped(cell) for cell in told])
    return HttpResponse(
        "\ufeff" + target.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="bad-rows.csv"'},
    )


def _show(request: HttpRequest, actor: Actor, files: dict[str, bytes], *, remove_missing: bool) -> HttpResponse:
    outcome = import_registry(actor=actor, files=files, apply=False, now=timezone.now(), remove_missing=remove_missing)
    carried = parcel.pack(files, person=str(actor.id))
    fits = len(carried) <= parcel.MOST
    words = {
        "heading": _heading(outcome, fits=fits),
        "banner": None
        if fits
        else Banner(
            title=_("Too large to apply here."),
            text=_("Save the files on the server and run: tocsin registry import PATH"),
            tone=Tone.MEDIUM,
        ),
        "counts": _counts(outcome),
        "bad": _bad(outcome.bad),
        "fields": _fields(outcome),
        "added": [table for part in outcome.difference.parts if (table := _added(part)) is not None],
        "doubtful": _doubtful(outcome.doubtful),
        "parcel": carried if fits else "",
        "seen": outcome.mark,
        "remove_missing": remove_missing,
    }
    return render(request, "registry/import_difference.html", words)


def _heading(outcome: ImportOutcome, *, fits: bool) -> Heading:
    crumbs = (
        list_crumb(),
        Crumb(label=_("Import"), url=reverse("registry:import")),
        Crumb(label=_("What would change")),
    )
    again = Action(label=_("Choose other files"), url=reverse("registry:import"))
    number, bad = outcome.changes, len(outcome.bad)
    if bad:
        title = ngettext("{count} bad row: nothing can go in", "{count} bad rows: nothing can go in", bad)
        return Heading(
            title=title.format(count=thousands(bad)),
            crumbs=crumbs,
            lead=_("Mend them in the file and import it again. Files go in as a whole or not at all."),
            actions=(again,),
            primary=Action(
                label=_("All bad rows as CSV"), url=reverse("registry:import-bad-rows"), method="post", form="parcel"
            )
            if fits
            else None,
        )
    if not number:
        return Heading(
            title=_("Nothing to change"),
            crumbs=crumbs,
            lead=_("The registry holds all that these files say."),
            actions=(again,),
        )
    title = ngettext("{count} row would change", "{count} rows would change", number)
    label = ngettext("Apply {count} change", "Apply {count} changes", number).format(count=thousands(number))
    return Heading(
        title=title.format(count=thousands(number)),
        crumbs=crumbs,
        lead=_("Nothing has gone in yet."),
        actions=(again,),
        primary=Action(label=label, url=reverse("registry:import-apply"), method="post", form="parcel")
        if fits
        else None,
    )


def _counts(outcome: ImportOutcome) -> Table:
    kinds = (
        ("added", _("Added")),
        ("changed", _("Changed")),
        ("removed", _("Removed or ended")),
        ("unchanged", _("The same")),
        ("missing", _("Not in the files")),
    )
    return Table(
        id="counts",
        caption=_("What would change"),
        columns=(
            Column(key="table", label=_("Table")),
            *(Column(key=key, label=label, kind=ColumnKind.NUMBER) for key, label in kinds),
        ),
        rows=tuple(
            Row(key=sheet, cells=(SHEETS[Sheet(sheet)], *(counts[key] for key, _label in kinds)))
            for sheet, counts in outcome.counts().items()
            if any(counts.values())
        ),
    )


def _bad(rows: tuple[BadRow, ...]) -> Table | None:
    return _faults("bad", _("Bad rows"), rows) if rows else None


def _doubtful(rows: tuple[BadRow, ...]) -> Table | None:
    return _faults("doubtful", _("Odd, and taken as they are"), rows) if rows else None


def _faults(key: str, caption: str, rows: tuple[BadRow, ...]) -> Table:
    return Table(
        id=key,
        caption=_caption(caption, len(rows)),
        columns=(
            Column(key="place", label=_("File")),
            Column(key="line", label=_("Line"), kind=ColumnKind.NUMBER),
            Column(key="column", label=_("Column"), kind=ColumnKind.CODE),
            Column(key="value", label=_("Value"), kind=ColumnKind.CODE),
            Column(key="reason", label=_("What is wrong")),
        ),
        rows=tuple(
            Row(
                key=str(place),
                cells=(
                    Cell(value=row.file, note=SHEETS[Sheet(row.sheet)] if row.sheet else ""),
                    row.line or None,
                    row.column or None,
                    row.value or None,
                    row.reason,
                ),
            )
            for place, row in enumerate(rows[:_SHOWN])
        ),
    )


def _caption(caption: str, number: int) -> str:
    if number <= _SHOWN:
        return caption
    return _("{caption}: the first {shown} of {count}").format(caption=caption, shown=_SHOWN, count=thousands(number))


def _fields(outcome: ImportOutcome) -> Table | None:
    """Show every changed field with the value now and after."""
    number = sum(part.fields.height for part in outcome.difference.parts)
    if not number:
        return None
    told = [(part.sheet, row) for part in outcome.difference.parts for row in part.fields.head(_SHOWN).rows(named=True)]
    return Table(
        id="fields",
        caption=_caption(_("Changed"), number),
        columns=(
            Column(key="thing", label=_("What"), kind=ColumnKind.CODE),
            Column(key="field", label=_("Field")),
            Column(key="old", label=_("Now")),
            Column(key="new", label=_("After")),
        ),
        rows=tuple(
            Row(
                key=str(place),
                cells=(
                    Cell(
                        value=" ".join(str(value) for name, value in row.items() if name not in _NAMELESS and value),
                        note=SHEETS[sheet],
                    ),
                    FIELDS[row["field"]],
                    row["old"] or None,
                    row["new"] or None,
                ),
            )
            for place, (sheet, row) in enumerate(told[:_SHOWN])
        ),
    )


def _added(part: SheetDifference) -> Table | None:
    """Show the first rows that are new in one table."""
    if part.added.is_empty():
        return None
    keys, rest = KEYS[part.sheet], [name for name in part.added.columns if name not in KEYS[part.sheet]]
    return Table(
        id=f"added-{part.sheet}",
        caption=_caption(_("New: {table}").format(table=SHEETS[part.sheet]), part.added.height),
        columns=(
            Column(key="thing", label=_("What"), kind=ColumnKind.CODE),
            Column(key="says", label=_("What the file says")),
        ),
        rows=tuple(
            Row(
                key=str(place),
                cells=(
                    " ".join(str(row[name]) for name in keys if row[name] is not None),
                    " · ".join(
                        _("{field}: {value}").format(field=FIELDS[name], value=_written(row[name]))
                        for name in rest
                        if row[name] not in (None, "")
                    ),
                ),
            )
            for place, row in enumerate(part.added.head(_SHOWN).rows(named=True))
        ),
    )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)
