"""What stands in the queue: waiting, running, failed with the reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker

from tocsin.access.permissions import require
from tocsin.jobs.models import JobFailure
from tocsin.jobs.permissions import JobPermission
from tocsin.kernel.actor import Actor

#: Most rows of each list.
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class QueueCount:
    """How one queue stands."""

    name: str
    #: Due now.
    waiting: int
    #: Put off to a later time: another try, or a date.
    later: int
    running: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """One job."""

    id: int
    task: str
    queue: str
    #: 0 is the first try.
    attempts: int
    #: When it came into its present state.
    since: datetime | None
    scheduled_at: datetime | None
    #: Of the last try that failed; empty where none has, or none was kept.
    error: str
    #: How many workers in a row died of it at last; 0: none.
    deaths: int


@dataclass(frozen=True, kw_only=True)
class QueueFacts:
    """The whole queue at one moment."""

    queues: tuple[QueueCount, ...]
    running: tuple[JobRow, ...]
    #: Those that wait for another try.
    trying_again: tuple[JobRow, ...]
    failed: tuple[JobRow, ...]
    #: When the longest-waiting job that is due was put in; null: nothing waits.
    waiting_since: datetime | None
    #: Workers heard of in the last minute.
    workers: int
    heard_at: datetime | None

    @property
    def waiting(self) -> int:
        """Count what is due and waits."""
        return sum(queue.waiting for queue in self.queues)


def queue_facts(*, actor: Actor) -> QueueFacts:
    """Give how the queue stands.

    Raises:
        NotAllowed: the actor may not see jobs.
    """
    require(actor, JobPermission.SEE)
    now = timezone.now()
    due = Q(status="todo") & (Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=now))
    counts = (
        ProcrastinateJob.objects.values("queue_name")
        .annotate(
            waiting=Count("id", filter=due),
            later=Count("id", filter=Q(status="todo", scheduled_at__gt=now)),
            running=Count("id", filter=Q(status="doing")),
            failed=Count("id", filter=Q(status="failed")),
        )
        .order_by("queue_name")
    )
    deferred = ProcrastinateEvent.objects.filter(job__in=ProcrastinateJob.objects.filter(due))
    workers = ProcrastinateWorker.objects.aggregate(
        alive=Count("id", filter=Q(last_heartbeat__gte=now - timedelta(minutes=1))), heard=Max("last_heartbeat")
    )
    return QueueFacts(
        queues=tuple(
            QueueCount(
                name=count["queue_name"],
                waiting=count["waiting"],
                later=count["later"],
                running=count["running"],
                failed=count["failed"],
            )
            for count in counts
        ),
        running=_rows(actor, Q(status="doing")),
        trying_again=_rows(actor, Q(status="todo", attempts__gt=0)),
        failed=_rows(actor, Q(status="failed")),
        waiting_since=deferred.aggregate(first=Min("at"))["first"],
        workers=workers["alive"],
        heard_at=workers["heard"],
    )


def arguments_in_use(*, actor: Actor, task: str, argument: str, since: datetime) -> frozenset[str]:
    """Give what one argument is among a task's jobs that wait, run, or have ended since a time.

    Raises:
        NotAllowed: the actor may not see jobs.
    """
    require(actor, JobPermission.SEE)
    lately = ProcrastinateEvent.objects.filter(job=OuterRef("pk"), at__gt=since)
    jobs = ProcrastinateJob.objects.filter(Q(status__in=["todo", "doing"]) | Exists(lately), task_name=task)
    return frozenset(jobs.order_by().values_list(f"args__{argument}", flat=True))


def _rows(actor: Actor, condition: Q) -> tuple[JobRow, ...]:
    """Give the newest jobs of a kind."""
    event = ProcrastinateEvent.objects.filter(job=OuterRef("pk")).order_by("-at")
    failure = JobFailure.objects.visible_to(actor).filter(job_id=OuterRef("pk")).order_by("-id")
    found = (
        ProcrastinateJob.objects.filter(condition)
        .annotate(
            since=Subquery(event.values("at")[:1]),
            error=Subquery(failure.values("error")[:1]),
            deaths=Subquery(failure.values("deaths")[:1]),
        )
        .order_by("-id")[:SHOWN]
    )
    return tuple(
        JobRow(
            id=job.pk,
            task=job.task_name,
            queue=job.queue_name,
            attempts=job.attempts,
            since=job.since,
            scheduled_at=job.scheduled_at,
            error=job.error or "",
            deaths=job.deaths or 0,
        )
        for job in found
    )
