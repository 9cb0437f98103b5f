"""Makes `findings` known to Django."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.findings"
    label = "findings"
    default_auto_field = "django.db.models.BigAutoField"
