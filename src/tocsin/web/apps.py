"""Makes `web` known to Django for its templates, tags and static files; it has no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.web"
    label = "web"
