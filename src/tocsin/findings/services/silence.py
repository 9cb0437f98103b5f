"""Ends what lasting silence ends: set-wise, over every open finding that the newest full looks did not show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from django.db import connections
from django.db.backends.utils import CursorWrapper

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.audit.trail import record
from tocsin.catalogue.queries import problem as problem_of
from tocsin.findings.copying import TIME, copy_in, rows
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.looks import looks_until
from tocsin.findings.rules import (
    Action,
    Context,
    Coordinator,
    Evidence,
    Machine,
    Owner,
    Sides,
    Strength,
    Telling,
    follow,
    needed_looks,
    needed_quiet_looks,
)
from tocsin.findings.rules.looks import Watch, Watches
from tocsin.findings.rules.silence import COVERED_LOOKS, QUIET_DAYS
from tocsin.findings.services import history
from tocsin.findings.services.opening import wait_for_folds
from tocsin.findings.services.watching import SEPARATOR, watched
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import Kind

_SIDES = ("kind", "machine", "owner", "coordinator", "telling")
_UNSEEN = pl.Schema(
    {
        "finding_id": pl.Int64(),
        "organisation_id": pl.Int64(),
        "problem": pl.String(),
        "source": pl.String(),
        "report_type": pl.String(),
        **{name: pl.String() for name in _SIDES},
        "since": TIME,
        "sources": pl.String(),
    }
)
_FIND = """
WITH stale AS MATERIALIZED (
    SELECT DISTINCT finding_id FROM findings_sighting WHERE last_seen_at < %(newest)s
), unseen AS MATERIALIZED (
    SELECT g.finding_id, max(g.last_seen_at) AS last_seen_at,
           string_agg(g.source, %(separator)s ORDER BY g.source) AS sources
    FROM stale JOIN findings_sighting g USING (finding_id)
    GROUP BY g.finding_id HAVING max(g.last_seen_at) < %(newest)s
)
SELECT f.id, f.organisation_id, f.problem, f.source, f.report_type, f.kind, f.machine, f.owner, f.coordinator,
       f.telling, greatest(u.last_seen_at, f.watched_from), u.sources
FROM unseen u JOIN findings_finding f ON f.id = u.finding_id
JOIN unnest(%(problems)s::text[], %(looked_from)s::timestamptz[]) AS looked (problem, newest)
  ON looked.problem = f.problem AND u.last_seen_at < looked.newest
WHERE f.closing IS NULL AND f.kind IN ('state', 'occurrence', 'inventory')
  AND (f.watched_from IS NULL OR f.watched_from < looked.newest)
"""
_APPLY = """
UPDATE findings_finding f
SET machine = l.machine_after, coordinator = l.coordinator_after, closing = l.closing_after, closed_at = l.ended_at,
    last_verdict_at = coalesce(l.ended_at, f.last_verdict_at), changed_at = %(now)s
FROM looked l
WHERE f.id = l.finding_id AND f.closing IS NULL AND f.machine = l.machine AND f.owner = l.owner
  AND f.coordinator = l.coordinator
RETURNING f.id
"""


@dataclass(frozen=True, kw_only=True)
class Silenced:
    """What silence did, in findings."""

    unseen: int
    verified: int
    quiet: int


def apply_silence(*, actor: Actor, now: datetime, using: str = INGEST) -> Silenced:
    """Mark what full looks no longer show as unseen, and end what they have not shown for long enough.

    A look counts when its window begins after the finding was last seen (and, after a claim, after the claim); one a
    day; and only when every source that has seen the finding has looked. Closings date from the end of the newest
    window looked at. Call within a transaction of `using`; waits for folds.

    Raises:
        NotAllowed: only the clock and ingest watch.
    """
    require(actor, FindingPermission.WATCH)
    looks = looks_until(actor=actor, now=now, using=using)
    # Of a problem that nobody has looked for since, silence says nothing: an inventory of any size stays unread.
    newest: dict[str, datetime] = {}
    for look in looks:
        if look.full:
            newest[look.problem] = max(look.window_from, newest.get(look.problem, look.window_from))
    if not newest:
        return Silenced(unseen=0, verified=0, quiet=0)
    with connections[using].cursor() as cursor:
        wait_for_folds(cursor)
        # One pass over a narrow table; the default would spill to disk.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            _FIND,
            {
                "separator": SEPARATOR,
                "newest": max(newest.values()),
                "problems": list(newest),
                "looked_from": list(newest.values()),
            },
        )
        candidates = pl.DataFrame(rows(cursor), schema=_UNSEEN, orient="row")
        judged = _judge(candidates, Watches.of(looks), by=actor.label, now=now)
        changed = _apply(cursor, judged, actor=actor, now=now)
    done = Silenced(
        unseen=changed.filter(pl.col("machine") != pl.col("machine_after")).height,
        verified=changed.filter(pl.col("action") == Action.VERIFY.value).height,
        quiet=changed.filter(pl.col("action") == Action.GO_QUIET.value).height,
    )
    if not changed.is_empty():
        record(
            actor=actor,
            action="findings.apply_silence",
            target_kind="finding",
            target_id="",
            at=now,
            after={"unseen": done.unseen, "verified": done.verified, "quiet": done.quiet},
            using=using,
        )
    return done


def _judge(candidates: pl.DataFrame, watches: Watches, *, by: str, now: datetime) -> pl.DataFrame:
    """Say of each candidate what becomes of it; those of which nothing does are left out."""
    parts = []
    for part, watch in watched(candidates, watches):
        if watch.all_looked_from is None or watch.until is None:
            continue
        counted = _count(part.filter(pl.col("since") < watch.all_looked_from), watch)
        parts += [_follow(group, watch.until, by=by, now=now) for group in counted.partition_by(_SIDES)]
    return (
        pl.concat(parts)
        if parts
        else candidates.clear().with_columns(
            *(pl.lit(None, pl.String).alias(name) for name in ("action", *_AFTER, "reason")),
            pl.lit(None, TIME).alias("ended_at"),
        )
    )


_AFTER = ("machine_after", "coordinator_after", "closing_after")


def _count(part: pl.DataFrame, watch: Watch) -> pl.DataFrame:
    """Add `looks`: how many windows begin after `since`."""
    begins = pl.Series(list(watch.begins), dtype=TIME).to_physical().to_numpy()
    since = part.get_column("since").to_physical().to_numpy()
    looks = len(begins) - np.searchsorted(begins, since, side="right")
    return part.with_columns(pl.Series("looks", looks, dtype=pl.Int32)).filter(pl.col("looks") > 0)


def _follow(group: pl.DataFrame, until: datetime, *, by: str, now: datetime) -> pl.DataFrame:
    """Let findings of one problem and equal sides follow the rules; the weakest of each outcome stands for all."""
    first = group.row(0, named=True)
    sides = Sides(
        kind=Kind(first["kind"]),
        machine=Machine(first["machine"]),
        owner=Owner(first["owner"]),
        coordinator=Coordinator(first["coordinator"]),
        telling=Telling(first["telling"]),
    )
    problem = problem_of(first["problem"])
    covered, quiet = problem.covered_looks or COVERED_LOOKS, problem.quiet_days or QUIET_DAYS
    unseen = follow(sides, Action.LOOKED_UNSEEN, Context(now=now, strength=Strength.FULL)).after
    if sides.kind is Kind.STATE:
        enough = pl.col("looks") >= needed_looks(covered, claimed=sides.owner is Owner.CLAIMS_FIXED)
        ending = Action.VERIFY
        reason = pl.format(f"{history.LOOKS}:{{}}", "looks")
    else:
        enough = (pl.col("looks") >= needed_quiet_looks(quiet)) & (
            pl.lit(until).cast(TIME) - pl.col("since") >= timedelta(days=quiet)
        )
        ending = Action.GO_QUIET
        reason = pl.format(f"{history.QUIET}:{quiet}:{{}}", "looks")
    ended, waiting = group.filter(enough), group.filter(~enough)
    parts = [_outcome(waiting, unseen, action=None)] if sides.machine is not Machine.UNSEEN else []
    if not ended.is_empty():
        evidence = Evidence(
            covered_looks=_least(ended, "looks"),
            last_seen_at=ended.get_column("since").max(),  # type: ignore[arg-type]  # the column holds times
        )
        closed = follow(
            unseen,
            ending,
            Context(now=until, by=by, reason=ending.value, evidence=evidence, covered_looks=covered, quiet_days=quiet),
        ).after
        parts.append(_outcome(ended, closed, action=ending, reason=reason, ended_at=min(until, now)))
    return pl.concat(parts) if parts else _outcome(group.clear(), unseen, action=None)


def _least(frame: pl.DataFrame, column: str) -> int:
    least = frame.get_column(column).min()
    assert isinstance(least, int)
    return least


def _outcome(
    part: pl.DataFrame,
    after: Sides,
    *,
    action: Action | None,
    reason: pl.Expr | None = None,
    ended_at: datetime | None = None,
) -> pl.DataFrame:
    return part.with_columns(
        pl.lit(str(action) if action is not None else None, pl.String).alias("action"),
        pl.lit(after.machine.value).alias("machine_after"),
        pl.lit(after.coordinator.value).alias("coordinator_after"),
        pl.lit(after.closing.value if after.closing is not None else None, pl.String).alias("closing_after"),
        (reason if reason is not None else pl.lit("")).alias("reason"),
        pl.lit(ended_at).cast(TIME).alias("ended_at"),
    ).drop("looks", strict=False)


def _apply(cursor: CursorWrapper, judged: pl.DataFrame, *, actor: Actor, now: datetime) -> pl.DataFrame:
    """Write what became of them; gives those that were still as they were judged."""
    if judged.is_empty():
        return judged
    cursor.execute(
        "CREATE TEMP TABLE looked (finding_id bigint, machine text, owner text, coordinator text, machine_after text, "
        "coordinator_after text, closing_after text, ended_at timestamptz) ON COMMIT DROP"
    )
    copy_in(
        cursor,
        "looked",
        judged.select("finding_id", "machine", "owner", "coordinator", *_AFTER, "ended_at"),
    )
    cursor.execute(_APPLY, {"now": now})
    written = pl.Series([found[0] for found in rows(cursor)], dtype=pl.Int64)
    cursor.execute("DROP TABLE looked")
    changed = judged.filter(pl.col("finding_id").is_in(written.implode()))
    history.add_lines(cursor, pl.concat([_unseen_lines(changed, now), _ended_lines(changed, now)]), actor=actor)
    return changed


def _unseen_lines(changed: pl.DataFrame, now: datetime) -> pl.DataFrame:
    return _lines(
        changed.filter(pl.col("machine") != pl.col("machine_after")),
        now,
        side="machine",
        action=pl.lit(Action.LOOKED_UNSEEN.value),
        before="machine",
        after="machine_after",
        reason=pl.lit(""),
    )


def _ended_lines(changed: pl.DataFrame, now: datetime) -> pl.DataFrame:
    return _lines(
        changed.filter(pl.col("action").is_not_null()),
        now,
        side="coordinator",
        action=pl.col("action"),
        before="coordinator",
        after="closing_after",
        reason=pl.col("reason"),
    )


def _lines(
    frame: pl.DataFrame, now: datetime, *, side: str, action: pl.Expr, before: str, after: str, reason: pl.Expr
) -> pl.DataFrame:
    return frame.select(
        "finding_id",
        "organisation_id",
        pl.lit(now).cast(TIME).alias("at"),
        pl.lit(side).alias("side"),
        action.alias("action"),
        pl.col(before).alias("before"),
        pl.col(after).alias("after"),
        reason.alias("reason"),
        pl.lit(None, pl.Int64).alias("report_id"),
        pl.lit(value=False).alias("desk_only"),
    )
