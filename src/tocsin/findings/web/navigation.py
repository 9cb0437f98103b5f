"""What findings show in the rail."""

from django.utils.translation import gettext_lazy as _

from tocsin.access.permissions import holds
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.gate import waiting_groups
from tocsin.kernel.actor import Actor
from tocsin.web.navigation import Group, NavEntry


def _waiting(actor: Actor) -> int | None:
    """Count what waits at the gate, for those who decide there."""
    return (waiting_groups(actor=actor) or None) if holds(actor, FindingPermission.DECIDE_AT_GATE) else None


NAVIGATION = (
    NavEntry(
        label=_("Findings"), url_name="findings:list", group=Group.WORK, order=20, permission=FindingPermission.SEE
    ),
    NavEntry(
        label=_("Gate"),
        url_name="findings:gate",
        group=Group.WORK,
        order=30,
        permission=FindingPermission.SEE_DESK_SIDE,
        count=_waiting,
    ),
    NavEntry(
        label=_("Rules and clocks"),
        url_name="findings:policies",
        group=Group.HOUSE,
        order=20,
        permission=FindingPermission.SEE_DESK_SIDE,
    ),
)
