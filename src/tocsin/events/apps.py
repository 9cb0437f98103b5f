"""Makes `events` known to Django."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
