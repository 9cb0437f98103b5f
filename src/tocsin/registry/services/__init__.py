"""Every write to the constituency."""

from tocsin.registry.services.importing import ImportOutcome, export_registry, import_registry

__all__ = ["ImportOutcome", "export_registry", "import_registry"]
