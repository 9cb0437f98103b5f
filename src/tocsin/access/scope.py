"""Tells the database who is asking, for the length of one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections, transaction

from tocsin.kernel.actor import Actor, Scope

#: The alias whose role may write what reports bring, and nothing of accounts.
INGEST = "ingest"

_ACTING: ContextVar[Actor | None] = ContextVar("acting", default=None)
_NOTHING = ("", "{}", "")
_SET = """
    SELECT set_config('tocsin.scope', %s, true),
           set_config('tocsin.organisations', %s, true),
           set_config('tocsin.notice', %s, true)
"""


@contextmanager
def acting(actor: Actor, *, using: str = "default") -> Iterator[Actor]:
    """Run a transaction in which the database shows what this actor may see, and nothing else.

    Nested use sets the inner actor and gives the outer one back; a rollback takes the setting with it.
    """
    outer = _ACTING.get()
    with transaction.atomic(using=using):
        token = _ACTING.set(actor)
        _tell(using, _settings(actor.scope))
        try:
            yield actor
        finally:
            _ACTING.reset(token)
        # Only after success: an error rolls back to where the outer actor's setting still stands.
        _restore(using, outer)


@contextmanager
def signing_in(*, using: str = "default", alone: bool = False) -> Iterator[None]:
    """Run a transaction that sees the tables of accounts and nothing else: nobody is known yet.

    Args:
        using: the alias.
        alone: what is written must stay whatever comes after.

    Raises:
        RuntimeError: `alone`, inside another transaction, which could take it back.
    """
    with transaction.atomic(using=using, durable=alone):
        _tell(using, ("sign_in", "{}", ""))
        yield
        _restore(using, _ACTING.get())


def _restore(using: str, outer: Actor | None) -> None:
    if not connections[using].needs_rollback:
        _tell(using, _settings(outer.scope) if outer is not None else _NOTHING)


def _settings(scope: Scope) -> tuple[str, str, str]:
    if scope.everything:
        return ("all", "{}", "")
    if scope.notice_id is not None:
        return ("notice", "{}", str(scope.notice_id))
    return ("organisations", "{" + ",".join(map(str, sorted(scope.organisation_ids))) + "}", "")


def _tell(using: str, settings: tuple[str, str, str]) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(_SET, settings)
