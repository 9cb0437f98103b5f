"""What `bench/ingest` measures; needs Django started."""

import argparse
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
from django.db import connections

from bench.province.bulk import BulkReports, bulk
from bench.province.bulk_constituency import BulkConstituency, bulk_constituency
from tocsin.events.services import Delivery, take_in
from tocsin.findings.copying import Flushing, copy_in
from tocsin.kernel.actor import system

ROUNDS = 5
#: Stage -> where the pipeline calls it; each is timed where it is used.
STAGES = {
    "normalise": ("tocsin.events.services.preparing", "normalise"),
    "attribute": ("tocsin.events.services.registry_index", "attribute"),
    "identify": ("tocsin.events.services.preparing", "identify"),
    "archive": ("tocsin.events.services.preparing", "land"),
    "gather": ("tocsin.events.services.preparing", "gather"),
    "strangers": ("tocsin.events.services.preparing", "strangers"),
    "prepare": ("tocsin.events.services.take_in", "prepare"),
    "fold": ("tocsin.events.services.committing", "fold_report"),
    "commit": ("tocsin.events.services.take_in", "_commit"),
}


class Stopwatch:
    """Adds up the seconds of each stage; stages run in two threads, so that their sum exceeds the wall time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._lock = threading.Lock()

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Time a function."""

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                with self._lock:
                    self.seconds[stage] += time.perf_counter() - begun

        return timed

    def install(self) -> None:
        """Put itself around every stage."""
        for stage, (module_name, name) in STAGES.items():
            module: ModuleType = sys.modules[module_name]
            setattr(module, name, self.around(stage, getattr(module, name)))


def measure(given: argparse.Namespace, root: Path) -> dict[str, Any]:
    """Take two days in, then measure the floors."""
    constituency = bulk_constituency(prefixes=given.prefixes, domains=given.domains, organisations=given.organisations)
    days = [
        bulk(
            rows=given.rows,
            out=root / f"day{day}",
            prefixes=given.prefixes,
            domains=given.domains,
            organisations=given.organisations,
            day=day,
        )
        for day in (1, 2)
    ]
    _fill_registry(constituency)
    taken = []
    for reports in days:
        taken.append(_take_in(reports))
        _pass_the_night()
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parse_s = [_parse_floor(reports) for reports in days]
    copy_s = _copy_floor(int(taken[0]["findings_new"]))
    first_s, later_s = (float(day["wall_s"]) for day in taken)
    return {
        "rows": given.rows,
        "first_day_s": first_s,
        "later_day_s": later_s,
        "parse_floor_s": parse_s[0],
        "later_parse_floor_s": parse_s[1],
        "copy_floor_s": copy_s,
        "first_day_ratio": first_s / (parse_s[0] + copy_s),
        "later_day_ratio": later_s / parse_s[1],
        "rows_per_s": given.rows / first_s,
        "later_rows_per_s": given.rows / later_s,
        "peak_mib": peak_mib,
        "findings_new": taken[0]["findings_new"],
        "later_findings_new": taken[1]["findings_new"],
        "later_findings_known": taken[1]["findings_known"],
        "stages_s": taken[0]["stages_s"],
        "later_stages_s": taken[1]["stages_s"],
    }


def _fill_registry(constituency: BulkConstituency) -> None:
    """Fill the registry as the owner, by COPY: importing is another bench."""
    at = pl.lit(datetime.now(UTC)).cast(pl.Datetime("us", "UTC"))
    organisations = constituency.organisations.with_row_index("id", offset=1)
    places = {
        name: organisations.select(pl.col(name).alias("code")).drop_nulls().unique().with_row_index("id", offset=1)
        for name in ("sector", "region", "coordinator")
    }
    with connections["owner"].cursor() as cursor:
        for name, frame in places.items():
            copy_in(cursor, f"registry_{name}", frame.with_columns(name_en=pl.col("code"), name_zh=pl.col("code")))
        linked = organisations
        for name, frame in places.items():
            linked = linked.join(frame.rename({"code": name, "id": f"{name}_id"}), on=name, how="left")
        copy_in(
            cursor,
            "registry_organisation",
            linked.select(
                "id", "code", "name_en", pl.col("name_zh").fill_null(""), pl.col("tier").cast(pl.Int16), "critical",
                "sector_id", "region_id", "coordinator_id", "language", sort_zh=pl.lit(""), created_at=at,
            ),
        )  # fmt: skip
        copy_in(
            cursor,
            "registry_asset",
            constituency.assets.join(
                organisations.select(organisation_id=pl.col("id"), organisation=pl.col("code")), on="organisation"
            ).select(
                "organisation_id", "kind", "value", "state", note=pl.lit(""), created_at=at,
            ),
        )  # fmt: skip
        cursor.execute("ANALYZE")


def _pass_the_night() -> None:
    """Do what autovacuum and the checkpointer have long done when the next day's reports come."""
    with connections["owner"].cursor() as cursor:
        for table in ("findings_finding", "findings_sighting"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _take_in(reports: BulkReports) -> dict[str, Any]:
    """Take a day's files in through the service that `tocsin ingest` uses, as if their types had come before."""

    watch = Stopwatch()
    with _installed(watch):
        begun = time.perf_counter()
        outcomes = list(
            take_in(
                actor=system("ingest"),
                deliveries=_deliveries(reports),
                source_name="bench",
                now=datetime.combine(reports.day, datetime.min.time(), UTC) + timedelta(hours=8),
            )
        )
        wall_s = time.perf_counter() - begun
    faults = [outcome.error for outcome in outcomes if outcome.error]
    if faults or sum(outcome.rows for outcome in outcomes) != reports.rows:
        raise SystemExit(f"Not everything went in: {faults or outcomes}")
    return {
        "wall_s": wall_s,
        "findings_new": sum(outcome.findings_new for outcome in outcomes),
        "findings_known": sum(outcome.findings_known for outcome in outcomes),
        "stages_s": {stage: round(seconds, 2) for stage, seconds in watch.seconds.items()},
    }


@contextmanager
def _installed(watch: Stopwatch) -> Iterator[None]:
    before = {stage: getattr(sys.modules[module], name) for stage, (module, name) in STAGES.items()}
    watch.install()
    try:
        yield
    finally:
        for stage, (module, name) in STAGES.items():
            setattr(sys.modules[module], name, before[stage])


def _deliveries(reports: BulkReports) -> Iterator[Delivery]:
    for file in reports.files:
        with file.path.open("rb") as stream:
            yield Delivery(name=file.path.name, stream=stream)


def _parse_floor(reports: BulkReports) -> float:
    """Parse every file with Polars, every column as text, once a round."""

    def parse() -> None:
        for file in reports.files:
            pl.read_csv(file.path, infer_schema=False)

    return _median(parse)


def _copy_floor(findings: int) -> float:
    """COPY as many findings into a table of the same columns without any index, as text that is ready in memory."""

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE bare AS SELECT * FROM findings_finding LIMIT 0")
        with cursor.copy(f"COPY (SELECT * FROM findings_finding LIMIT {findings:d}) TO STDOUT") as copy:
            chunks = [bytes(chunk) for chunk in copy]
        text = b"".join(chunks)

        def bare() -> None:
            # Handed over as the product does it: psycopg's own way takes three times as long, which would flatter us.
            with cursor.copy("COPY bare FROM STDIN", writer=Flushing(cursor.cursor)) as copy_in:
                for start in range(0, len(text), 1 << 20):
                    copy_in.write(text[start : start + (1 << 20)])

        return _median(bare, before=lambda: cursor.execute("TRUNCATE bare"))


def _median(action: Callable[[], None], *, before: Callable[[], object] = lambda: None) -> float:
    seconds = []
    for _ in range(ROUNDS):
        before()
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)
