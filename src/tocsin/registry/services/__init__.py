"""Every write to the constituency. Call inside `acting(actor)`, as pages, programs and commands do."""

from tocsin.registry.services.assets import add_asset, change_asset, end_asset, move_asset
from tocsin.registry.services.contacts import ContactFacts, add_contact, change_contact, remove_contact
from tocsin.registry.services.importing import ImportOutcome, ImportStep, export_registry, import_registry
from tocsin.registry.services.organisations import (
    OrganisationFacts,
    change_organisation,
    create_organisation,
)

__all__ = [
    "ContactFacts",
    "ImportOutcome",
    "ImportStep",
    "OrganisationFacts",
    "add_asset",
    "add_contact",
    "change_asset",
    "change_contact",
    "change_organisation",
    "create_organisation",
    "end_asset",
    "export_registry",
    "import_registry",
    "move_asset",
    "remove_contact",
]
