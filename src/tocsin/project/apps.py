"""Makes the assembled project known to Django for its templates and commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.project"
    label = "project"
