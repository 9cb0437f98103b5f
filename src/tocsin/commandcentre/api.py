"""Operations on the queue, for programs that watch the installation."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Status

from tocsin.accounts.api import caller
from tocsin.jobs.queries import QueueFacts, queue_facts
from tocsin.jobs.services import retry_job
from tocsin.web.schemas import Schema

router = Router(tags=["jobs"])


class Queue(Schema):
    """How one queue stands."""

    name: str
    #: Due now.
    waiting: int
    #: Put off to a later time.
    later: int
    running: int
    failed: int


class Job(Schema):
    """One job."""

    id: int
    task: str
    queue: str
    #: 0 is the first try.
    attempts: int
    #: When it came into its present state.
    since: datetime | None
    scheduled_at: datetime | None
    #: Of the last try that failed; empty where none has.
    error: str
    #: How many workers in a row died of it at last; then it fails, for it would take down the next one too.
    deaths: int


class Facts(Schema):
    """The whole queue at one moment; at most fifty jobs of each kind, the newest."""

    queues: list[Queue]
    running: list[Job]
    trying_again: list[Job]
    failed: list[Job]
    #: When the longest-waiting job that is due was put in; null: nothing waits.
    waiting_since: datetime | None
    #: Heard of in the last minute.
    workers: int


@router.get("/jobs", response=Facts)
def show_jobs(request: HttpRequest) -> QueueFacts:
    """Give how the queue stands: waiting, running, failed with the reason."""
    return queue_facts(actor=caller(request))


@router.post("/jobs/{int:job_id}/retry", response={204: None})
def retry(request: HttpRequest, job_id: Annotated[int, Path(ge=1, lt=2**63)]) -> Status[None]:
    """Put a failed job back into the queue, to run at once."""
    retry_job(actor=caller(request), job_id=job_id, now=timezone.now())
    return Status(204, None)
