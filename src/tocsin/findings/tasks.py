"""What the worker does with findings: by the clock, and when the registry changes."""

from datetime import UTC, datetime

from django.utils import timezone

from tocsin.access.scope import INGEST, acting
from tocsin.findings.services import ask_after_boundaries, expire_closings
from tocsin.findings.services import reattribute as reattribute_findings
from tocsin.jobs.queue import task
from tocsin.kernel.actor import system


@task("findings.reattribute", queue="clock")
def reattribute(*, organisation_ids: list[int] | None) -> None:
    """Give the open findings of these organisations to whoever owns them now; null: of all."""
    with acting(system("registry"), using=INGEST) as actor:
        reattribute_findings(actor=actor, organisation_ids=organisation_ids, now=timezone.now())


@task("findings.expire_closings", queue="clock", cron="7 * * * *")
def expire(*, timestamp: int) -> None:
    """Open again what was closed until now."""
    with acting(system("clock")) as actor:
        expire_closings(actor=actor, now=max(timezone.now(), datetime.fromtimestamp(timestamp, UTC)))


@task("findings.clock", queue="clock", cron="17 * * * *")
def clock(*, timestamp: int) -> None:
    """Ask again whose findings are when an asset has begun or ended by its date since the clock last asked."""
    with acting(system("clock")) as actor:
        ask_after_boundaries(actor=actor, until=datetime.fromtimestamp(timestamp, UTC))
