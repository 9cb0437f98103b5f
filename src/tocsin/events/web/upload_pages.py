"""The page that takes report files."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tocsin.access.permissions import require
from tocsin.events.permissions import EventPermission
from tocsin.events.queries.sources import source_names
from tocsin.events.services import Delivery, receive
from tocsin.events.web.entry import at_the_desk
from tocsin.events.web.forms import UploadForm
from tocsin.events.web.report_pages import reports_crumb
from tocsin.kernel.actor import Actor
from tocsin.web.components import Crumb, Heading
from tocsin.web.writing import thousands


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take files for the worker, and say what happens next."""
    require(actor, EventPermission.TAKE_IN)
    sources = source_names(actor=actor)
    form = (
        UploadForm(request.POST, request.FILES, sources=sources)
        if request.method == "POST"
        else UploadForm(sources=sources)
    )
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["reports"]
        for file in files:
            receive(
                actor=actor,
                delivery=Delivery(name=file.name or "report.csv", stream=file.file),
                source_name=form.source_name,
                now=timezone.now(),
            )
        text = ngettext("%(count)s file is being taken in.", "%(count)s files are being taken in.", len(files))
        said = text % {"count": thousands(len(files))}
        messages.success(request, _("{said} It appears here within a minute; load the page again.").format(said=said))
        return HttpResponseRedirect(reverse("events:reports"))
    heading = Heading(
        title=_("Add a report"),
        crumbs=(reports_crumb(), Crumb(label=_("Add a report"))),
        lead=_("Files are sealed and handed to the worker. Each goes in whole or not at all, the same one once only."),
    )
    context = {"heading": heading, "form": form, "back": reverse("events:reports")}
    return render(request, "events/add.html", context, status=422 if form.errors else 200)
