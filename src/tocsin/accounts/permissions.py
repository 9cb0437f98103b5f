"""Who may do what with accounts, and why."""

from tocsin.access.permissions import Grant, Permission, Role


class AccountPermission(Permission):
    """Acts on accounts."""

    MANAGE = "accounts.manage"


GRANTS = (
    Grant(
        permission=AccountPermission.MANAGE,
        roles=frozenset({Role.ADMINISTRATOR}),
        reason="Whoever makes accounts decides who sees the weaknesses of all.",
    ),
)
