"""The queue: what waits, what runs, what failed and why; failed ones are tried again from here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tocsin.access.permissions import holds
from tocsin.jobs.errors import NotFailed
from tocsin.jobs.permissions import JobPermission
from tocsin.jobs.queries import JobRow, QueueFacts, queue_facts
from tocsin.jobs.services import retry_job
from tocsin.kernel.actor import Actor
from tocsin.web.components import (
    Action,
    Banner,
    Cell,
    Column,
    ColumnKind,
    Empty,
    Figure,
    Figures,
    Heading,
    Row,
    Table,
    Tone,
)
from tocsin.web.entry import signed_in
from tocsin.web.writing import thousands


@require_safe
@signed_in
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how the queue stands."""
    facts = queue_facts(actor=actor)
    may_retry = holds(actor, JobPermission.RETRY)
    context = {
        "heading": Heading(title=_title(facts)),
        "banner": Banner(
            title=_("No worker runs."),
            text=_("Nothing is taken in and no mail is sent until one is started: “tocsin worker”."),
            tone=Tone.HIGH,
        )
        if not facts.workers
        else None,
        "figures": _figures(facts),
        "queues": _queues(facts),
        "lists": tuple((table.caption, table) for table in _lists(facts, may_retry=may_retry) if table.rows),
    }
    return render(request, "commandcentre/jobs.html", context)


@require_POST
@signed_in
def retry(request: HttpRequest, actor: Actor, job_id: int) -> HttpResponse:
    """Try a failed job again."""
    try:
        retry_job(actor=actor, job_id=job_id, now=timezone.now())
    except NotFailed:
        messages.warning(request, _("Job %(id)s is no longer failed; somebody was faster.") % {"id": job_id})
    else:
        messages.success(request, _("Job %(id)s runs again.") % {"id": job_id})
    return HttpResponseRedirect(reverse("commandcentre:jobs"))


def _lists(facts: QueueFacts, *, may_retry: bool) -> tuple[Table, ...]:
    return (
        _table("failed", _("Jobs that failed"), facts.failed, retry=may_retry),
        _table("trying", _("Jobs that are tried again"), facts.trying_again),
        _table("running", _("Jobs that run now"), facts.running),
    )


def _title(facts: QueueFacts) -> str:
    failed = sum(queue.failed for queue in facts.queues)
    if failed:
        return ngettext("%(count)s job has failed", "%(count)s jobs have failed", failed) % {"count": thousands(failed)}
    if facts.waiting:
        return ngettext("%(count)s job waits", "%(count)s jobs wait", facts.waiting) % {
            "count": thousands(facts.waiting)
        }
    return _("Nothing waits")


def _figures(facts: QueueFacts) -> Figures:
    return Figures(
        items=(
            Figure(label=_("Waiting"), value=facts.waiting, how=_("Jobs that could run now.")),
            Figure(label=_("Running"), value=sum(queue.running for queue in facts.queues)),
            Figure(
                label=_("Failed"),
                value=sum(queue.failed for queue in facts.queues),
                how=_("Jobs that no further try is made of by itself; kept for 30 days."),
            ),
            Figure(label=_("Workers"), value=facts.workers, how=_("Heard of in the last minute.")),
        )
    )


def _queues(facts: QueueFacts) -> Table:
    return Table(
        id="queues",
        caption=_("Queues"),
        columns=(
            Column(key="name", label=_("Queue"), kind=ColumnKind.CODE),
            Column(key="waiting", label=_("Waiting"), kind=ColumnKind.NUMBER),
            Column(key="later", label=_("Put off"), kind=ColumnKind.NUMBER),
            Column(key="running", label=_("Running"), kind=ColumnKind.NUMBER),
            Column(key="failed", label=_("Failed"), kind=ColumnKind.NUMBER),
        ),
        rows=tuple(
            Row(key=queue.name, cells=(queue.name, queue.waiting, queue.later, queue.running, queue.failed))
            for queue in facts.queues
        ),
        empty=Empty(title=_("No job has ever been queued.")),
    )


def _table(name: str, caption: str, rows: tuple[JobRow, ...], *, retry: bool = False) -> Table:
    return Table(
        id=name,
        caption=caption,
        columns=(
            Column(key="task", label=_("Task"), kind=ColumnKind.CODE),
            Column(key="since", label=_("Since"), kind=ColumnKind.TIME),
            Column(key="tries", label=_("Tries"), kind=ColumnKind.NUMBER),
            Column(key="next", label=_("Next try"), kind=ColumnKind.TIME),
            Column(key="error", label=_("Last error")),
        ),
        rows=tuple(
            Row(
                key=str(job.id),
                label=f"{job.task} {job.id}",
                cells=(
                    Cell(value=job.task, note=str(job.id)),
                    job.since,
                    # The queue counts a try when it ends.
                    job.attempts + 1 if name == "running" else job.attempts,
                    job.scheduled_at if name == "trying" else None,
                    _error(job) or None,
                ),
                actions=(
                    Action(
                        label=_("Try again"),
                        url=reverse("commandcentre:retry-job", args=[job.id]),
                        method="post",
                        small=True,
                        speech=_("Try job %(id)s again") % {"id": job.id},
                    ),
                )
                if retry
                else (),
            )
            for job in rows
        ),
    )


def _error(job: JobRow) -> str:
    if job.deaths:
        return ngettext("Its worker died.", "Its worker died %(count)s times.", job.deaths) % {"count": job.deaths}
    return job.error
