"""Sets up what an installation needs: roles, tables, rights, first data. Safe to repeat, and by several at once."""

from collections.abc import Callable
from io import StringIO

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from tocsin.project.databases import APPLICATION_ROLE, INGEST_ROLE

#: Names the advisory lock that lets one process set up while others wait.
_LOCK = 0x746F6373696E

_QUEUE_RIGHTS = """
DO $$
DECLARE part record;
BEGIN
    FOR part IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = 'public' AND (tablename LIKE 'procrastinate\\_%')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tocsin_app, tocsin_ingest', part.name);
    END LOOP;
    FOR part IN SELECT sequencename AS name FROM pg_sequences
        WHERE schemaname = 'public' AND (sequencename LIKE 'procrastinate\\_%')
    LOOP
        EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %I TO tocsin_app, tocsin_ingest', part.name);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO tocsin_app;
GRANT SELECT ON django_migrations TO tocsin_app, tocsin_ingest;
"""


def provision(*, say: Callable[[str], None] = lambda _text: None) -> None:
    """Make roles, run what migrations are missing, grant rights and load first data, as the owner role."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            _roles()
            _let_ingest_copy()
            pending = _pending()
            if pending:
                say(f"Setting up the database: {pending} steps.")
                call_command("migrate", database="owner", verbosity=0, interactive=False, stdout=StringIO())
            cursor.execute(_QUEUE_RIGHTS)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    owner.close()


def _roles() -> None:
    with connections["owner"].cursor() as cursor:
        for alias, role in (("default", APPLICATION_ROLE), ("ingest", INGEST_ROLE)):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            password = connections[alias].settings_dict["PASSWORD"]
            if password:
                cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))


def _let_ingest_copy() -> None:
    """Free the ingest role of row-level policies where the owner may: COPY refuses tables that have them.

    What it may touch stays what it was granted; where the owner may not, ingest inserts instead (`findings.tables`).
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        allowed = cursor.fetchone()
        if allowed is not None and allowed[0]:
            cursor.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(INGEST_ROLE)))


def _pending() -> int:

    executor = MigrationExecutor(connections["owner"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
