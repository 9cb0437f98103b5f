"""What the clock does by itself: judge deliveries, let owners change and closings run out by their dates."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q

from tocsin.access.scope import INGEST, acting
from tocsin.events.models import Source
from tocsin.events.services import judge_days, judge_delivery
from tocsin.findings.services import expire_closings
from tocsin.kernel.actor import system
from tocsin.project.demo.desk import change_owners
from tocsin.project.demo.place import DemoError
from tocsin.project.demo.script import moment
from tocsin.registry.models import Asset


def before_dawn(day: date) -> None:
    """Let pass what passes by its date: closings that run out, assets that begin or end."""
    now = moment(day, 0, 30)
    with acting(system("clock")) as actor:
        expire_closings(actor=actor, now=now)
        changes = _assets_change(now)
    if changes:
        change_owners(None, now=now)


def _assets_change(now: datetime) -> bool:
    span = (now - timedelta(days=1), now)
    return (
        Asset.objects.visible_to(system("clock"))
        .filter(Q(valid_from__range=span) | Q(valid_until__range=span))
        .exists()
    )


def judge_arrivals(sources: Iterable[str], day: date) -> None:
    """Judge what came, as the worker does after the last file of a source."""
    actor, now = system("ingest"), moment(day, 1, 15)
    with acting(actor, using=INGEST):
        ids = list(
            Source.objects.using(INGEST).visible_to(actor).filter(name__in=list(sources)).values_list("pk", flat=True)
        )
    for source_id in ids:
        judge_delivery(actor=actor, source_id=source_id, day=day, now=now)


def in_the_evening(day: date) -> None:
    """Judge days that are over and on which something did not come."""
    judge_days(actor=system("clock"), now=moment(day, 10))


#: Tasks that services enqueued and whose work has been done here, at the story's own times.
_DONE_HERE = ("events.judge_delivery", "findings.reattribute", "notices.send_mail")


def empty_queue() -> None:
    """Take the jobs whose work is done off the queue: a worker would do it again as of today.

    Raises:
        DemoError: a job waits that nobody has done.
    """
    with acting(system("clock")), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = ANY(%s)", [list(_DONE_HERE)]
        )
        cursor.execute("SELECT DISTINCT task_name FROM procrastinate_jobs WHERE status <> 'succeeded'")
        left = [name for (name,) in cursor.fetchall()]
    if left:
        raise DemoError(f"The queue still holds {', '.join(sorted(left))}: the demo does not do that work itself yet.")
