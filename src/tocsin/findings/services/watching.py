"""Which looks count for each finding of a frame: asked once for all that the same sources have seen."""

from collections.abc import Iterator

import polars as pl

from tocsin.findings.rules.looks import Watch, Watches

#: Stands between the sources that have seen a finding; no name of a source holds a control character.
SEPARATOR = "\x1f"
_GROUP = ("problem", "source", "report_type", "sources")


def watched(findings: pl.DataFrame, watches: Watches) -> Iterator[tuple[pl.DataFrame, Watch]]:
    """Give the findings in parts, each with its looks.

    Reads the columns `problem`, `source` and `report_type` (of the report that opened it) and `sources`.
    """
    for (problem, source, report_type, sources), part in findings.partition_by(_GROUP, as_dict=True).items():
        yield (
            part,
            watches.watch(
                problem=str(problem),
                source=str(source),
                report_type=str(report_type),
                sources=tuple(str(sources).split(SEPARATOR)),
            ),
        )
