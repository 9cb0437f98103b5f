"""Makes `accounts` known to Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's name for this part."""

    name = "tocsin.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
