"""Which errors of the database pass by themselves."""

import django.db
import psycopg
import pytest
from django.db import connection, transaction
from psycopg import errors
from psycopg_pool import PoolTimeout

from tocsin.jobs.transient import is_transient


@pytest.mark.parametrize(
    "error",
    [
        errors.SerializationFailure(),
        errors.DeadlockDetected(),
        errors.TooManyConnections(),
        errors.LockNotAvailable(),
        errors.AdminShutdown(),
        errors.CrashShutdown(),
        errors.CannotConnectNow(),
        errors.IdleSessionTimeout(),
        errors.ConnectionFailure(),
        psycopg.OperationalError("server closed the connection unexpectedly"),
        psycopg.InterfaceError("the connection is closed"),
        PoolTimeout("couldn't get a connection after 20 sec"),
        django.db.InterfaceError("connection already closed"),
    ],
    ids=repr,
)
def test_it_passes_by_itself(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        errors.DiskFull(),
        errors.QueryCanceled(),
        errors.UniqueViolation(),
        errors.InsufficientPrivilege(),
        psycopg.ProgrammingError("the query has 1 placeholders but 0 parameters were passed"),
        ValueError(),
        ConnectionError("another server than the database"),
    ],
    ids=repr,
)
def test_it_comes_again(error: Exception) -> None:
    assert not is_transient(error)


def test_a_wrapped_one_is_seen_through() -> None:
    error = RuntimeError()
    error.__cause__ = errors.DeadlockDetected()

    assert is_transient(error)


@pytest.mark.parametrize(("statement", "passes"), [("40P01", True), ("23505", False), ("57014", False)])
def test_what_django_raises_is_judged_by_what_postgresql_said(database: str, statement: str, passes: bool) -> None:
    with (
        pytest.raises(django.db.Error) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{statement}'; END $$")

    assert is_transient(caught.value) is passes
