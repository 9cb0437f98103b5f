"""Runs `tocsin registry import` and `tocsin registry export`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tocsin.access.scope import acting
from tocsin.kernel.actor import system
from tocsin.kernel.errors import DomainError
from tocsin.registry.services import ImportOutcome, ImportStep, export_registry, import_registry
from tocsin.registry.tables import BadRow, Sheet, Tables, to_csv, to_xlsx, to_zip

DONE, REFUSED = 0, 2
#: Changed fields that a person is shown; a script reads all counts with --json.
_SHOWN = 40
_DOUBTS_SHOWN = 5
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


class NoFiles(DomainError):
    """There is nothing to read."""


def run(arguments: argparse.Namespace) -> int:
    """Run the act that was asked for. Returns the exit code."""
    return _import(arguments) if arguments.act == "import" else _export(arguments)


def _import(arguments: argparse.Namespace) -> int:
    files = read_files(arguments.paths)
    actor = system("command line")
    with acting(actor), _steps(quiet=arguments.json) as step:
        outcome = import_registry(
            actor=actor,
            files=files,
            apply=not arguments.dry_run,
            now=timezone.now(),
            remove_missing=arguments.remove_missing,
            step=step,
        )
    if arguments.json:
        print(json.dumps(_as_json(outcome), ensure_ascii=False))
    else:
        _show(outcome, dry_run=arguments.dry_run)
    return REFUSED if outcome.refused else DONE


def read_files(paths: Sequence[Path]) -> dict[str, bytes]:
    """Read what the paths name. A folder stands for its CSV files, else its workbooks, else its zips.

    Raises:
        NoFiles: a path is not there, or a folder has nothing of these.
    """
    files: dict[str, bytes] = {}
    for path in paths:
        found = [path]
        if path.is_dir():
            kinds = ((".csv",), _BOOKS, (".zip",))
            inside = [[one for one in sorted(path.iterdir()) if one.suffix.lower() in kind] for kind in kinds]
            found = next((some for some in inside if some), [])
            if not found:
                raise NoFiles(f"{path} has no CSV file, workbook or zip in it.")
        for one in found:
            try:
                files[one.name if one.name not in files else str(one)] = one.read_bytes()
            except OSError as error:
                raise NoFiles(f"{one} cannot be read: {error.strerror}.") from error
    return files


@contextmanager
def _steps(*, quiet: bool) -> Iterator[Callable[[ImportStep], None]]:
    """Show the steps of an import as a bar on stderr; nothing where nobody looks."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=len(ImportStep))

        def show(step: ImportStep) -> None:
            bar.update(task, description=_STEPS[step], completed=list(ImportStep).index(step))

        yield show


_STEPS = {
    ImportStep.LOAD: "Reading the registry",
    ImportStep.CHECK: "Checking the files",
    ImportStep.COMPARE: "Comparing",
    ImportStep.WRITE: "Writing",
}


def _as_json(outcome: ImportOutcome) -> dict[str, object]:
    return {
        "applied": outcome.applied,
        "changes": outcome.changes,
        "tables": outcome.counts(),
        "bad": [asdict(row) for row in outcome.bad],
        "doubtful": [asdict(row) for row in outcome.doubtful],
    }


def _show(outcome: ImportOutcome, *, dry_run: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table("table", box=None, pad_edge=False)
    for column in ("added", "changed", "unchanged", "missing", "removed"):
        table.add_column(column, justify="right")
    for sheet, counts in outcome.counts().items():
        if any(counts.values()):
            table.add_row(sheet, *(f"{count:,}" for count in counts.values()))
    if table.rows:
        console.print(table)
    for line in _changed_fields(outcome):
        console.print(line, markup=False)
    for row in outcome.doubtful[:_DOUBTS_SHOWN]:
        console.print(f"odd, and taken: {_row(row)}", markup=False)
    if len(outcome.doubtful) > _DOUBTS_SHOWN:
        console.print(f"odd, and taken: {len(outcome.doubtful) - _DOUBTS_SHOWN:,} more; --json lists all.")
    for row in outcome.bad:
        console.print(_row(row), markup=False)
    console.print(_verdict(outcome, dry_run=dry_run))


def _verdict(outcome: ImportOutcome, *, dry_run: bool) -> str:
    if outcome.refused:
        return f"Refused: {len(outcome.bad):,} bad rows. Nothing was changed; mend them and import again."
    if not outcome.changes:
        return "Nothing to change."
    if dry_run:
        return f"{outcome.changes:,} rows would change. Nothing was changed: this was a dry run."
    return f"{outcome.changes:,} rows changed."


def _changed_fields(outcome: ImportOutcome) -> Iterator[str]:
    """Name the first changed fields, old and new."""
    fields = [
        (part.sheet, row) for part in outcome.difference.parts for row in part.fields.head(_SHOWN).rows(named=True)
    ]
    for sheet, row in fields[:_SHOWN]:
        thing = " ".join(str(value) for name, value in row.items() if name not in {"field", "old", "new"} and value)
        yield f"{sheet} {thing}: {row['field']}: {_value(row['old'])} -> {_value(row['new'])}"
    changed = sum(part.fields.height for part in outcome.difference.parts)
    if changed > _SHOWN:
        yield f"... {changed - _SHOWN:,} more changed fields."


def _value(value: object) -> str:
    return "nothing" if value in (None, "") else f"'{value}'"


def _row(row: BadRow) -> str:
    place = row.file + (f", line {row.line}" if row.line else "") + (f", {row.column}" if row.column else "")
    return f"{place}: {_value(row.value)}: {row.reason}" if row.value else f"{place}: {row.reason}"


def _export(arguments: argparse.Namespace) -> int:
    actor = system("command line")
    with acting(actor):
        tables = export_registry(actor=actor, now=timezone.now())
    path: Path = arguments.path
    try:
        _write(tables, path)
    except OSError as error:
        raise NoFiles(f"{path} cannot be written: {error.strerror}.") from error
    counts = {str(sheet): tables.of(sheet).height for sheet in Sheet}
    if arguments.json:
        print(json.dumps({"path": str(path), "tables": counts}))
    else:
        print(f"{', '.join(f'{count:,} {sheet}' for sheet, count in counts.items())} written to {path}")
    return DONE


def _write(tables: Tables, path: Path) -> None:
    zone = settings.TIME_ZONE
    if path.suffix.lower() in {".zip", ".xlsx"}:
        path.write_bytes((to_zip if path.suffix.lower() == ".zip" else to_xlsx)(tables, zone=zone))
        return
    path.mkdir(parents=True, exist_ok=True)
    for sheet in Sheet:
        (path / f"{sheet}.csv").write_bytes(to_csv(tables.of(sheet), sheet, zone=zone))
