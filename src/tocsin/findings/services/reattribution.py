"""Gives open findings to whoever owns their subject now: the old episode ends, a clean one begins for the new owner.

What was seen counts for whoever owned it then, by the registry of today. After a correction that is the new owner, who
has had it all along; after a change of hands it is not, and the new episode waits for the next sighting.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST
from tocsin.audit.trail import record
from tocsin.catalogue.queries import problem as problem_of
from tocsin.findings.copying import TIME, copy_in, rows
from tocsin.findings.models import Finding
from tocsin.findings.permissions import FindingPermission
from tocsin.findings.queries.policies import severity_rows
from tocsin.findings.rules import Action, Context, graded
from tocsin.findings.services import history, writing
from tocsin.findings.services.opening import wait_for_folds
from tocsin.kernel.actor import Actor
from tocsin.registry.attribution import Index, attribute, build_index
from tocsin.registry.models import Asset, Organisation

_HELD = pl.Schema(
    {
        "finding_id": pl.Int64(),
        "holder_id": pl.Int64(),
        "subject_kind": pl.String(),
        "subject": pl.String(),
        "ip_hi": pl.Int64(),
        "ip_lo": pl.Int64(),
        "attributed_by": pl.String(),
        "asset_value": pl.String(),
        "problem": pl.String(),
        "severity": pl.Int16(),
        "row_severity": pl.Int16(),
        "first_seen_at": TIME,
    }
)
_SEEN = pl.Schema({"finding_id": pl.Int64(), "source": pl.String(), "last_seen_at": TIME})
_ASSETS = pl.Schema(
    {
        "asset_id": pl.Int64(),
        "organisation_id": pl.Int64(),
        "kind": pl.String(),
        "value": pl.String(),
        "valid_from": TIME,
        "valid_until": TIME,
    }
)
#: The address as two signed halves (`events.schemas`), made by the database.
_FIND = """
SELECT f.id, f.organisation_id, f.subject_kind, f.subject,
       ('x' || substr(h.hex, 1, 16))::bit(64)::bigint # (1::bigint << 63),
       ('x' || substr(h.hex, 17, 16))::bit(64)::bigint # (1::bigint << 63),
       f.attributed_by, f.asset_value, f.problem, f.severity, f.row_severity, f.first_seen_at
FROM findings_finding f
LEFT JOIN LATERAL (
    SELECT CASE family(f.address)
        WHEN 4 THEN '00000000000000000000ffff' || encode(substr(inet_send(f.address), 5, 4), 'hex')
        WHEN 6 THEN encode(substr(inet_send(f.address), 5, 16), 'hex')
    END AS hex
) h ON true
WHERE f.closing IS NULL AND (%(everyone)s OR f.organisation_id = ANY(%(owners)s))
"""
_SIGHTINGS = "SELECT finding_id, source, last_seen_at FROM findings_sighting WHERE finding_id = ANY(%s)"
#: Evidence and reverse name are of the first sighting; where that was the old owner's, the new one sees neither.
_FOLLOW = """
WITH moved AS (
    INSERT INTO findings_finding (identity, episode, is_newest, organisation_id, problem, kind, subject_kind, subject,
        address, port, transport, discriminator, evidence, tlp, severity, row_severity, machine, owner, coordinator,
        telling, gate, held_group_id, first_seen_at, opened_at, paused_s, relapses, changed_at, source, report_type,
        report_id, attributed_by, asset_value, asset_since, ptr)
    SELECT f.identity, f.episode + 1, true, s.organisation_id, f.problem, f.kind, f.subject_kind, f.subject,
        f.address, f.port, f.transport, f.discriminator,
        CASE WHEN s.was_always_theirs THEN f.evidence ELSE '{}' END, f.tlp, s.severity, f.row_severity, f.machine,
        'silent', s.coordinator, CASE f.telling WHEN 'inventory' THEN 'inventory' ELSE 'untold' END, f.gate,
        CASE s.coordinator WHEN 'held' THEN f.held_group_id END, s.first_seen_at, %(now)s, 0, 0, %(now)s,
        f.source, f.report_type, f.report_id, s.attributed_by, s.asset_value, s.asset_since,
        CASE WHEN s.was_always_theirs THEN f.ptr ELSE '' END
    FROM succeeding s JOIN findings_finding f ON f.id = s.finding_id
    RETURNING id, identity
), linked AS (
    INSERT INTO findings_succession (earlier_id, later_id)
    SELECT s.finding_id, m.id
    FROM succeeding s JOIN findings_finding f ON f.id = s.finding_id JOIN moved m ON m.identity = f.identity
)
INSERT INTO findings_sighting (finding_id, source, last_seen_at, count, report_id)
SELECT m.id, g.source, g.last_seen_at, 1, g.report_id
FROM succeeding s JOIN findings_finding f ON f.id = s.finding_id JOIN moved m ON m.identity = f.identity
JOIN findings_sighting g ON g.finding_id = f.id
JOIN succeeding_sighting t ON t.finding_id = f.id AND t.source = g.source
"""


@dataclass(frozen=True, kw_only=True)
class Reattributed:
    """What changed hands, in findings."""

    #: Ended, and open again for another owner.
    moved: int
    #: Ended: they belong to nobody any more, or were not seen yet where they are another's.
    ended: int


def reattribute(*, actor: Actor, organisation_ids: Collection[int] | None, now: datetime) -> Reattributed:
    """Ask the registry of today whose the open findings of these organisations are; safe to repeat.

    Where two owners hold something equally specific nothing moves: the registry's list of conflicts is for a person.
    An episode follows only on sightings that are the new owner's, as of their own time.
    Severity moves by what the owner's tier and criticality change; the deadline begins when the new owner is told.

    Args:
        organisation_ids: whose findings may have another owner now; null: everyone's.

    Raises:
        NotAllowed: only the clock does so.
    """
    require(actor, FindingPermission.KEEP)
    with transaction.atomic(using=INGEST), connections[INGEST].cursor() as cursor:
        wait_for_folds(cursor)
        cursor.execute(_FIND, {"everyone": organisation_ids is None, "owners": sorted(organisation_ids or ())})
        held = pl.DataFrame(rows(cursor), schema=_HELD, orient="row")
        assets = _assets(actor)
        index = build_index(assets)
        changed = _changed(held, index, now)
        if changed.is_empty():
            return Reattributed(moved=0, ended=0)
        finding_ids = changed.get_column("finding_id").to_list()
        ended = _end(actor, finding_ids, now)
        cursor.execute(_SIGHTINGS, [finding_ids])
        theirs = _seen_theirs(changed, pl.DataFrame(rows(cursor), schema=_SEEN, orient="row"), index)
        begun = theirs.group_by("finding_id", "was_always_theirs").agg(
            pl.col("last_seen_at").min().alias("first_seen_at")
        )
        following = _following(changed, assets, actor).join(begun, on="finding_id").join(ended, on="finding_id")
        _open_again(cursor, following, theirs, now)
        done = Reattributed(moved=following.height, ended=changed.height - following.height)
        record(
            actor=actor,
            action="findings.reattribute",
            target_kind="finding",
            target_id="",
            at=now,
            after={"moved": done.moved, "ended": done.ended},
            using=INGEST,
        )
    return done


def _assets(actor: Actor) -> pl.DataFrame:
    """Read the assets that attribute."""
    found = (
        Asset.objects.using(INGEST)
        .visible_to(actor)
        .filter(state__in=["proven", "entered"])
        .order_by()
        .values_list("id", "organisation_id", "kind", "value", "valid_from", "valid_until")
    )
    return pl.DataFrame(list(found), schema=_ASSETS, orient="row")


def _changed(held: pl.DataFrame, index: Index, now: datetime) -> pl.DataFrame:
    """Give the findings whose owner is another one now, with the new `organisation_id` (null: nobody)."""
    owned = _owned(held.rename({"attributed_by": "held_by"}), index, pl.lit(now).cast(TIME))
    return owned.filter(~pl.col("conflict") & pl.col("organisation_id").ne_missing(pl.col("holder_id")))


def _seen_theirs(changed: pl.DataFrame, seen: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Give those sightings that were the new owners', by today's registry as of their own time.

    Returns:
        `finding_id`, `source`, `last_seen_at`, and `was_always_theirs`: the finding's very first sighting was as well.
    """
    subjects = changed.drop("asset_id", "attributed_by", "conflict").rename({"organisation_id": "new_owner_id"})
    is_theirs = (pl.col("organisation_id") == pl.col("new_owner_id")).fill_null(value=False)
    sightings = _owned(subjects.join(seen, on="finding_id"), index, pl.col("last_seen_at")).filter(is_theirs)
    begun = _owned(subjects, index, pl.col("first_seen_at")).select("finding_id", is_theirs.alias("was_always_theirs"))
    return sightings.select(_SEEN.names()).join(begun, on="finding_id")


def _owned(findings: pl.DataFrame, index: Index, at: pl.Expr) -> pl.DataFrame:
    """Attribute findings as of a time; `held_by` and `asset_value` say what made them their holder's.

    A name that was not the subject is not kept; the asset that it led to stands in.
    """
    by, asset, subject = pl.col("held_by"), pl.col("asset_value"), pl.col("subject")
    kind = pl.col("subject_kind")
    events = findings.with_columns(
        pl.when(kind == "url").then(subject).when(by == "url").then(asset).alias("url"),
        pl.when(kind.is_in(["host", "domain"]))
        .then(subject)
        .when(kind == "url")
        .then(subject.str.extract(r"^[a-z]+://(?:[^@/]*@)?([^:/?#\[\]]+)"))
        .when(by.is_in(["host", "domain"]))
        .then(asset)
        .alias("host"),
        pl.when(by == "asn").then(asset.str.strip_prefix("AS").cast(pl.Int64, strict=False)).alias("asn"),
        at.alias("observed_at"),
    )
    return attribute(events, index)


def _end(actor: Actor, finding_ids: list[int], now: datetime) -> pl.DataFrame:
    """End the episodes as handed over; gives `finding_id` and the coordinator's side as it was."""
    found = list(
        Finding.objects.using(INGEST)
        .visible_to(actor)
        .filter(pk__in=finding_ids)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    before = pl.DataFrame(
        {"finding_id": [row.pk for row in found], "coordinator": [row.coordinator for row in found]},
        schema={"finding_id": pl.Int64, "coordinator": pl.String},
    )
    taken = writing.take(
        found,
        Action.HAND_OVER,
        actor=actor,
        context=lambda row: Context(now=now, by=actor.label, reason=history.OWNER_CHANGED),
        now=now,
        using=INGEST,
    )
    return before.filter(pl.col("finding_id").is_in(pl.Series(taken.changed, dtype=pl.Int64).implode()))


def _following(changed: pl.DataFrame, assets: pl.DataFrame, actor: Actor) -> pl.DataFrame:
    """Give what the new episodes begin with: owner, why theirs, severity."""
    owned = changed.filter(pl.col("organisation_id").is_not_null())
    owners = pl.DataFrame(
        list(Organisation.objects.using(INGEST).visible_to(actor).order_by().values_list("id", "tier", "critical")),
        schema={"organisation_id": pl.Int64, "tier": pl.Int16, "critical": pl.Boolean},
        orient="row",
    )
    codes = owned.get_column("problem").unique().to_list()
    bases = pl.DataFrame(
        {"problem": codes, "base_severity": [int(problem_of(code).severity) for code in codes]},
        schema={"problem": pl.String, "base_severity": pl.Int16},
    )
    known = owned.join(bases, on="problem", how="left").with_columns(
        pl.lit("").alias("source_kind"), pl.lit(value=False).alias("exploited")
    )
    policy = severity_rows()
    for name, owner in (("before", "holder_id"), ("after", "organisation_id")):
        facts = owners.rename({"organisation_id": owner})
        known = graded(known.join(facts, on=owner, how="left"), policy, name).drop("tier", "critical")
    return known.join(
        assets.select("asset_id", pl.col("value").alias("new_value"), pl.col("valid_from").alias("asset_since")),
        on="asset_id",
        how="left",
    ).select(
        "finding_id",
        "organisation_id",
        (pl.col("severity") + pl.col("after") - pl.col("before")).clip(0, 4).alias("severity"),
        "attributed_by",
        pl.col("new_value").alias("asset_value"),
        "asset_since",
    )


def _open_again(cursor: CursorWrapper, following: pl.DataFrame, theirs: pl.DataFrame, now: datetime) -> None:
    """Open the episodes of the new owners, with those sightings that are theirs."""
    if following.is_empty():
        return
    cursor.execute(
        "CREATE TEMP TABLE succeeding (finding_id bigint, organisation_id bigint, severity smallint, "
        "attributed_by text, asset_value text, asset_since timestamptz, was_always_theirs boolean, "
        "first_seen_at timestamptz, coordinator text) ON COMMIT DROP"
    )
    cursor.execute("CREATE TEMP TABLE succeeding_sighting (finding_id bigint, source text) ON COMMIT DROP")
    copy_in(cursor, "succeeding", following)
    copy_in(cursor, "succeeding_sighting", theirs.select("finding_id", "source"))
    cursor.execute("UPDATE findings_finding SET is_newest = false WHERE id IN (SELECT finding_id FROM succeeding)")
    cursor.execute(_FOLLOW, {"now": now})
    cursor.execute("DROP TABLE succeeding, succeeding_sighting")
