"""Makes `commandcentre` known to Django; it has no tables."""

from django.apps import AppConfig


class CommandCentreConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.commandcentre"
    label = "commandcentre"
