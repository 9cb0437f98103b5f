"""Reads the archive: the only way to its rows. Parquet knows no rows of others; the database says whose to show.

Files come from the manifest, never from the folder; organisations from the protected table that counts their rows in
each report, under row-level security. Rows that are nobody's show to whoever may see the counts of those.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import duckdb
import polars as pl
from django.conf import settings
from django.db.models import Q, QuerySet

from tocsin.events.errors import ArchiveDamaged
from tocsin.events.models import ArchiveFile, OrganisationArchive, StrangerCount
from tocsin.events.schemas import ATTRIBUTED, IDENTIFIED, NORMAL
from tocsin.formats.addresses import read_addresses
from tocsin.kernel.actor import Actor
from tocsin.kernel.subjects import canonical_address

#: Rows that one question gives at most.
MOST_ROWS = 1_000
NEWEST_ROWS = 100
_HALVES = ("ip_hi", "ip_lo")
#: Columns that every answer has, behind which come `f_` and `raw_` columns that have a value.
COLUMNS = {
    "report_id": pl.Int64,
    "report_type": pl.String,
    **{
        name: dtype
        for name, dtype in {**NORMAL, **ATTRIBUTED, **IDENTIFIED}.items()
        if name not in {*_HALVES, "asset_id", "discriminator"}
    },
}
#: Two, like the machine it was measured on; a page waits for it, so it must not take the others' memory.
_LIMITS: dict[str, str | int | float | list[str]] = {"threads": 2, "memory_limit": "512MB"}

#: `{condition}` and `{order}` are among the constants below. Values are bound, never written into it.
_STATEMENT = """
SELECT *, CASE subject_kind WHEN 'address' THEN address WHEN 'host' THEN host WHEN 'url' THEN url END AS subject
FROM read_parquet($files, union_by_name = true, filename = true)
WHERE {condition}
  AND (organisation_id IN (SELECT unnest($organisations::BIGINT[])) OR ($nobody AND organisation_id IS NULL))
ORDER BY {order}
LIMIT $limit
"""
_NEWEST_FIRST = "observed_at DESC, filename, row"
_AS_IN_THE_FILE = "row"
_BY_IDENTITY = "identity = $identity AND organisation_id = $organisation"
_BY_ORGANISATION = "organisation_id = $organisation"
_ALL = "true"
_BY_ADDRESS = "ip_hi = $ip_hi AND ip_lo = $ip_lo AND observed_at >= $since AND observed_at < $until"


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """Whose rows an actor may see."""

    organisations: Sequence[int]
    nobody: bool


def events_of_finding(
    *, actor: Actor, identity: UUID, organisation_id: int, problem: str, limit: int = NEWEST_ROWS
) -> pl.DataFrame:
    """Give the raw events of a finding's identity while that organisation owned it, newest first (`COLUMNS`)."""
    held = _held(actor).filter(organisation_id=organisation_id, problem=problem)
    files = _files(actor, Q(report__in=held.values("report")))
    return _ask(actor, files, _BY_IDENTITY, limit, identity=identity.hex, organisation=organisation_id)


def newest_events(*, actor: Actor, organisation_id: int, limit: int = NEWEST_ROWS) -> pl.DataFrame:
    """Give an organisation's newest events, newest first (`COLUMNS`); opens only the files that can hold them."""
    counted: dict[int, int] = {}
    for report_id, rows in _held(actor).filter(organisation_id=organisation_id).values_list("report_id", "rows"):
        counted[report_id] = counted.get(report_id, 0) + rows
    files = _files(actor, Q(report__in=list(counted)))
    return _ask(actor, _newest(files, counted, limit), _BY_ORGANISATION, limit, organisation=organisation_id)


def events_of_address(
    *, actor: Actor, address: str, since: datetime, until: datetime, limit: int = NEWEST_ROWS
) -> pl.DataFrame:
    """Give what was seen at an address over a time, newest first (`COLUMNS`).

    Raises:
        Invalid: it is no address.
    """
    halves = read_addresses(pl.Series([canonical_address(address)])).row(0, named=True)
    files = _files(actor, Q(last_at__gte=since, first_at__lt=until))
    return _ask(
        actor, files, _BY_ADDRESS, limit, ip_hi=halves["ip_hi"], ip_lo=halves["ip_lo"], since=since, until=until
    )


def events_of_report(*, actor: Actor, report_id: int, limit: int = NEWEST_ROWS) -> pl.DataFrame:
    """Give the first events of a report, in the order of its file (`COLUMNS`)."""
    return _ask(actor, _files(actor, Q(report=report_id)), _ALL, limit, order=_AS_IN_THE_FILE)


def _held(actor: Actor) -> "QuerySet[OrganisationArchive]":
    return OrganisationArchive.objects.visible_to(actor)


def _files(actor: Actor, which: Q) -> list[ArchiveFile]:
    """Ask the manifest."""
    return list(ArchiveFile.objects.visible_to(actor).filter(which, replaced_at__isnull=True, rows__gt=0))


def _newest(files: Iterable[ArchiveFile], counted: dict[int, int], limit: int) -> list[ArchiveFile]:
    """Keep the files that can hold one of the newest rows: those that overlap with the newest that hold enough."""
    dated = [file for file in files if file.first_at is not None and file.last_at is not None]
    dated.sort(key=lambda file: (file.last_at, file.pk), reverse=True)
    enough, oldest, seen = 0, None, set[int]()
    kept: list[ArchiveFile] = []
    for file in dated:
        assert file.first_at is not None
        assert file.last_at is not None
        if enough >= limit and oldest is not None and file.last_at < oldest:
            break
        kept.append(file)
        oldest = file.first_at if oldest is None else min(oldest, file.first_at)
        # A report's rows may lie in several of its files: they count once all of those are in.
        parts = sum(other.report_id == file.report_id for other in dated)
        seen_parts = sum(other.report_id == file.report_id for other in kept)
        if seen_parts == parts and file.report_id not in seen:
            seen.add(file.report_id)
            enough += counted.get(file.report_id, 0)
    return kept


def _shown(actor: Actor) -> _Shown:
    """Ask the protected tables whose rows this actor may see."""
    organisations = OrganisationArchive.objects.visible_to(actor).order_by().values_list("organisation_id", flat=True)
    return _Shown(organisations=list(organisations.distinct()), nobody=StrangerCount.objects.visible_to(actor).exists())


def _ask(
    actor: Actor,
    files: Sequence[ArchiveFile],
    condition: str,
    limit: int,
    *,
    order: str = _NEWEST_FIRST,
    **values: object,
) -> pl.DataFrame:
    """Read the rows of these files that the condition keeps and the actor may see.

    Raises:
        ArchiveDamaged: a file that the manifest lists is not there, or is no Parquet.
    """
    shown = _shown(actor)
    if not files or not (shown.organisations or shown.nobody):
        return pl.DataFrame(schema=COLUMNS)
    folder: Path = settings.ARCHIVE_FOLDER
    by_path = {str(folder / file.path): file for file in files}
    bound = {
        "files": list(by_path),
        "organisations": shown.organisations,
        "nobody": shown.nobody,
        "limit": max(0, min(limit, MOST_ROWS)),
        **values,
    }
    try:
        with _engine(folder) as engine:
            found = engine.execute(_STATEMENT.format(condition=condition, order=order), bound).pl()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise ArchiveDamaged(f"A file of the archive cannot be read: {error}") from error
    return _as_answer(found, by_path)


@contextmanager
def _engine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an engine of its own that reads this folder and nothing else of the machine."""
    with duckdb.connect(":memory:", config=_LIMITS) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute("SET allowed_directories = [$folder]", {"folder": f"{folder}/"})
        engine.execute("SET enable_external_access = false")
        engine.execute("SET lock_configuration = true")
        yield engine


def _as_answer(found: pl.DataFrame, by_path: dict[str, ArchiveFile]) -> pl.DataFrame:
    """Say which report each row is from, and leave out what no row has."""
    reports = pl.DataFrame(
        {
            "filename": list(by_path),
            "report_id": [file.report_id for file in by_path.values()],
            "report_type": [file.report_type for file in by_path.values()],
        },
        schema={"filename": pl.String, "report_id": pl.Int64, "report_type": pl.String},
    )
    joined = found.join(reports, on="filename", how="left", maintain_order="left")
    own = [name for name in joined.columns if name.startswith(("f_", "raw_"))]
    given = [name for name in own if joined.get_column(name).null_count() < joined.height]
    return joined.select(*(pl.col(name).cast(dtype) for name, dtype in COLUMNS.items()), *given)
