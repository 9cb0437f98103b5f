"""Writing report files: every column of the type in its order; text quoted, numbers bare, `\\n` at line ends."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.province.columns import COLUMNS


@cache
def _clock() -> pl.Series:
    return pl.Series("clock", [f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(86_400)])


def timestamps(day: date, seconds: npt.NDArray[np.int64]) -> pl.Series:
    """Return `2026-11-23 00:12:07` (UTC) for seconds of a day, 0 to 86,399."""
    return pl.select(pl.format("{} {}", pl.lit(str(day)), _clock().gather(seconds)).alias("timestamp"))["timestamp"]


def arrange(report_type: str, columns: Mapping[str, pl.Series], height: int) -> pl.DataFrame:
    """Put columns into the order of a report type; one that is not given is empty.

    Raises:
        ValueError: a column is not one of the type.
    """
    names = COLUMNS[report_type]
    if strange := sorted(set(columns) - set(names)):
        message = f"{report_type} has no column {', '.join(strange)}; see bench/province/columns.py"
        raise ValueError(message)
    empty = pl.repeat(None, height, dtype=pl.String, eager=True)
    return pl.DataFrame([columns.get(name, empty).alias(name) for name in names])


def write_report(path: Path, frame: pl.DataFrame) -> None:
    """Write one report file."""
    header = ",".join(f'"{name}"' for name in frame.columns) + "\n"
    with path.open("wb") as file:
        file.write(header.encode())
        if frame.height:
            frame.write_csv(file, include_header=False, quote_style="non_numeric", line_terminator="\n")
