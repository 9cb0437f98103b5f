"""Makes `notices` known to Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
