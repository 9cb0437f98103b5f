"""Asks the registry again when an asset has begun or ended by its date, however long nobody looked."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.models import ClockMark
from tocsin.findings.permissions import FindingPermission
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.registry.models import Asset

_MARK = "boundaries"


def ask_after_boundaries(*, actor: Actor, until: datetime) -> bool:
    """Have every finding attributed anew if a date of an asset has passed since this was last asked; tells whether.

    The queue drops the ticks of a clock that no worker heard, so how far it looked is kept, with the job.

    Raises:
        NotAllowed: only the clock does so.
    """
    require(actor, FindingPermission.KEEP)
    with transaction.atomic():
        ClockMark.objects.bulk_create([ClockMark(name=_MARK)], ignore_conflicts=True)
        mark = ClockMark.objects.visible_to(actor).select_for_update().get(name=_MARK)
        since = mark.looked_until
        if since is not None and until <= since:
            return False
        began, ended = Q(valid_from__lte=until), Q(valid_until__lte=until)
        if since is not None:
            began, ended = began & Q(valid_from__gt=since), ended & Q(valid_until__gt=since)
        passed = Asset.objects.visible_to(actor).filter(began | ended).exists()
        mark.looked_until = until
        mark.save(update_fields=["looked_until"])
        if passed:
            later("findings.reattribute", once="findings.reattribute.everyone", organisation_ids=None)
            record(
                actor=actor,
                action="findings.ask_after_boundaries",
                target_kind="registry",
                target_id="",
                at=until,
                after={"since": since.isoformat() if since is not None else None, "until": until.isoformat()},
            )
    return passed
