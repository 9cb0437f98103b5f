"""Makes and ends accounts, roles and tokens, and lets people in."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from tocsin.access.permissions import Role, require
from tocsin.access.scope import signing_in
from tocsin.accounts import tries
from tocsin.accounts.actors import Known, actor_of_token, contradict, known_person
from tocsin.accounts.errors import AlreadyThere, RoleDoesNotFit, SignInFailed, TooManyTries, WeakPassword
from tocsin.accounts.models import ORGANISATION_ROLES, ApiToken, Assignment, Person
from tocsin.accounts.permissions import AccountPermission
from tocsin.audit.trail import record
from tocsin.kernel.actor import Actor, ActorKind
from tocsin.kernel.errors import Conflict, Invalid, NotFound
from tocsin.registry.models import Organisation

#: What a wrong e-mail address is checked against, so that it takes as long as a right one.
_NOBODY = "argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG"
TOKEN_PREFIX = "tocsin_"
#: NIST SP 800-63B-4, section 3.1.1.2: length is what counts; no rules about kinds of characters.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000


def create_person(
    *,
    actor: Actor,
    email: str,
    name: str,
    password: str,
    role: Role,
    organisation_id: int | None,
    language: str,
    now: datetime,
) -> Person:
    """Make an account with one role.

    Raises:
        AlreadyThere: the address has an account.
        RoleDoesNotFit: a role for one organisation without one, or one for all with one.
        NotFound: there is no such organisation.
        WeakPassword: it is too short, or longer than anyone types.
    """
    require(actor, AccountPermission.MANAGE)
    _check_scope(actor, role, organisation_id)
    _check_password(password)
    person = Person(
        email=email.strip().lower(), name=name, language=language, created_at=now, password=make_password(password)
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError as error:
            raise AlreadyThere from error
        Assignment.objects.create(person=person, role=role, organisation_id=organisation_id)
        record(
            actor=actor,
            action="accounts.create_person",
            target_kind="person",
            target_id=person.pk,
            at=now,
            organisation_id=organisation_id,
            after={"role": role, "organisation": organisation_id},
        )
    return person


def set_password(*, actor: Actor, email: str, password: str, now: datetime) -> None:
    """Give an account another password; whoever is signed in with the old one is signed out.

    Raises:
        NotFound: no account has this address.
        WeakPassword: it is too short, or longer than anyone types.
    """
    require(actor, AccountPermission.MANAGE)
    _check_password(password)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(email=email.strip().lower()).first()
        if person is None:
            raise NotFound(f"No account has the address {email}.")
        person.password = make_password(password)
        person.save(update_fields=["password"])
        record(actor=actor, action="accounts.set_password", target_kind="person", target_id=person.pk, at=now)


def end_person(*, actor: Actor, person_id: int, now: datetime) -> tuple[int, ...]:
    """Switch an account off: nobody gets in by it, its sessions end, and so do the tokens that it made.

    Whoever made a token knows its secret. Gives the tokens that ended, so that programs in use get new ones.

    Raises:
        NotFound: there is no such account.
        Conflict: it is switched off already.
    """
    require(actor, AccountPermission.MANAGE)
    with transaction.atomic():
        person = _locked_person(person_id)
        if not person.is_active:
            raise Conflict(f"{person.email} is switched off already.")
        # Without a password the sessions stay ended, even when the account is switched on again.
        person.is_active, person.password = False, make_password(None)
        person.save(update_fields=["is_active", "password"])
        made = ApiToken.objects.select_for_update().filter(made_by=person, revoked_at__isnull=True, expires_at__gt=now)
        ended = tuple(made.order_by("id").values_list("pk", flat=True))
        ApiToken.objects.filter(pk__in=ended).update(revoked_at=now)
        record(
            actor=actor,
            action="accounts.end_person",
            target_kind="person",
            target_id=person.pk,
            at=now,
            before={"active": True},
            after={"active": False, "tokens_revoked": list(ended)},
        )
    return ended


def restore_person(*, actor: Actor, person_id: int, password: str, now: datetime) -> None:
    """Switch an account on again, with the roles it still has and another password.

    Raises:
        NotFound: there is no such account.
        Conflict: it is not switched off.
        WeakPassword: it is too short, or longer than anyone types.
    """
    require(actor, AccountPermission.MANAGE)
    _check_password(password)
    with transaction.atomic():
        person = _locked_person(person_id)
        if person.is_active:
            raise Conflict(f"{person.email} is not switched off.")
        person.is_active, person.password = True, make_password(password)
        person.save(update_fields=["is_active", "password"])
        record(
            actor=actor,
            action="accounts.restore_person",
            target_kind="person",
            target_id=person.pk,
            at=now,
            before={"active": False},
            after={"active": True},
        )


def add_assignment(
    *,
    actor: Actor,
    person_id: int,
    role: Role,
    organisation_id: int | None,
    until: datetime | None,
    now: datetime,
) -> int:
    """Give a person one more role; gives the assignment.

    Args:
        until: when it ends by itself; null: when somebody ends it.

    Raises:
        RoleDoesNotFit: role and organisation do not go together, or this role and those that the person has.
        NotFound: there is no such account or organisation.
        Conflict: the person has this role already.
        Invalid: it would end before it begins.
    """
    require(actor, AccountPermission.MANAGE)
    if until is not None and until <= now:
        raise Invalid("The role would end before it begins.")
    with transaction.atomic():
        person = _locked_person(person_id)
        held = list(person.assignments.exclude(until__lte=now))
        _check_scope(actor, role, organisation_id, beside=[Role(one.role) for one in held])
        if any((one.role, one.organisation_id) == (role, organisation_id) for one in held):
            raise Conflict(f"{person.email} has this role already.")
        made = Assignment.objects.create(person=person, role=role, organisation_id=organisation_id, until=until)
        record(
            actor=actor,
            action="accounts.add_assignment",
            target_kind="person",
            target_id=person.pk,
            at=now,
            organisation_id=organisation_id,
            after={"role": role, "organisation": organisation_id, "until": until and until.isoformat()},
        )
    return made.pk


def end_assignment(*, actor: Actor, assignment_id: int, now: datetime) -> None:
    """Take a role away at once; what its holder did with it stays.

    Raises:
        NotFound: there is no such assignment.
        Conflict: it is over already.
    """
    require(actor, AccountPermission.MANAGE)
    with transaction.atomic():
        held = Assignment.objects.select_for_update().filter(pk=assignment_id).first()
        if held is None:
            raise NotFound(f"There is no assignment {assignment_id}.")
        if held.until is not None and held.until <= now:
            raise Conflict(f"This role ended on {held.until:%Y-%m-%d %H:%M} UTC already.")
        before, held.until = held.until, now
        held.save(update_fields=["until"])
        record(
            actor=actor,
            action="accounts.end_assignment",
            target_kind="person" if held.person_id is not None else "token",
            target_id=held.person_id if held.person_id is not None else held.token_id,
            at=now,
            organisation_id=held.organisation_id,
            before={"role": held.role, "organisation": held.organisation_id, "until": before and before.isoformat()},
            after={"role": held.role, "organisation": held.organisation_id, "until": now.isoformat()},
        )


def create_token(
    *, actor: Actor, name: str, role: Role, organisation_id: int | None, days: int, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token for a program. Returns it with the secret, which is shown this once.

    Raises:
        RoleDoesNotFit: a role for one organisation without one, or one for all with one.
        NotFound: there is no such organisation.
    """
    require(actor, AccountPermission.MANAGE)
    _check_scope(actor, role, organisation_id)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name,
            digest=_digest(secret),
            made_by_id=actor.id if actor.kind is ActorKind.PERSON else None,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        Assignment.objects.create(token=token, role=role, organisation_id=organisation_id)
        record(
            actor=actor,
            action="accounts.create_token",
            target_kind="token",
            target_id=token.pk,
            at=now,
            organisation_id=organisation_id,
            after={"name": name, "role": role, "days": days},
        )
    return token, secret


def revoke_token(*, actor: Actor, token_id: int, now: datetime) -> None:
    """End a token at once.

    Raises:
        NotFound: there is no such token.
        Conflict: it was revoked before.
    """
    require(actor, AccountPermission.MANAGE)
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
        if token is None:
            raise NotFound(f"There is no token {token_id}.")
        if token.revoked_at is not None:
            raise Conflict(f"Token {token_id} was revoked on {token.revoked_at:%Y-%m-%d %H:%M} UTC already.")
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(
            actor=actor,
            action="accounts.revoke_token",
            target_kind="token",
            target_id=token.pk,
            at=now,
            before={"revoked": False},
            after={"revoked": True},
        )


def sign_in(*, email: str, password: str, address: str, now: datetime) -> Known:
    """Let a person in, or say no more than that it failed.

    Raises:
        SignInFailed: address, password or account is not right; which, is not said.
        TooManyTries: for this account or from this address; `wait_s` says how long it lasts.
    """
    email = email.strip().lower()
    with signing_in(alone=True):
        wait = tries.count_try(email=email, address=address, now=now)
    if wait is not None:
        raise TooManyTries(wait_s=int(wait.total_seconds()) + 1)
    with signing_in():
        person = Person.objects.filter(email=email, is_active=True).first()
        # Short of the limit first: hashing megabytes would be work that strangers can order.
        fits = len(password) <= LONGEST_PASSWORD
        right = check_password(password if fits else "", person.password if person else _NOBODY)
        if person is None or not right or not fits:
            raise SignInFailed
        tries.forget_tries(email=email, address=address)
        person.last_login = now
        person.save(update_fields=["last_login"])
        known = known_person(person, now=now, address=address)
        record(actor=known.actor, action="accounts.sign_in", target_kind="person", target_id=person.pk, at=now)
        return known


def actor_for_session(*, person_id: int, mark: str, address: str, now: datetime) -> Known | None:
    """Resolve the person of a session; null when the account is gone, switched off or has another password.

    Args:
        mark: `Person.get_session_auth_hash()` as it was at sign-in.
    """
    with signing_in():
        person = Person.objects.filter(pk=person_id, is_active=True).first()
        if person is None or not secrets.compare_digest(mark, person.get_session_auth_hash()):
            return None
        return known_person(person, now=now, address=address)


def actor_for_token(*, secret: str, address: str, now: datetime) -> Actor | None:
    """Resolve a bearer token; null when it is unknown, revoked or over."""
    with signing_in():
        token = ApiToken.objects.filter(digest=_digest(secret), revoked_at__isnull=True, expires_at__gt=now).first()
        if token is None:
            return None
        if token.used_at is None or now - token.used_at > timedelta(minutes=1):
            token.used_at = now
            token.save(update_fields=["used_at"])
        return actor_of_token(token, now=now, address=address)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _locked_person(person_id: int) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound(f"There is no account {person_id}.")
    return person


def _check_scope(actor: Actor, role: Role, organisation_id: int | None, *, beside: Sequence[Role] = ()) -> None:
    """Refuse a role that does not go with its organisation, or with the roles beside it."""
    if role == Role.LINK:
        raise RoleDoesNotFit("Nobody is given the role of a link; a notice's link has it by itself.")
    if role in ORGANISATION_ROLES and organisation_id is None:
        raise RoleDoesNotFit(f"The role {role} is for one organisation: say which.")
    if role not in ORGANISATION_ROLES and organisation_id is not None:
        raise RoleDoesNotFit(f"The role {role} is for the whole constituency: name no organisation.")
    if contradict({role, *beside}):
        raise RoleDoesNotFit("Nobody has a role at the desk and one of an organisation: make two accounts.")
    if organisation_id is not None and not Organisation.objects.visible_to(actor).filter(pk=organisation_id).exists():
        raise NotFound(f"There is no organisation {organisation_id}.")


def _check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
