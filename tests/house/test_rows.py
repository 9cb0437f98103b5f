"""Every table keeps its rows to whom they belong, and every read in the source begins by asking for whom it is."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
from django.apps import apps
from django.db import connections

from tests.house import source
from tests.house.source import Module
from tocsin.project import rows

#: Where rows are read without `visible_to`, as `app/path` or `app/path:Model`, with the reason.
UNCUT = {
    "accounts/actors.py": "whoever is being found out is nobody yet; the database shows accounts to the sign-in alone",
    "accounts/services.py": "likewise; the rest holds the permission to manage accounts, which sees all",
    "accounts/queries.py": "holds the permission to manage accounts, which sees all",
    "jobs/queries.py": "the queue's tables hold names of tasks and ids; the permission decides",
    "jobs/services.py": "likewise",
    "findings/queries/listing.py:Sighting": "last sights of findings that were cut to their reader before",
    "notices/queries/details.py:Sighting": "likewise",
    "notices/queries/drafts.py:Sighting": "likewise",
    "project/demo/checking/": "checks of the demo look past the filters to see whether they hold",
}
#: What begins a read of a model's rows.
READS = frozenset(
    {"all", "filter", "exclude", "get", "values", "values_list", "aggregate", "annotate", "in_bulk", "count", "first"}
    | {"last", "latest", "earliest", "exists", "iterator", "raw", "only", "defer", "order_by", "select_related"}
    | {"prefetch_related", "select_for_update", "update", "delete", "distinct"}
)
# `using(INGEST)` is no such read: that role has no scope, does by rule what reports bring, and no person acts by it.

NO_POLICIES = """
    DO $$ DECLARE policy record; BEGIN
        FOR policy IN SELECT polname FROM pg_policy WHERE polrelid = 'audit_auditentry'::regclass LOOP
            EXECUTE format('DROP POLICY %I ON audit_auditentry', policy.polname);
        END LOOP;
    END $$
"""


def faults(alias: str = "owner") -> list[str]:
    with connections[alias].cursor() as cursor:
        return rows.unprotected(cursor)


def test_every_table_has_row_level_security_or_a_reason(database: str) -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("CREATE TABLE loose (id int)", "loose: has no row-level security"),
        ("ALTER TABLE findings_finding DISABLE ROW LEVEL SECURITY", "findings_finding: has no row-level security"),
        ("GRANT SELECT ON auth_group TO tocsin_app", "auth_group: the application has rights on it"),
        ("CREATE VIEW through AS SELECT * FROM findings_finding", "through: has no row-level security"),
        (
            NO_POLICIES,
            "audit_auditentry: has row-level security without a policy",
        ),
    ],
)
def test_a_table_left_open_is_found(database: str, damage: str, fault: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(damage)

    assert [found for found in faults() if found.startswith(fault)]


def test_every_reason_is_still_one(database: str) -> None:
    with connections["owner"].cursor() as cursor:
        tables = set(connections["owner"].introspection.table_names(cursor))

    assert set(rows.WITHOUT) - tables - {"procrastinate_version"} == set()


def test_the_lower_roles_have_no_power_over_the_tables(database: str) -> None:
    with connections["owner"].cursor() as cursor:
        assert rows.overpowered(cursor) == []


def uncut_reads(module: Module, models: frozenset[str]) -> Iterator[str]:
    """Find `Model.objects.<read>` that does not go through `visible_to` first."""
    path = "/".join(module.path.parts)
    if module.is_migration or any(path.startswith(name) for name in UNCUT if name.endswith((".py", "/"))):
        return
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="objects"), attr=read
            ) if name in models and read in READS and f"{path}:{name}" not in UNCUT:
                yield f"src/tocsin/{module.path}: line {node.lineno}: {name}.objects.{read} without visible_to"


MODELS = frozenset(
    model.__name__ for model in apps.get_models() if model.__module__.startswith(("tocsin.", "procrastinate."))
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Finding.objects.filter(pk=1)", 1),
        ("models.Finding.objects.all()", 1),
        ("Finding.objects.visible_to(actor).filter(pk=1)", 0),
        ("Finding.objects.using(INGEST).filter(pk=1)", 0),
        ("Finding.objects.create(pk=1)", 0),
        ("Finding.objects.bulk_create([])", 0),
        ("Strange.objects.filter(pk=1)", 0),
    ],
)
def test_an_uncut_read_is_told_from_a_cut_one(text: str, found: int) -> None:
    assert len(list(uncut_reads(Module(PurePosixPath("events/queries.py"), text), MODELS))) == found


def test_every_read_asks_for_whom_it_is() -> None:
    found = [fault for module in source.modules() for fault in uncut_reads(module, MODELS)]

    assert not found, "\n".join(found)


def test_every_exception_is_still_one() -> None:
    paths = ["/".join(module.path.parts) for module in source.modules()]

    assert [name for name in UNCUT if not any(path.startswith(name.partition(":")[0]) for path in paths)] == []
