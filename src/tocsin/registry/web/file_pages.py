"""The registry as a file to take away."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tocsin.kernel.actor import Actor
from tocsin.registry.services import export_registry
from tocsin.registry.tables import Tables, to_xlsx, to_zip
from tocsin.web.entry import signed_in

#: How each form is written, and what it is.
_FORMS: Mapping[str, tuple[Callable[..., bytes], str]] = {
    "zip": (to_zip, "application/zip"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@require_POST
@signed_in
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """Give all that one may see as a zip of CSV files or a workbook. A post: it leaves an entry in the trail."""
    del request
    if form not in _FORMS:
        raise Http404
    write, kind = _FORMS[form]
    tables: Tables = export_registry(actor=actor, now=timezone.now())
    content = write(tables, zone=timezone.get_default_timezone_name())
    day = timezone.localdate().isoformat()
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="tocsin-registry-{day}.{form}"'},
    )
