"""Runs `tocsin user`."""

import argparse
import getpass
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

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
        return _ACTS[arguments.act](actor, arguments)


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


def _end(actor: Actor, arguments: argparse.Namespace) -> int:
    person = _person(actor, arguments.email)
    ended = services.end_person(actor=actor, person_id=person.id, now=timezone.now())
    _tell(arguments, {"email": person.email, "tokens_revoked": list(ended)}, "")
    if ended and not arguments.json:
        print(f"Tokens that ended with it: {', '.join(map(str, ended))}. Programs that use them need new ones.")
    return 0


def _restore(actor: Actor, arguments: argparse.Namespace) -> int:
    person = _person(actor, arguments.email)
    password, made = _ask(arguments)
    services.restore_person(actor=actor, person_id=person.id, password=password, now=timezone.now())
    _tell(arguments, {"email": person.email}, password if made else "")
    return 0


def _give_role(actor: Actor, arguments: argparse.Namespace) -> int:
    person = _person(actor, arguments.email)
    until: datetime | None = arguments.until
    services.add_assignment(
        actor=actor,
        person_id=person.id,
        role=Role(arguments.role),
        organisation_id=organisation_id(actor, arguments.organisation),
        # A time without a zone is one of the zone that the pages show.
        until=timezone.make_aware(until) if until is not None and until.tzinfo is None else until,
        now=timezone.now(),
    )
    _tell(arguments, {"email": person.email, "role": arguments.role}, "")
    return 0


def _take_role(actor: Actor, arguments: argparse.Namespace) -> int:
    person, now = _person(actor, arguments.email), timezone.now()
    wanted = (arguments.role, arguments.organisation or "")
    held = [one for one in person.roles if (one.role, one.organisation) == wanted and not _is_over(one, now)]
    if not held:
        raise NotFound(f"{person.email} does not have this role. It has: {spelled(person.roles)}.")
    for one in held:
        services.end_assignment(actor=actor, assignment_id=one.id, now=now)
    _tell(arguments, {"email": person.email, "role": arguments.role}, "")
    return 0


def _person(actor: Actor, email: str) -> queries.PersonRow:
    wanted = email.strip().lower()
    for person in queries.list_people(actor=actor):
        if person.email == wanted:
            return person
    raise NotFound(f"No account has the address {email}.")


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
    """Write the roles that are not over in a line."""
    now = timezone.now()
    return ", ".join(_one(held) for held in roles if not _is_over(held, now)) or "none"


def _one(held: Held) -> str:
    until = f" until {timezone.localtime(held.until):%Y-%m-%d %H:%M}" if held.until is not None else ""
    return held.role + (f" of {held.organisation}" if held.organisation else "") + until


def _is_over(held: Held, now: datetime) -> bool:
    return held.until is not None and held.until <= now


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


_ACTS: Mapping[str, Callable[[Actor, argparse.Namespace], int]] = {
    "add": _add,
    "list": _list,
    "password": _change,
    "end": _end,
    "restore": _restore,
    "give-role": _give_role,
    "take-role": _take_role,
}
