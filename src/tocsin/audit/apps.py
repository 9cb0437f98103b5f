"""Makes `audit` known to Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
