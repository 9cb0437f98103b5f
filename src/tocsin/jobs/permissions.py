"""Who may do what with the queue, and why."""

from tocsin.access.permissions import STAFF, Grant, Permission, Role


class JobPermission(Permission):
    """Acts on jobs."""

    SEE = "jobs.see"
    RETRY = "jobs.retry"


GRANTS = (
    Grant(
        permission=JobPermission.SEE,
        roles=STAFF,
        reason="Who waits for a report or a mail sees whether its job waits, runs or has failed.",
    ),
    Grant(
        permission=JobPermission.RETRY,
        roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
        reason="A job that failed may send mails when it runs again: whoever leads the desk decides.",
    ),
)
