"""Runs `tocsin ingest`."""

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import orjson
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tocsin.events.services import Delivery, Outcome, receive, take_in
from tocsin.kernel.actor import system

REFUSED = 2
_FIELDS = (
    "file",
    "format",
    "report_type",
    "rows",
    "events",
    "quarantined",
    "attributed",
    "findings_new",
    "findings_known",
    "error",
)


def run(arguments: argparse.Namespace) -> int:
    """Take every file in; 2 when one was refused."""
    missing = [name for name in arguments.files if name != "-" and not Path(name).is_file()]
    for name in missing:
        _say(arguments, _missing(name))
    present = [name for name in arguments.files if name not in missing]
    refused = bool(missing)
    if arguments.later:
        return _hand_over(arguments, present, refused=refused)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Taking in", total=len(present))
        outcomes = take_in(
            actor=system("ingest"),
            deliveries=_deliveries(present),
            source_name=arguments.source,
            now=timezone.now(),
        )
        for outcome in outcomes:
            progress.update(bar, advance=1)
            refused = refused or outcome.error is not None
            _say(arguments, outcome)
    return REFUSED if refused else 0


def _deliveries(names: list[str]) -> Iterator[Delivery]:
    """Open one file at a time."""
    for name in names:
        with ExitStack() as stack:
            yield Delivery(name=_bare(name), stream=_open(name, stack))


def _open(name: str, stack: ExitStack) -> BinaryIO:
    if name == "-":
        return io.BytesIO(sys.stdin.buffer.read())
    return stack.enter_context(Path(name).open("rb"))


def _hand_over(arguments: argparse.Namespace, names: list[str], *, refused: bool) -> int:
    for delivery in _deliveries(names):
        receive(actor=system("ingest"), delivery=delivery, source_name=arguments.source, now=timezone.now())
        if not arguments.json:
            print(f"{delivery.name}: handed to the worker")
    return REFUSED if refused else 0


def _say(arguments: argparse.Namespace, outcome: Outcome) -> None:
    if arguments.json:
        print(orjson.dumps({name: getattr(outcome, name) for name in _FIELDS}).decode(), flush=True)
    elif outcome.error is not None:
        print(f"{outcome.file}: refused. {outcome.error}", file=sys.stderr)
    else:
        again = " (taken in before; nothing changed)" if outcome.already else ""
        print(
            f"{outcome.file}: {outcome.report_type}, {outcome.rows:,} rows = {outcome.events:,} events + "
            f"{outcome.quarantined:,} quarantined; {outcome.attributed:,} attributed, "
            f"{outcome.findings_new:,} new findings, {outcome.findings_known:,} known{again}"
        )


def _missing(name: str) -> Outcome:
    return Outcome(
        file=_bare(name),
        format="shadowserver",
        report_type=None,
        period=None,
        rows=0,
        events=0,
        quarantined=0,
        attributed=0,
        findings_new=0,
        findings_known=0,
        error=f"There is no file {name}.",
    )


def _bare(name: str) -> str:
    return "standard-input.csv" if name == "-" else Path(name).name
