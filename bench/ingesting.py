"""Takes generated Shadowserver rows through the real path, twice, and compares with two floors of the same run.

First day: nothing is known. Later day: 95 % is known, and a night has passed, with autovacuum. Floors, each the median
of five: Polars parsing the same files with every column as text, and a bare COPY of as many findings (same columns, no
index) into the same server.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tocsin.project import databases
from tocsin.project.allocator import keep_freed_memory

RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> int:
    """Run the bench. Returns 0; the ratios are for a reader to judge."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        _set_up(root / "home")
        result: dict[str, Any] = import_module("bench.ingest_measures").measure(given, root)
    _report(given, result)
    return 0


def _set_up(home: Path) -> None:
    """Start a server and Django on a home of the bench's own; what needs Django is imported afterwards."""
    keep_freed_memory()
    os.environ.update(TOCSIN_HOME=str(home), TOCSIN_PROCESS="bench", DJANGO_SETTINGS_MODULE="tocsin.project.settings")
    databases.start(home=home, database_url="")
    import_module("tocsin.project.start").start(say=lambda _text: None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/ingest", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows a day (1,000,000)")
    parser.add_argument("--prefixes", type=int, default=50_000)
    parser.add_argument("--domains", type=int, default=50_000)
    parser.add_argument("--organisations", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="print the one JSON line alone")
    parser.add_argument("--no-record", action="store_true", help="do not append to bench/RESULTS.md")
    return parser.parse_args()


def _report(given: argparse.Namespace, result: dict[str, Any]) -> None:
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in result.items()}
    if not given.json:
        for name in ("first", "later"):
            stages = result["stages_s" if name == "first" else "later_stages_s"]
            print(f"{name} day: {result[f'{name}_day_s']:.1f} s, ratio {result[f'{name}_day_ratio']:.2f}")
            for stage, seconds in stages.items():
                print(f"    {stage:<10} {seconds:7.2f} s {given.rows / max(seconds, 0.01):14,.0f} rows/s")
        print(f"floors: parse {result['parse_floor_s']:.2f} s, bare COPY {result['copy_floor_s']:.2f} s")
        print(f"peak memory {result['peak_mib']:.0f} MiB (PostgreSQL apart)")
    if not given.no_record:
        _record(given, rounded)
    print(json.dumps(rounded))


def _record(given: argparse.Namespace, result: dict[str, Any]) -> None:
    python = f"Python {platform.python_version()}, Polars {version('polars')}"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {python}"
    line = (
        f"| {datetime.now(UTC):%Y-%m-%d %H:%M} | `bench/ingest --rows {given.rows}` | {machine} | "
        f"first day {result['first_day_s']} s = {result['first_day_ratio']} x (parse {result['parse_floor_s']} s + "
        f"COPY {result['copy_floor_s']} s); later day {result['later_day_s']} s = {result['later_day_ratio']} x parse; "
        f"{result['rows_per_s']:,.0f} and {result['later_rows_per_s']:,.0f} rows/s; "
        f"peak {result['peak_mib']:.0f} MiB |\n"
    )
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(line)


if __name__ == "__main__":
    sys.exit(main())
