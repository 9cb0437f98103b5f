"""What accounts puts into the frame: who is signed in, where to sign in, who can do what."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.accounts.middleware import known_of
from tocsin.accounts.web.words import ROLES
from tocsin.web.navigation import Group, NavEntry, Person
from tocsin.web.writing import joined

SIGN_IN = "accounts:sign-in"

NAVIGATION = (NavEntry(label=_("Who can do what"), url_name="accounts:who-can", group=Group.HOUSE, order=80),)


def person(request: HttpRequest) -> Person | None:
    """Say who is signed in and as what; asks the database nothing."""
    known = known_of(request)
    if known is None:
        return None
    roles = joined([str(ROLES[role]) for role in known.roles], language=get_language() or "en")
    return Person(name=known.person.name, role=roles, sign_out_url=reverse("accounts:sign-out"))


PERSON = person
