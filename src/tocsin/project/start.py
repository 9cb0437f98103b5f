"""Starts Django and brings the database to this version; imported only once the environment is known to be right."""

from collections.abc import Callable

import django

django.setup()

from tocsin.project.provision import provision  # noqa: E402  (models need Django started)


def start(*, say: Callable[[str], None]) -> None:
    """Set up what is missing; cheap when nothing is."""
    provision(say=say)
