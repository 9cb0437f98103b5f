"""Folds the sightings of one report into findings, set-wise: a million rows are a handful of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import connections
from django.db.backends.utils import CursorWrapper

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.findings.copying import TIME, copy_in_binary, rows
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.looks import looks_until
from tocsin.findings.rules.episodes import FoldOutcome, fold_expression, still_theirs
from tocsin.findings.rules.looks import Watches
from tocsin.findings.rules.sides import Machine
from tocsin.findings.services import opening, reopening
from tocsin.findings.services.watching import SEPARATOR, watched
from tocsin.jobs.queue import later
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Conflict
from tocsin.kernel.words import GateMode

#: Holders at a time beyond which the registry is asked about everybody's findings at once.
_MANY_HOLDERS = 20
#: What `fold` reads: one row an identity and owner. `severity` and `row_severity` are 0 to 4.
SIGHTINGS = pl.Schema(
    {
        "identity": pl.String(),
        "organisation_id": pl.Int64(),
        "owner_is_current": pl.Boolean(),
        "first_at": TIME,
        "last_at": TIME,
        "count": pl.Int32(),
        "problem": pl.String(),
        "kind": pl.String(),
        "subject_kind": pl.String(),
        "subject": pl.String(),
        "address": pl.String(),
        "port": pl.Int32(),
        "transport": pl.String(),
        "discriminator": pl.String(),
        "evidence": pl.String(),
        "severity": pl.Int16(),
        "row_severity": pl.Int16(),
        "attributed_by": pl.String(),
        "asset_value": pl.String(),
        "asset_since": TIME,
        "ptr": pl.String(),
    }
)


@dataclass(frozen=True, kw_only=True)
class FoldReport:
    """The report that brings the sightings, as far as findings remember it."""

    id: int
    source: str
    report_type: str
    tlp: str


@dataclass(frozen=True, kw_only=True)
class Gated:
    """What the gate said to the new findings of one problem in this report."""

    mode: GateMode
    #: The group that holds them; null unless `mode` is `hold`.
    group_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Folded:
    """What came of it, in findings."""

    new: int
    known: int
    relapsed: int
    late: int
    #: Sightings of things that another owner speaks for.
    contested: int = 0


_HOLDERS = """
SELECT identity::text AS identity, organisation_id AS holder_id FROM findings_finding
WHERE is_newest AND closing IS NULL AND identity = ANY(%s::uuid[])
"""
_JOIN = """
WITH joined AS MATERIALIZED (
    SELECT s.ordinal, s.last_at, s.count, f.id,
           coalesce(f.closing IS NULL AND f.organisation_id = s.organisation_id AND f.machine = 'seen'
                    AND s.severity <= f.severity
                    AND (f.last_verdict_at IS NULL OR s.last_at >= f.last_verdict_at), false) AS plain
    FROM sighted s LEFT JOIN findings_finding f ON f.identity = s.identity AND f.is_newest
), touched AS (
    UPDATE findings_sighting g
    SET last_seen_at = greatest(g.last_seen_at, j.last_at), count = g.count + j.count, report_id = %(report)s
    FROM joined j
    WHERE j.plain AND g.finding_id = j.id AND g.source = %(source)s
    RETURNING g.finding_id
)
SELECT array_agg(ordinal) FILTER (WHERE id IS NULL),
       array_agg(ordinal) FILTER (WHERE id IS NOT NULL AND NOT plain),
       count(*) FILTER (WHERE plain),
       (SELECT count(*) FROM touched)
FROM joined
"""

_OTHER_SOURCE = """
INSERT INTO findings_sighting (finding_id, source, last_seen_at, count, report_id)
SELECT f.id, %(source)s, s.last_at, s.count, %(report)s
FROM sighted s JOIN findings_finding f ON f.identity = s.identity AND f.is_newest
WHERE f.closing IS NULL AND f.organisation_id = s.organisation_id
ON CONFLICT (finding_id, source) DO NOTHING
"""

#: Locked, in the order in which services lock: the sides are written as they were read here, so that an answer or a
#: decision that comes meanwhile waits and then follows what the report said.
_STATES = """
SELECT s.ordinal, f.id AS finding_id, f.episode, f.organisation_id AS holder_id, f.kind, f.machine, f.owner,
       f.coordinator, f.closing, f.telling, f.closed_at, f.expires_at, f.last_verdict_at, f.watched_from,
       f.severity AS held_severity, f.problem, f.source, f.report_type,
       (SELECT string_agg(g.source, %(separator)s ORDER BY g.source)
        FROM findings_sighting g WHERE g.finding_id = f.id) AS sources,
       f.attributed_by AS held_by, host(f.address) AS held_address
FROM unnest(%(ordinals)s::int[]) AS wanted(ordinal)
JOIN sighted s USING (ordinal)
JOIN findings_finding f ON f.identity = s.identity AND f.is_newest
ORDER BY f.id FOR UPDATE OF f
"""


def fold_report(
    *,
    actor: Actor,
    sightings: pl.DataFrame,
    report: FoldReport,
    gates: Mapping[str, Gated],
    now: datetime,
) -> Folded:
    """Fold sightings (schema `SIGHTINGS`, one row an identity and owner) within the caller's ingest transaction.

    Where one thing was seen at several owners, as a URL on a network for content delivery is, one of them speaks.

    Sightings whose owner is not the owner of today must be left out by the caller: they open nothing.

    Args:
        gates: for every problem that occurs, what happens to its new findings.

    Raises:
        NotAllowed: only ingest folds.
        Conflict: an owner was removed meanwhile.
    """
    require(actor, FindingPermission.FOLD)
    if sightings.is_empty():
        return Folded(new=0, known=0, relapsed=0, late=0)
    values: dict[str, str | int] = {"source": report.source, "report": report.id}
    with connections[INGEST].cursor() as cursor:
        spoken = _one_owner_each(cursor, sightings)
        numbered = spoken.with_row_index("ordinal").with_columns(pl.col("ordinal").cast(pl.Int32))
        seen = numbered.select("ordinal", "identity", "organisation_id", "last_at", "count", "severity")
        # The queries below sort and hash the whole batch once; the default would spill to disk.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            "CREATE TEMP TABLE sighted (ordinal int, identity uuid, organisation_id bigint, last_at timestamptz, "
            "count int, severity smallint) ON COMMIT DROP"
        )
        _keep_owners(cursor, seen)
        copy_in_binary(cursor, "sighted", seen)
        cursor.execute(_JOIN, values)
        new, odd, plain, touched = rows(cursor)[0]
        if plain != touched:
            cursor.execute(_OTHER_SOURCE, values)
        opened = numbered.filter(pl.col("ordinal").is_in(pl.Series(new or [], dtype=pl.Int32).implode()))
        opening.open_findings(
            cursor, opened.with_columns(pl.lit(1, pl.Int16).alias("episode")), report=report, gates=gates, now=now
        )
        outcomes: Mapping[str, int] = {}
        if odd:
            cursor.execute(_STATES, {"ordinals": odd, "separator": SEPARATOR})
            states = pl.DataFrame(rows(cursor), schema=reopening.STATES, orient="row")
            states = states.join(_unseen_from(states, actor, now), on="finding_id", how="left")
            states = _outcomes(numbered, states, now)
            _ask_whose(states)
            outcomes = reopening.apply(cursor, states, actor=actor, report=report, gates=gates, now=now)
        cursor.execute("DROP TABLE sighted")
    return Folded(
        new=opened.height + sum(outcomes.get(word, 0) for word in FoldOutcome if word.opens),
        known=plain + sum(count for word, count in outcomes.items() if not FoldOutcome(word).opens),
        relapsed=sum(outcomes.get(word, 0) for word in FoldOutcome if word.reopens),
        late=outcomes.get(FoldOutcome.IGNORED_LATE, 0) + outcomes.get(FoldOutcome.OVERTAKEN, 0),
        contested=sightings.height
        - spoken.height
        + sum(count for word, count in outcomes.items() if FoldOutcome(word).asks),
    )


def _one_owner_each(cursor: CursorWrapper, sightings: pl.DataFrame) -> pl.DataFrame:
    """Keep one sighting of each identity: that of the open finding's owner, else the newest (of these the lowest id).

    An identity is one finding of one owner. Whoever has it keeps it while it is still seen there; the others' rows stay
    in the archive under their own names.
    """
    repeated = sightings.get_column("identity").is_duplicated()
    if not repeated.any():
        return sightings
    several = sightings.filter(repeated)
    cursor.execute(_HOLDERS, [several.get_column("identity").unique().to_list()])
    held = pl.DataFrame(rows(cursor), schema={"identity": pl.String, "holder_id": pl.Int64}, orient="row")
    ranked = several.join(
        held.with_columns(pl.col("identity").str.replace_all("-", "", literal=True)), on="identity", how="left"
    ).sort(
        (pl.col("organisation_id") == pl.col("holder_id")).fill_null(value=False),
        "last_at",
        -pl.col("organisation_id"),
        descending=True,
    )
    first = ranked.unique("identity", keep="first", maintain_order=True).drop("holder_id")
    return pl.concat([sightings.filter(~repeated), first])


def _keep_owners(cursor: CursorWrapper, seen: pl.DataFrame) -> None:
    """Hold every owner against deletion until the end of the transaction: the foreign key, asked once a report.

    Raises:
        Conflict: an owner was removed since the registry was read; taking the report in again attributes it anew.
    """
    owners = seen.get_column("organisation_id").unique().to_list()
    cursor.execute(
        "SELECT count(*) FROM (SELECT FROM registry_organisation WHERE id = ANY(%s) FOR KEY SHARE) kept", [owners]
    )
    if rows(cursor)[0][0] != len(owners):
        raise Conflict("An organisation was removed from the registry in this minute; take the report in again.")


def _unseen_from(states: pl.DataFrame, actor: Actor, now: datetime) -> pl.DataFrame:
    """Give since when full looks do not show what is open and unseen: `finding_id`, `unseen_from`.

    As silence counts them (`services.silence`): it is not stored, for each day's look would rewrite the finding.
    """
    waiting = states.filter((pl.col("machine") == Machine.UNSEEN.value) & pl.col("closing").is_null())
    if waiting.is_empty():
        return pl.DataFrame(schema={"finding_id": pl.Int64, "unseen_from": TIME})
    problems = waiting.get_column("problem").unique().to_list()
    watches = Watches.of(looks_until(actor=actor, now=now, problems=problems, using=INGEST))
    return pl.concat(
        part.select("finding_id", pl.lit(watch.all_looked_from).cast(TIME).alias("unseen_from"))
        for part, watch in watched(waiting, watches)
    )


def _ask_whose(outcomes: pl.DataFrame) -> None:
    """Have the registry of today say whose the findings are that a report saw as another's; in this transaction."""
    asking = [word.value for word in FoldOutcome if word.asks]
    holders = outcomes.filter(pl.col("outcome").is_in(asking)).get_column("holder_id").unique().sort().to_list()
    if len(holders) > _MANY_HOLDERS:
        later("findings.reattribute", using=INGEST, once="findings.reattribute.everyone", organisation_ids=None)
        return
    for holder in holders:
        later("findings.reattribute", using=INGEST, once=f"findings.reattribute.{holder}", organisation_ids=[holder])


def _outcomes(sightings: pl.DataFrame, states: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Join the sightings to the states of their newest episodes and say what each does to it."""
    return (
        states.join(sightings, on="ordinal", suffix="_seen")
        .with_columns(
            pl.lit(value=True).alias("has_current"),
            (pl.col("holder_id") == pl.col("organisation_id")).alias("same_owner"),
            still_theirs(),
            pl.col("last_at").alias("seen_at"),
            # What was seen before a claim or a reopening says nothing against it, as before a verdict.
            pl.max_horizontal("last_verdict_at", "watched_from").alias("last_verdict_at"),
        )
        .with_columns(fold_expression(now))
    )
