"""Who reads a page, and in which language."""

from django.http import HttpRequest
from django.utils.translation import get_language

from tocsin.accounts.middleware import actor_of
from tocsin.catalogue.queries import language_of
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import Language


def reader_of(request: HttpRequest) -> Actor:
    """Give the actor of a page that is closed to strangers: the middleware has sent those to sign in."""
    actor = actor_of(request)
    assert actor is not None
    return actor


def reader_language() -> Language:
    """Give the language that the page is read in."""
    return language_of(get_language() or "en")
