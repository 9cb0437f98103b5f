"""Who writes: the centre as the settings name it."""

from zoneinfo import ZoneInfo

from django.conf import settings

from tocsin.notices.rules import House


def house() -> House:
    """Give the centre."""
    environment = settings.ENVIRONMENT
    return House(
        name_en=environment.name_en,
        name_zh=environment.name_zh,
        number_prefix_zh=environment.number_prefix_zh,
        phone=environment.phone,
        sender=environment.sender,
        zone=ZoneInfo(environment.zone),
    )
