"""The words of the constituency on pages."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.kernel.words import Language
from tocsin.registry.rules import AssetKind, AssetState, ContactRole, Standing
from tocsin.registry.tables import Sheet
from tocsin.web.components import Chip, Tone
from tocsin.web.phrases import Phrase

KINDS: Mapping[AssetKind, Phrase] = {
    AssetKind.PREFIX: _("Network"),
    AssetKind.ASN: _("AS number"),
    AssetKind.DOMAIN: _("Domain"),
    AssetKind.HOST: _("Host"),
    AssetKind.URL: _("URL"),
}

STATES: Mapping[AssetState, Phrase] = {
    AssetState.CLAIMED: _("claimed"),
    AssetState.PROVEN: _("proven"),
    AssetState.ENTERED: _("entered by the desk"),
    AssetState.REJECTED: _("rejected"),
}

ROLES: Mapping[ContactRole, Phrase] = {
    ContactRole.SECURITY: _("Security"),
    ContactRole.ABUSE: _("Abuse"),
    ContactRole.EMERGENCY: _("Emergency"),
    ContactRole.MANAGEMENT: _("Management"),
}

LANGUAGES: Mapping[Language, Phrase] = {Language.ENGLISH: _("English"), Language.CHINESE: _("Chinese")}

SHEETS: Mapping[Sheet, Phrase] = {
    Sheet.REGIONS: _("Regions"),
    Sheet.SECTORS: _("Sectors"),
    Sheet.COORDINATORS: _("Coordinators"),
    Sheet.ORGANISATIONS: _("Organisations"),
    Sheet.CONTACTS: _("Contacts"),
    Sheet.ASSETS: _("Assets"),
}

FIELDS = {
    "code": _("Code"),
    "parent": _("Above it"),
    "name_en": _("Name in English"),
    "name_zh": _("Name in Chinese"),
    "sector": _("Sector"),
    "region": _("Region"),
    "tier": _("Tier"),
    "critical": _("Critical infrastructure"),
    "coordinator": _("Coordinator"),
    "sector_coordinator": _("Coordinator of the sector"),
    "language": _("Language of its letters"),
    "role": _("Role"),
    "name": pgettext_lazy("of a person or desk", "Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "kind": pgettext_lazy("of an asset", "Kind"),
    "value": _("Asset"),
    "valid_from": _("Theirs from"),
    "valid_until": _("Until"),
    "state": _("State"),
    "note": _("Note"),
}

_STANDINGS: Mapping[Standing, tuple[Phrase, Tone]] = {
    Standing.COUNTS: (_("counts"), Tone.GOOD),
    Standing.NOT_YET: (_("not yet"), Tone.INFO),
    Standing.ENDED: (pgettext_lazy("an asset that is no longer theirs", "ended"), Tone.INFO),
    Standing.CLAIMED: (_("only claimed"), Tone.MEDIUM),
    Standing.REJECTED: (_("rejected"), Tone.INFO),
}

#: Why an asset attributes nothing, one sentence.
WHY_NOT: Mapping[Standing, Phrase] = {
    Standing.COUNTS: "",
    Standing.NOT_YET: _("Reports go to it only from the day it is theirs."),
    Standing.ENDED: _("Only what was seen before it ended is theirs."),
    Standing.CLAIMED: _("A mere claim attributes nothing until it is proven or entered."),
    Standing.REJECTED: _("It attributes nothing at any time."),
}

ACTIONS: Mapping[str, Phrase] = {
    "registry.create_organisation": _("Organisation entered"),
    "registry.change_organisation": _("Facts changed"),
    "registry.add_contact": _("Contact entered"),
    "registry.change_contact": _("Contact changed"),
    "registry.remove_contact": _("Contact removed"),
    "registry.add_asset": _("Asset entered"),
    "registry.change_asset": _("Asset changed"),
    "registry.end_asset": _("Asset ended"),
    "registry.move_asset": _("Asset given to another owner"),
    "registry.receive_asset": _("Asset taken over from another owner"),
}


def standing_chip(standing: Standing) -> Chip:
    """Make the chip of what an asset counts for."""
    text, tone = _STANDINGS[standing]
    return Chip(text=text, tone=tone)


def critical_chip() -> Chip:
    """Make the chip of critical infrastructure."""
    return Chip(text=_("critical infrastructure"), icon="landmark", outlined=True)
