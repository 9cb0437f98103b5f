"""Who may do what with reports and sources, and why."""

from tocsin.access.permissions import DESK, STAFF, Grant, Permission, Role


class EventPermission(Permission):
    """Acts on reports, sources, quarantine and what is nobody's."""

    SEE = "events.see"
    TAKE_IN = "events.take_in"
    RETAKE = "events.retake"
    MANAGE_SOURCES = "events.manage_sources"


GRANTS = (
    Grant(
        permission=EventPermission.SEE,
        roles=STAFF,
        reason="A report holds the rows of many owners, so only those who see all of them may see it.",
    ),
    Grant(
        permission=EventPermission.TAKE_IN,
        roles=DESK,
        reason="What comes in becomes findings and letters; whoever adds a report answers for its source.",
    ),
    Grant(
        permission=EventPermission.RETAKE,
        roles=DESK,
        reason="Mending a quarantined row is part of taking its report in.",
    ),
    Grant(
        permission=EventPermission.MANAGE_SOURCES,
        roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
        reason="A source's TLP, gate and coverage decide what is sent and what silence proves.",
    ),
)
