"""What reports show in the rail."""

from django.utils.translation import gettext_lazy as _

from tocsin.events.permissions import EventPermission
from tocsin.events.queries.counts import waiting_rows
from tocsin.kernel.actor import Actor
from tocsin.web.navigation import Group, NavEntry


def _waiting(actor: Actor) -> int | None:
    """Count the rows that wait to be mended; nothing where there are none."""
    return waiting_rows(actor=actor) or None


NAVIGATION = (
    NavEntry(label=_("Reports"), url_name="events:reports", group=Group.DATA, order=20, permission=EventPermission.SEE),
    NavEntry(
        label=_("Quarantine"),
        url_name="events:quarantine",
        group=Group.DATA,
        order=30,
        permission=EventPermission.SEE,
        count=_waiting,
    ),
    NavEntry(
        label=_("Without a constituent"),
        url_name="events:strangers",
        group=Group.DATA,
        order=40,
        permission=EventPermission.SEE,
    ),
    NavEntry(label=_("Sources"), url_name="events:sources", group=Group.DATA, order=50, permission=EventPermission.SEE),
)
