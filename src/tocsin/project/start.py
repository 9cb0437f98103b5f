"""Starts Django and brings the database to this version; imported only once the environment is known to be right."""

from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402  (the settings need Django started)

from tocsin.project.modes import make_private  # noqa: E402
from tocsin.project.provision import provision  # noqa: E402  (models need Django started)


def start(*, say: Callable[[str], None]) -> None:
    """Set up what is missing; cheap when nothing is."""
    for folder in (settings.ARCHIVE_FOLDER, settings.OUTBOX_FOLDER, settings.INBOX_FOLDER):
        make_private(folder)
    provision(say=say)
