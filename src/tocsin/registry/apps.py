"""Makes `registry` known to Django."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
