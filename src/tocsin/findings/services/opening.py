"""Opens new episodes, by COPY."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl
from django.db.backends.utils import CursorWrapper

from tocsin.findings.copying import TIME, copy_in, rows
from tocsin.findings.rules.sides import Coordinator, Machine, Owner, Telling
from tocsin.kernel.words import GateMode, Kind

if TYPE_CHECKING:
    from tocsin.findings.services.fold import FoldReport, Gated

#: Serialises what opens episodes and what judges silence.
_FOLD_LOCK = 0x666F6C64
#: Columns of the table that are taken from the sighting as they are.
_AS_SEEN = (
    "identity",
    "episode",
    "organisation_id",
    "problem",
    "kind",
    "subject_kind",
    "subject",
    "address",
    "port",
    "evidence",
    "severity",
    "row_severity",
    "attributed_by",
    "asset_value",
    "asset_since",
)


def wait_for_folds(cursor: CursorWrapper) -> None:
    """Wait for whoever else changes findings by reports, silence or the registry, until the transaction's end.

    Two reports may see the same identity for the first time, and what one of them sees is not silent.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLD_LOCK])


def open_findings(
    cursor: CursorWrapper,
    sightings: pl.DataFrame,
    *,
    report: "FoldReport",
    gates: "Mapping[str, Gated]",
    now: datetime,
) -> pl.DataFrame:
    """Open one episode a row (schema `fold.SIGHTINGS` with `episode`) and its sighting.

    Returns:
        `ordinal` and `finding_id` of each.
    """
    if sightings.is_empty():
        return pl.DataFrame(schema={"ordinal": pl.Int32, "finding_id": pl.Int64})
    # In the order of the index over identities: a million random insertions cost as much again as the rows.
    opened = _told_as_gated(sightings.sort("identity"), gates).with_columns(
        _reserve(cursor, sightings.height).alias("id")
    )
    copy_in(
        cursor,
        "findings_finding",
        opened.select(
            "id",
            *_AS_SEEN,
            pl.col("transport", "discriminator", "ptr").fill_null(""),
            "coordinator",
            "telling",
            "gate",
            "held_group_id",
            pl.lit(Machine.SEEN.value).alias("machine"),
            pl.lit(Owner.SILENT.value).alias("owner"),
            pl.lit(value=True).alias("is_newest"),
            pl.lit(0).alias("paused_s"),
            pl.lit(0).alias("relapses"),
            pl.lit(report.tlp).alias("tlp"),
            pl.lit(report.source).alias("source"),
            pl.lit(report.report_type).alias("report_type"),
            pl.lit(report.id).alias("report_id"),
            pl.col("first_at").alias("first_seen_at"),
            pl.lit(now).cast(TIME).alias("opened_at"),
            pl.lit(now).cast(TIME).alias("changed_at"),
        ),
    )
    copy_in(
        cursor,
        "findings_sighting",
        opened.select(
            pl.col("id").alias("finding_id"),
            pl.lit(report.source).alias("source"),
            pl.col("last_at").alias("last_seen_at"),
            "count",
            pl.lit(report.id).alias("report_id"),
        ),
    )
    return opened.select("ordinal", pl.col("id").alias("finding_id"))


def _told_as_gated(sightings: pl.DataFrame, gates: "Mapping[str, Gated]") -> pl.DataFrame:
    """Add what the gate decides: coordinator's side, telling, mode and group."""
    decided = pl.DataFrame(
        {
            "problem": list(gates),
            "gate": [gated.mode.value for gated in gates.values()],
            "held_group_id": pl.Series([gated.group_id for gated in gates.values()], dtype=pl.Int64),
        },
        schema_overrides={"problem": pl.String, "gate": pl.String},
    )
    silent = (pl.col("kind") == Kind.INVENTORY.value) | (pl.col("gate") == GateMode.INVENTORY.value)
    held = ~silent & (pl.col("gate") == GateMode.HOLD.value)
    return sightings.join(decided, on="problem", how="left", maintain_order="left").with_columns(
        pl.when(held)
        .then(pl.lit(Coordinator.HELD.value))
        .otherwise(pl.lit(Coordinator.OPEN.value))
        .alias("coordinator"),
        pl.when(silent).then(pl.lit(Telling.INVENTORY.value)).otherwise(pl.lit(Telling.UNTOLD.value)).alias("telling"),
        pl.when(held).then(pl.col("held_group_id")).alias("held_group_id"),
    )


def _reserve(cursor: CursorWrapper, count: int) -> pl.Series:
    """Take `count` ids in a row from the table's sequence; the fold's lock keeps others from taking between."""
    cursor.execute(
        "SELECT setval('findings_finding_id_seq', (SELECT nextval('findings_finding_id_seq')) + %s)", [count - 1]
    )
    last = int(rows(cursor)[0][0])
    return pl.int_range(last - count + 1, last + 1, dtype=pl.Int64, eager=True)
