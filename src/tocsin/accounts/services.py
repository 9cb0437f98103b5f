"""Makes accounts and tokens, and lets people in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.db import IntegrityError, transaction

from tocsin.access.permissions import Role, require
from tocsin.access.scope import signing_in
from tocsin.accounts.actors import actor_of_person, actor_of_token
from tocsin.accounts.errors import AlreadyThere, SignInFailed, TooManyTries
from tocsin.accounts.models import ApiToken, Assignment, Person
from tocsin.accounts.permissions import AccountPermission
from tocsin.audit.trail import record
from tocsin.kernel.actor import Actor

#: Wrong passwords for one account or one address before it must wait.
TRIES = 8
WAIT_S = 300
#: What a wrong e-mail address is checked against, so that it takes as long as a right one.
_NOBODY = "argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG"
TOKEN_PREFIX = "tocsin_"


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
    """
    require(actor, AccountPermission.MANAGE)
    person = Person(email=email.lower(), name=name, language=language, created_at=now, password=make_password(password))
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


def create_token(
    *, actor: Actor, name: str, role: Role, organisation_id: int | None, days: int, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token for a program. Returns it with the secret, which is shown this once."""
    require(actor, AccountPermission.MANAGE)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name, digest=_digest(secret), created_at=now, expires_at=now + timedelta(days=days)
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


def sign_in(*, email: str, password: str, address: str, now: datetime) -> tuple[Person, Actor]:
    """Let a person in, or say no more than that it failed.

    Raises:
        SignInFailed: address, password or account is not right; which, is not said.
        TooManyTries: for this account or from this address.
    """
    email = email.strip().lower()
    keys = [f"tries:{hashlib.sha256(value.encode()).hexdigest()}" for value in (email, address)]
    if any(int(cache.get(key, 0)) >= TRIES for key in keys):
        raise TooManyTries
    with signing_in():
        person = Person.objects.filter(email=email, is_active=True).first()
        if not check_password(password, person.password if person else _NOBODY) or person is None:
            for key in keys:
                cache.add(key, 0, WAIT_S)
                cache.incr(key)
            raise SignInFailed
        cache.delete_many(keys)
        person.last_login = now
        person.save(update_fields=["last_login"])
        actor = actor_of_person(person, now=now, address=address)
        record(actor=actor, action="accounts.sign_in", target_kind="person", target_id=person.pk, at=now)
        return person, actor


def actor_for_session(*, person_id: int, address: str, now: datetime) -> tuple[Person, Actor] | None:
    """Resolve the person of a session; null when the account is gone or switched off."""
    with signing_in():
        person = Person.objects.filter(pk=person_id, is_active=True).first()
        return (person, actor_of_person(person, now=now, address=address)) if person else None


def actor_for_token(*, secret: str, address: str, now: datetime) -> Actor | None:
    """Resolve a bearer token; null when it is unknown, revoked or over."""
    with signing_in():
        token = ApiToken.objects.filter(
            digest=_digest(secret), revoked_at__isnull=True, expires_at__gt=now
        ).first()
        if token is None:
            return None
        if token.used_at is None or now - token.used_at > timedelta(minutes=1):
            token.used_at = now
            token.save(update_fields=["used_at"])
        return actor_of_token(token, now=now, address=address)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
