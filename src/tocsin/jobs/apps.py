"""Makes `jobs` known to Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
