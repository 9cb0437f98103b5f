"""What findings add to the page and the list of organisations."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.access.permissions import holds
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.counts import organisation_counts
from tocsin.findings.queries.filters import FindingFilters
from tocsin.findings.queries.listing import FindingSort, list_findings
from tocsin.findings.web.list_pages import all_of
from tocsin.findings.web.rows import short_table
from tocsin.kernel.actor import Actor
from tocsin.web.components import Cell, Column, ColumnKind, severity_chip
from tocsin.web.panels import ExtraColumn, Panel
from tocsin.web.writing import thousands

#: Rows of the panel.
_SHOWN = 8


def organisation_panels(actor: Actor, organisation_id: int) -> Sequence[Panel]:
    """Show the worst open findings of an organisation."""
    if not holds(actor, FindingPermission.SEE):
        return ()
    filters = FindingFilters(organisation_id=organisation_id)
    page = list_findings(actor=actor, filters=filters, now=timezone.now(), sort=FindingSort.WORST, size=_SHOWN)
    text = _("All {count} that are open").format(count=thousands(page.total.value))
    note = all_of(organisation_id, text) if page.total.value > _SHOWN else ""
    return (Panel(title=_("Open findings"), content=(short_table(page.part.items),), note=note, order=10),)


def organisation_columns(actor: Actor, organisation_ids: Sequence[int]) -> Sequence[ExtraColumn]:
    """Show how many are open and late, with the worst."""
    if not holds(actor, FindingPermission.SEE):
        return ()
    counts = organisation_counts(actor=actor, organisation_ids=organisation_ids, now=timezone.now())
    return (
        ExtraColumn(
            column=Column(key="open", label=_("Open findings"), kind=ColumnKind.NUMBER),
            cells={
                key: Cell(
                    value=row.open,
                    url=all_of(key, "").url,
                    chips=(severity_chip(row.worst),) if row.worst is not None else (),
                )
                for key, row in counts.items()
            },
            order=10,
        ),
        ExtraColumn(
            column=Column(key="late", label=_("Late"), kind=ColumnKind.NUMBER),
            cells={key: row.overdue for key, row in counts.items() if row.overdue},
            order=20,
        ),
    )
