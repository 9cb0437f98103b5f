"""What a person may do to the queue: try a failed job again."""

from datetime import datetime

from django.db import connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.jobs.errors import NotFailed
from tocsin.jobs.permissions import JobPermission
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound


def retry_job(*, actor: Actor, job_id: int, now: datetime) -> None:
    """Put a failed job back into the queue, to run at once.

    Raises:
        NotFound: there is no such job (any more).
        NotFailed: it waits, runs or has succeeded.
    """
    require(actor, JobPermission.RETRY)
    with transaction.atomic():
        job = ProcrastinateJob.objects.filter(pk=job_id).select_for_update().first()
        if job is None:
            raise NotFound(f"There is no job {job_id}.")
        if job.status != "failed":
            raise NotFailed(f"Job {job_id} has not failed; it is {job.status}.")
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [job_id, now])
            # Its tries begin anew, or a database that stumbles once more would end it at once.
            cursor.execute("UPDATE procrastinate_jobs SET attempts = 0 WHERE id = %s", [job_id])
        record(
            actor=actor,
            action="jobs.retry",
            target_kind="job",
            target_id=job_id,
            at=now,
            before={"status": "failed"},
            after={"status": "todo", "task": job.task_name},
        )
