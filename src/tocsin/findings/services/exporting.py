"""Lets findings be taken away as a file; the trail keeps who took how much."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.exporting import findings_csv
from tocsin.findings.queries.filters import FindingFilters, found
from tocsin.findings.queries.listing import FindingSort
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import Language


def export_findings(
    *, actor: Actor, filters: FindingFilters, sort: FindingSort, language: Language, now: datetime
) -> Iterator[str]:
    """Give a CSV file in pieces, to be read within the actor's scope; the trail has its entry at once.

    Raises:
        NotAllowed: the actor may not export findings.
    """
    require(actor, FindingPermission.EXPORT)
    record(
        actor=actor,
        action="findings.export",
        target_kind="finding",
        target_id="",
        at=now,
        after={"rows": found(actor=actor, filters=filters, now=now).count(), "search": filters.search},
    )
    return findings_csv(actor=actor, filters=filters, sort=sort, language=language, now=now)
