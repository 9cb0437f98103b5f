"""Runs `tocsin user`."""

import argparse
import getpass
import json
import secrets
import sys
from dataclasses import asdict

from django.utils import timezone

from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts import queries, services
from tocsin.accounts.queries import Held
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.registry.models import Organisation


def run(arguments: argparse.Namespace) -> int:
    """Run the act that was asked for. Returns the exit code."""
    actor = system("command line")
    with acting(actor):
        return {"add": _add, "list": _list, "password": _change}[arguments.act](actor, arguments)


def _add(actor: Actor, arguments: argparse.Namespace) -> int:
    password, made = _ask(arguments)
    person = services.create_person(
        actor=actor,
        email=arguments.email,
        name=arguments.name or arguments.email.partition("@")[0],
        password=password,
        role=Role(arguments.role),
        organisation_id=organisation_id(actor, arguments.organisation),
        language=arguments.language,
        now=timezone.now(),
    )
    _tell(arguments, {"id": person.pk, "email": person.email, "role": arguments.role}, password if made else "")
    return 0


def _change(actor: Actor, arguments: argparse.Namespace) -> int:
    password, made = _ask(arguments)
    services.set_password(actor=actor, email=arguments.email, password=password, now=timezone.now())
    _tell(arguments, {"email": arguments.email}, password if made else "")
    return 0


def _list(actor: Actor, arguments: argparse.Namespace) -> int:
    people = queries.list_people(actor=actor)
    if arguments.json:
        print(json.dumps([asdict(person) for person in people], default=str, ensure_ascii=False))
        return 0
    for person in people:
        last = f"{person.last_login:%Y-%m-%d}" if person.last_login else "never"
        off = "" if person.active else "  switched off"
        print(f"{person.email}  {person.name}  {spelled(person.roles)}  last in: {last}{off}")
    return 0


def organisation_id(actor: Actor, code: str | None) -> int | None:
    """Find an organisation by its code.

    Raises:
        NotFound: there is none.
    """
    if not code:
        return None
    found = Organisation.objects.visible_to(actor).filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(f"There is no organisation with the code {code}.")
    return found


def spelled(roles: tuple[Held, ...]) -> str:
    """Write roles in a line."""
    return ", ".join(held.role + (f" of {held.organisation}" if held.organisation else "") for held in roles) or "none"


def _ask(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Get a password; the second value tells that we made it, so that it has to be shown."""
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    if sys.stdin.isatty() and not arguments.json:
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Once more: "):
            raise Invalid("The two differ; nothing was changed.")
        return first, False
    return secrets.token_urlsafe(12), True


def _tell(arguments: argparse.Namespace, done: dict[str, object], made: str) -> None:
    if arguments.json:
        print(json.dumps(done | ({"password": made} if made else {})))
        return
    print(f"Done: {done['email']}")
    if made:
        print(f"Password, shown this once: {made}")
