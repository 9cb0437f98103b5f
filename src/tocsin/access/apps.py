"""Makes `access` known to Django for the migration of its functions."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.access"
    label = "access"
