"""Who may do what with the constituency, and why."""

from tocsin.access.permissions import CONSTITUENTS, DESK, STAFF, Grant, Permission, Role


class RegistryPermission(Permission):
    """Acts on the constituency."""

    SEE = "registry.see"
    #: See where two owners hold the same, and who imported what.
    REVIEW = "registry.review"
    EDIT_ORGANISATIONS = "registry.edit_organisations"
    EDIT_CONTACTS = "registry.edit_contacts"
    EDIT_ASSETS = "registry.edit_assets"
    IMPORT = "registry.import"
    EXPORT = "registry.export"


_LEADS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})

GRANTS = (
    Grant(
        permission=RegistryPermission.SEE,
        roles=STAFF | CONSTITUENTS,
        reason="Everyone sees what is registered about their own, so that errors are found by those who know.",
    ),
    Grant(
        permission=RegistryPermission.REVIEW,
        roles=STAFF,
        reason="A conflict names two organisations: neither may learn of the other by it.",
    ),
    Grant(
        permission=RegistryPermission.EDIT_ORGANISATIONS,
        roles=_LEADS,
        reason="Tier, sector and desk decide deadlines and who answers for whom: whoever leads the desk sets them.",
    ),
    Grant(
        permission=RegistryPermission.EDIT_CONTACTS,
        roles=DESK | {Role.ORGANISATION_MANAGER},
        reason="Whom to write to changes often, and an organisation knows its own people best.",
    ),
    Grant(
        permission=RegistryPermission.EDIT_ASSETS,
        roles=DESK,
        reason="What an asset is entered for gets its reports. Nobody enters assets for themselves: they would read a "
        "neighbour's weaknesses. Analysts correct wrong owners as they find them.",
    ),
    Grant(
        permission=RegistryPermission.IMPORT,
        roles=_LEADS,
        reason="One file changes thousands of owners at once.",
    ),
    Grant(
        permission=RegistryPermission.EXPORT,
        roles=STAFF | CONSTITUENTS,
        reason="Each takes away what it sees anyway; the trail keeps who took how much.",
    ),
)
