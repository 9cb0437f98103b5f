"""Finds jobs whose worker is gone, and puts them back into the queue. Safe on many machines at once.

A worker shows that it lives in two ways: a heartbeat, written every few seconds, and a lock that its session holds.
The lock falls in the moment that the process dies, however it dies; the heartbeat tells of a machine that went dark.
"""

from dataclasses import dataclass

from django.db import connections, transaction
from django.utils import timezone

from tocsin.access.scope import acting
from tocsin.jobs.models import JobFailure
from tocsin.kernel.actor import system

#: Names worker locks among PostgreSQL's advisory locks ("TOCJ").
LOCK_CLASS = 0x544F434A
HEARTBEAT_S = 5
#: A worker that has not been heard of for so long is gone.
SILENT_AFTER_S = 45
#: A worker takes its lock when it begins its first job; until then its absence proves nothing.
GRACE_S = 2
#: So many workers may die of a job, one after another; then it fails, for it would take down the next one too.
MOST_DEATHS = 3
#: When a worker has died of several for the second time, they begin so far apart, so that only the guilty one dies.
APART_S = 60

#: Jobs that run, and whose worker is unregistered, silent, or without its lock; with how many died of each before.
_STALLED = """
    SELECT job.id, job.attempts, COALESCE((
        SELECT failure.deaths FROM jobs_jobfailure failure
        WHERE failure.job_id = job.id ORDER BY failure.id DESC LIMIT 1), 0)
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (SELECT max(event.at) FROM procrastinate_events event
           WHERE event.job_id = job.id AND event.type = 'started') < now() - make_interval(secs => %(grace)s)
      AND (worker.id IS NULL
           OR worker.last_heartbeat < now() - make_interval(secs => %(silent)s)
           OR NOT EXISTS (
               SELECT FROM pg_locks held
               WHERE held.locktype = 'advisory'
                 AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                 AND held.classid = %(class)s AND held.objid = worker.id %% 2147483648 AND held.objsubid = 2))
    ORDER BY job.id
    FOR UPDATE OF job SKIP LOCKED
"""
_AGAIN = "SELECT procrastinate_retry_job_v2(%s, now() + make_interval(secs => %s), NULL, NULL, NULL)"
_DELETE_OLD = """
    DELETE FROM procrastinate_periodic_defers WHERE defer_timestamp < extract(epoch FROM now() - interval '2 days');
    DELETE FROM procrastinate_jobs job
    WHERE job.status IN ('succeeded', 'cancelled', 'aborted', 'failed')
      AND NOT EXISTS (SELECT FROM procrastinate_periodic_defers defer WHERE defer.job_id = job.id)
      AND NOT EXISTS (
          SELECT FROM procrastinate_events event
          WHERE event.job_id = job.id
            AND event.at > now() - CASE WHEN job.status = 'failed' THEN interval '30 days' ELSE interval '3 days' END);
    DELETE FROM jobs_jobfailure failure
    WHERE NOT EXISTS (SELECT FROM procrastinate_jobs job WHERE job.id = failure.job_id);
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of the jobs whose worker was gone."""

    #: Put back into the queue.
    again: int
    #: Failed, because too many workers have died of them.
    failed: int


def take_up() -> Taken:
    """Put jobs of workers that are gone back into the queue, and let fail what kills its workers.

    After the first death they run again at once: mostly it was the machine. The rows are locked while it is decided,
    so two that look at the same time take a job up once.
    """
    with acting(system("jobs")), connections["default"].cursor() as cursor:
        cursor.execute(_STALLED, {"grace": GRACE_S, "silent": SILENT_AFTER_S, "class": LOCK_CLASS})
        found = cursor.fetchall()
        suspects = failed = 0
        for job_id, attempts, died_before in found:
            # A person who has it tried again after it failed gives it all its deaths anew.
            deaths = died_before % MOST_DEATHS + 1
            if deaths == MOST_DEATHS:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job_id])
                failed += 1
            else:
                cursor.execute(_AGAIN, [job_id, APART_S * suspects if deaths > 1 else 0])
                suspects += deaths > 1
            JobFailure.objects.create(
                job_id=job_id,
                at=timezone.now(),
                attempt=attempts,
                error=f"WorkerDied: its worker died {deaths} times" if deaths > 1 else "WorkerDied: its worker died",
                deaths=deaths,
            )
        return Taken(again=len(found) - failed, failed=failed)


def running_elsewhere() -> bool:
    """Tell whether some job runs, or is thought to run."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'doing')")
        return bool((cursor.fetchone() or (False,))[0])


def count_due() -> int:
    """Count jobs that could begin now; those that wait for a later time do not count."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        return int((cursor.fetchone() or (0,))[0])


def delete_old() -> None:
    """Delete jobs that ended days ago; failed ones stay for a month, so that someone can look."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for statement in filter(str.strip, _DELETE_OLD.split(";")):
            cursor.execute(statement)
