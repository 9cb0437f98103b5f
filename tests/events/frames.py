"""Frames of the pipeline for tests of its stages."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from tocsin.events.schemas import ATTRIBUTED, NORMAL

SEEN_AT = datetime(2026, 11, 20, 3, 12, 45, tzinfo=UTC)


def attributed(*rows: dict[str, Any]) -> pl.DataFrame:
    """Make a frame of ATTRIBUTED with the fields (`f_...`) that any row has; what a row does not give is null."""
    fields = sorted({name for row in rows for name in row if name.startswith("f_")})
    schema = {**NORMAL, **ATTRIBUTED, **dict.fromkeys(fields, pl.String), "moved": pl.Boolean}
    plain: dict[str, Any] = {
        "line": 2, "observed_at": SEEN_AT, "problem": "open-rdp", "flags": 0, "conflict": False, "moved": False
    }  # fmt: skip
    made = [{**dict.fromkeys(schema), **plain, "row": number, **row} for number, row in enumerate(rows, start=1)]
    return pl.DataFrame(made, schema=schema)
