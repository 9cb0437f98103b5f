"""`tocsin ingest`: take report files in."""

import argparse

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a report: .csv, .csv.gz or .zip; - reads standard input"
    )
    parser.add_argument("--source", metavar="NAME", help="name of the source, made when new; else the format's own")
    parser.add_argument("--json", action="store_true", help="one JSON object a file, on standard output")
    parser.add_argument("--later", action="store_true", help="only hand the files to the worker")


COMMAND = Command(
    name="ingest",
    help="take report files in",
    description=(
        "Takes report files in: each whole or not at all, the same report once only.\n"
        "Exit code 0 when all went in, 2 when a file was refused (the others still went in)."
    ),
    arguments=_arguments,
    module="tocsin.project.ingesting",
)
