"""Applies what a sighting does to findings that are not simply still there: relapses, worse, seen again."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl
from django.db.backends.utils import CursorWrapper

from tocsin.findings.copying import TIME, copy_in
from tocsin.findings.rules.actions import ACTIONS, Action
from tocsin.findings.rules.episodes import FoldOutcome
from tocsin.findings.rules.sides import Closing, Coordinator, Machine, Owner, Sides, Telling
from tocsin.findings.services import history
from tocsin.findings.services.opening import open_findings
from tocsin.kernel.actor import Actor
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import Kind

if TYPE_CHECKING:
    from tocsin.findings.services.fold import FoldReport, Gated

#: The newest episode of an identity, as the fold reads it.
STATES = pl.Schema(
    {
        "ordinal": pl.Int32(),
        "finding_id": pl.Int64(),
        "episode": pl.Int16(),
        "holder_id": pl.Int64(),
        "kind": pl.String(),
        "machine": pl.String(),
        "owner": pl.String(),
        "coordinator": pl.String(),
        "closing": pl.String(),
        "telling": pl.String(),
        "closed_at": TIME,
        "expires_at": TIME,
        "last_verdict_at": TIME,
        "watched_from": TIME,
        "held_severity": pl.Int16(),
        "problem": pl.String(),
        #: Of the report that opened it.
        "source": pl.String(),
        "report_type": pl.String(),
        #: All that have seen it, put together (`watching`).
        "sources": pl.String(),
        #: The kind of asset that made it the holder's.
        "held_by": pl.String(),
        "held_address": pl.String(),
    }
)
_SIDES = ("kind", "machine", "owner", "coordinator", "closing", "telling")
#: What each outcome does to the sides, in order, the first naming it on the timeline; the others leave them alone.
_ACTIONS: Mapping[FoldOutcome, tuple[Action, ...]] = {
    FoldOutcome.SAME: (Action.SIGHTED,),
    FoldOutcome.ABSORBED: (Action.SIGHTED,),
    FoldOutcome.RELAPSE: (Action.RELAPSE,),
    FoldOutcome.EXPIRED_REOPEN: (Action.EXPIRE, Action.SIGHTED),
}

_TOUCH = """
INSERT INTO findings_sighting AS g (finding_id, source, last_seen_at, count, report_id)
SELECT a.finding_id, %(source)s, a.last_at, a.count, %(report)s FROM applied a
ON CONFLICT (finding_id, source) DO UPDATE
SET last_seen_at = greatest(g.last_seen_at, excluded.last_seen_at), count = g.count + excluded.count,
    report_id = excluded.report_id
"""

_APPLY = """
UPDATE findings_finding f
SET machine = a.machine, owner = a.owner, coordinator = a.coordinator, closing = a.closing, telling = a.telling,
    severity = greatest(f.severity, a.severity),
    closed_at = CASE WHEN a.closing IS NULL THEN NULL ELSE f.closed_at END,
    expires_at = CASE WHEN a.closing IS NULL THEN NULL ELSE f.expires_at END,
    due_at = CASE WHEN a.reopens THEN NULL ELSE f.due_at END,
    due_by = CASE WHEN a.reopens THEN NULL ELSE f.due_by END,
    owner_until = CASE WHEN a.reopens THEN NULL ELSE f.owner_until END,
    owner_said_at = CASE WHEN a.reopens THEN NULL ELSE f.owner_said_at END,
    paused_s = CASE WHEN a.reopens THEN 0 ELSE f.paused_s END,
    paused_until = CASE WHEN a.reopens THEN NULL ELSE f.paused_until END,
    paused_by = CASE WHEN a.reopens THEN NULL ELSE f.paused_by END,
    watched_from = CASE WHEN a.reopens THEN NULL ELSE f.watched_from END,
    relapses = f.relapses + a.relapse::int,
    is_newest = NOT a.followed,
    changed_at = CASE WHEN a.changes THEN %(now)s ELSE f.changed_at END
FROM applied a WHERE a.finding_id = f.id AND (a.changes OR a.followed)
"""


def apply(
    cursor: CursorWrapper,
    states: pl.DataFrame,
    *,
    actor: Actor,
    report: "FoldReport",
    gates: "Mapping[str, Gated]",
    now: datetime,
) -> Mapping[str, int]:
    """Apply the `outcome` of each row (STATES joined with SIGHTINGS). Returns how many rows had which outcome."""
    steps = _steps(states)
    cursor.execute(
        "CREATE TEMP TABLE applied (finding_id bigint, last_at timestamptz, count int, severity smallint, "
        "machine text, owner text, coordinator text, closing text, telling text, reopens bool, relapse bool, "
        "followed bool, changes bool) ON COMMIT DROP"
    )
    reading = steps.filter(~pl.col("outcome").is_in([FoldOutcome.IGNORED_LATE.value, FoldOutcome.ELSEWHERE.value]))
    copy_in(
        cursor,
        "applied",
        reading.select(
            "finding_id",
            "last_at",
            "count",
            pl.when("grades").then(pl.col("severity")).otherwise(0).alias("severity"),
            *(pl.col(f"{side}_after").alias(side) for side in _SIDES[1:]),
            "reopens",
            "relapse",
            "followed",
            "changes",
        ),
    )
    cursor.execute(_APPLY, {"now": now})
    values: dict[str, str | int] = {"source": report.source, "report": report.id}
    cursor.execute("DELETE FROM applied WHERE followed")
    cursor.execute(_TOUCH, values)
    cursor.execute("DROP TABLE applied")
    _remember(cursor, reading, actor=actor, report=report, now=now)
    _follow(cursor, reading.filter("followed"), report=report, gates=gates, now=now)
    counts = states.group_by("outcome").len()
    return dict(zip(counts.get_column("outcome"), counts.get_column("len"), strict=True))


def _steps(states: pl.DataFrame) -> pl.DataFrame:
    """Add the sides after each row's action: the pure table, asked once for every combination that occurs."""
    combinations = states.select(*_SIDES, "outcome").unique()
    after = [_after(row) for row in combinations.iter_rows(named=True)]
    outcome = pl.col("outcome")
    opens = [word.value for word in FoldOutcome if word.opens]
    reopens = [word.value for word in FoldOutcome if word.reopens]
    grades = [word.value for word in FoldOutcome if word.grades]
    worse = pl.col("severity") > pl.col("held_severity")
    return (
        states.join(
            pl.concat([combinations, pl.DataFrame(after)], how="horizontal"), on=[*_SIDES, "outcome"], nulls_equal=True
        )
        .with_columns(
            outcome.is_in(reopens).alias("reopens"),
            (outcome == FoldOutcome.RELAPSE.value).alias("relapse"),
            outcome.is_in(opens).alias("followed"),
            outcome.is_in(grades).alias("grades"),
            (worse & outcome.is_in(grades)).alias("worse"),
        )
        .with_columns(
            # A finding that got worse is news for its owner, whatever was told before.
            pl.when(
                pl.col("worse") & (pl.col("telling_after") == Telling.TOLD.value) & pl.col("closing_after").is_null()
            )
            .then(pl.lit(Telling.UNTOLD.value))
            .otherwise(pl.col("telling_after"))
            .alias("telling_after")
        )
        .with_columns(
            (
                pl.any_horizontal(pl.col(side).ne_missing(pl.col(f"{side}_after")) for side in _SIDES[1:])
                | pl.col("worse")
            ).alias("changes")
        )
    )


def _after(row: Mapping[str, str | None]) -> dict[str, str | None]:
    """Ask the pure table what one combination becomes."""
    sides = Sides(
        kind=Kind(str(row["kind"])),
        machine=Machine(str(row["machine"])),
        owner=Owner(str(row["owner"])),
        coordinator=Coordinator(str(row["coordinator"])),
        closing=Closing(row["closing"]) if row["closing"] else None,
        telling=Telling(str(row["telling"])),
    )
    actions = _ACTIONS.get(FoldOutcome(str(row["outcome"])), ())
    then = sides
    for action in actions:
        then = ACTIONS[action].after(then)
    return {
        "action": str(actions[0]) if actions else None,
        "machine_after": then.machine.value,
        "owner_after": then.owner.value,
        "coordinator_after": then.coordinator.value,
        "closing_after": then.closing.value if then.closing else None,
        "telling_after": then.telling.value,
    }


def _remember(cursor: CursorWrapper, steps: pl.DataFrame, *, actor: Actor, report: "FoldReport", now: datetime) -> None:
    """Write a line of the timeline for each row whose meaning changed."""
    changed = steps.filter(pl.col("changes")).with_columns(pl.col("action").fill_null(Action.SIGHTED.value))
    # A closing that ran out and was found so by a sighting is two things that happened.
    seen_again = changed.filter(
        (pl.col("action") == Action.EXPIRE.value) & (pl.col("machine") != pl.col("machine_after"))
    ).with_columns(pl.lit(Action.SIGHTED.value).alias("action"))
    told = pl.concat([changed, seen_again])
    about_machine = pl.col("action") == Action.SIGHTED.value
    words = {step.value: step.word for step in Severity}
    history.add_lines(
        cursor,
        told.select(
            "finding_id",
            pl.col("holder_id").alias("organisation_id"),
            pl.lit(now).cast(TIME).alias("at"),
            pl.when(about_machine).then(pl.lit("machine")).otherwise(pl.lit("coordinator")).alias("side"),
            "action",
            pl.when(about_machine).then(pl.col("machine")).otherwise(pl.col("closing")).fill_null("").alias("before"),
            pl.when(about_machine)
            .then(pl.col("machine_after"))
            .otherwise(pl.coalesce("closing_after", "coordinator_after"))
            .alias("after"),
            pl.when(pl.col("worse"))
            .then(
                pl.format(
                    f"{history.WORSE}:{{}}:{{}}",
                    pl.col("held_severity").replace_strict(words, return_dtype=pl.String),
                    pl.col("severity").replace_strict(words, return_dtype=pl.String),
                )
            )
            .otherwise(pl.lit(""))
            .alias("reason"),
            pl.lit(report.id).alias("report_id"),
            pl.lit(value=False).alias("desk_only"),
        ),
        actor=actor,
    )


def _follow(
    cursor: CursorWrapper,
    ended: pl.DataFrame,
    *,
    report: "FoldReport",
    gates: "Mapping[str, Gated]",
    now: datetime,
) -> None:
    """Open the episode that follows each ended one, and link the two for the desk."""
    if ended.is_empty():
        return
    following = ended.drop("finding_id", *(f"{side}_seen" for side in _SIDES if f"{side}_seen" in ended.columns))
    opened = open_findings(
        cursor,
        following.with_columns((pl.col("episode") + 1).cast(pl.Int16).alias("episode")),
        report=report,
        gates=gates,
        now=now,
    )
    pairs = ended.select("ordinal", pl.col("finding_id").alias("earlier_id")).join(
        opened.rename({"finding_id": "later_id"}), on="ordinal"
    )
    copy_in(cursor, "findings_succession", pairs.select("earlier_id", "later_id"))
