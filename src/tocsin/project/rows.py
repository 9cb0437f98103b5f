"""Which tables may do without row-level security, and why; the doctor and the tests compare the database with it."""

from collections.abc import Mapping

from django.db.backends.utils import CursorWrapper

#: Tables without rows of the constituency. Everything else has row-level security, or the database is at fault.
WITHOUT: Mapping[str, str] = {
    "django_content_type": "names of tables",
    "django_migrations": "names of migrations",
    "django_session": "a session is found by its unguessable key alone, before anybody is known",
    "auth_permission": "Django's own, unused: nobody but the owner has a right to it",
    "auth_group": "Django's own, unused: nobody but the owner has a right to it",
    "auth_group_permissions": "Django's own, unused: nobody but the owner has a right to it",
    "procrastinate_jobs": "the queue: names of tasks and ids; workers act for all",
    "procrastinate_events": "the queue's own history",
    "procrastinate_periodic_defers": "which clock task has run",
    "procrastinate_workers": "heartbeats",
    "procrastinate_version": "the queue's own",
}
#: Of these it is said that nobody has a right to them.
_UNTOUCHED = frozenset({"auth_permission", "auth_group", "auth_group_permissions"})

_TABLES = """
    SELECT class.relname,
           class.relrowsecurity,
           EXISTS (SELECT FROM pg_policy policy WHERE policy.polrelid = class.oid),
           has_any_column_privilege('tocsin_app', class.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
    FROM pg_class class
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'p', 'm', 'f', 'v')
      AND NOT class.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend made WHERE made.objid = class.oid AND made.deptype = 'e')
    ORDER BY class.relname
"""
_ROLES = """
    SELECT role.rolname, role.rolsuper, role.rolbypassrls, role.rolcreaterole, role.rolcreatedb,
           EXISTS (SELECT FROM pg_class owned WHERE owned.relowner = role.oid
                   AND owned.relnamespace = 'public'::regnamespace)
    FROM pg_roles role WHERE role.rolname IN ('tocsin_app', 'tocsin_ingest') ORDER BY role.rolname
"""


def unprotected(cursor: CursorWrapper) -> list[str]:
    """Name what is wrong with the tables' protection, one sentence each; the cursor is the owner's."""
    cursor.execute(_TABLES)
    faults = []
    for name, secured, has_policy, reachable in cursor.fetchall():
        if name in WITHOUT:
            if name in _UNTOUCHED and reachable:
                faults.append(f"{name}: the application has rights on it, and it has no row-level security")
        elif not secured:
            faults.append(f"{name}: has no row-level security")
        elif not has_policy:
            faults.append(f"{name}: has row-level security without a policy, so nobody sees a row of it")
    return faults


def overpowered(cursor: CursorWrapper) -> list[str]:
    """Name what the two lower roles could do that they should not, one sentence each."""
    cursor.execute(_ROLES)
    found = cursor.fetchall()
    faults = [f"the role {name} is missing" for name in {"tocsin_app", "tocsin_ingest"} - {row[0] for row in found}]
    for name, superuser, bypasses, makes_roles, makes_databases, owns in found:
        if superuser or makes_roles or makes_databases:
            faults.append(f"{name} may do what only the owner should: superuser, roles or databases")
        if bypasses and name == "tocsin_app":
            faults.append(f"{name} passes by row-level security (BYPASSRLS)")
        if owns:
            faults.append(f"{name} owns tables, and owners pass by row-level security")
    return faults
