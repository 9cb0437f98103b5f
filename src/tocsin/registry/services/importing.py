"""Takes whole tables into the registry, and gives them out."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.kernel.actor import Actor
from tocsin.registry.models import Organisation
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.imports import TARGET_ID, TARGET_KIND
from tocsin.registry.queries.tables import references, registry_tables
from tocsin.registry.services.due import reattribute
from tocsin.registry.services.writing import end_missing, missing_assets, write_difference
from tocsin.registry.tables import BadRow, Difference, Sheet, Tables, difference, read_tables

#: Names the advisory lock that lets one import go after another.
_LOCK = 0x746F6373_72656769
#: Files that an entry of the trail names.
_NAMED = 20


class ImportStep(Enum):
    """What an import is at, in order; for whoever shows its progress."""

    LOAD = "load"
    CHECK = "check"
    COMPARE = "compare"
    WRITE = "write"


def _unseen(_step: ImportStep) -> None:
    """Show nothing."""


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    """What files would change, or did."""

    difference: Difference
    #: Rows that cannot go in; with one of them nothing does.
    bad: tuple[BadRow, ...]
    #: Odd and taken.
    doubtful: tuple[BadRow, ...]
    #: Contacts and assets that the files lack and that go, or went, because that was asked.
    removed: Mapping[Sheet, pl.DataFrame]
    applied: bool

    @property
    def changes(self) -> int:
        """Count the rows that are added, changed or removed."""
        written = sum(part.added.height + part.changed.height for part in self.difference.parts)
        return written + sum(rows.height for rows in self.removed.values())

    @property
    def mark(self) -> str:
        """Name what would change, so that exactly that can be applied: 32 hexadecimal digits."""
        frames = [frame for part in self.difference.parts for frame in (part.added, part.fields)]
        digest = hashlib.sha256()
        for frame in (*frames, *self.removed.values()):
            digest.update(f"{frame.width};{frame.height};".encode())
            digest.update(frame.write_csv().encode())
        return digest.hexdigest()[:32]

    @property
    def refused(self) -> bool:
        """Tell whether nothing can go in."""
        return bool(self.bad)

    def counts(self) -> dict[str, dict[str, int]]:
        """Count by table what is added, changed, unchanged, missing from the files, and removed."""
        return {
            str(part.sheet): {
                "added": part.added.height,
                "changed": part.changed.height,
                "unchanged": part.unchanged,
                "missing": part.missing.height,
                "removed": self.removed[part.sheet].height if part.sheet in self.removed else 0,
            }
            for part in self.difference.parts
        }


def import_registry(
    *,
    actor: Actor,
    files: Mapping[str, bytes],
    apply: bool,
    now: datetime,
    remove_missing: bool = False,
    seen: str | None = None,
    step: Callable[[ImportStep], None] = _unseen,
) -> ImportOutcome:
    """Compare files with the registry and, if asked, take them in: all of them or nothing.

    Importing the same again changes nothing and leaves no entry in the trail.

    Args:
        files: CSV files, workbooks and zips of them, by name.
        apply: false shows what would happen.
        remove_missing: take contacts away and end assets now that the files lack. Organisations stay.
        seen: the mark of the outcome that a person looked at; where it would be another by now, nothing is applied.
        step: told what comes next.
    """
    require(actor, RegistryPermission.IMPORT)
    with transaction.atomic():
        if apply:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        step(ImportStep.LOAD)
        held = registry_tables(actor=actor)
        step(ImportStep.CHECK)
        checked = read_tables(files, references(held), zone=settings.TIME_ZONE)
        step(ImportStep.COMPARE)
        found = difference(held, checked.tables)
        removed = (
            {Sheet.CONTACTS: found.contacts.missing, Sheet.ASSETS: missing_assets(found, now=now)}
            if remove_missing
            else {}
        )
        outcome = ImportOutcome(
            difference=found,
            bad=tuple(checked.bad),
            doubtful=tuple(checked.doubtful),
            removed=removed,
            applied=apply and not checked.bad,
        )
        if seen is not None and outcome.applied and outcome.mark != seen:
            return replace(outcome, applied=False)
        if outcome.applied and outcome.changes:
            step(ImportStep.WRITE)
            write_difference(found, now=now)
            if remove_missing:
                end_missing(found, now=now)
            _ask_again(actor, outcome)
            record(
                actor=actor,
                action="registry.import",
                target_kind=TARGET_KIND,
                target_id=TARGET_ID,
                at=now,
                after={"files": list(files)[:_NAMED], "tables": outcome.counts(), "doubtful": len(outcome.doubtful)},
            )
        return outcome


def export_registry(*, actor: Actor, now: datetime) -> Tables:
    """Give all tables as the actor may see them; they import back to the same. Kept in the trail."""
    require(actor, RegistryPermission.EXPORT)
    with transaction.atomic():
        tables = registry_tables(actor=actor)
        record(
            actor=actor,
            action="registry.export",
            target_kind=TARGET_KIND,
            target_id="export",
            at=now,
            after={str(sheet): tables.of(sheet).height for sheet in Sheet},
        )
        return tables


def _ask_again(actor: Actor, outcome: ImportOutcome) -> None:
    """Have findings attributed anew where assets changed."""
    part = outcome.difference.assets
    frames = [part.added, part.changed, outcome.removed.get(Sheet.ASSETS, part.missing.clear())]
    touched = pl.concat([frame.select("organisation", "kind", "value") for frame in frames])
    if touched.is_empty():
        return
    codes = touched["organisation"].unique().to_list()
    owners = Organisation.objects.visible_to(actor).filter(code__in=codes).order_by().values_list("pk", flat=True)
    things = touched.select("kind", "value").unique()
    reattribute(
        actor=actor, things=[(kind, value) for kind, value in things.iter_rows()], organisation_ids=list(owners)
    )
