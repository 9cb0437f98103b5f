"""Makes `catalogue` known to Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
