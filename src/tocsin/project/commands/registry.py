"""`tocsin registry`: the constituency into the registry and out of it, as files."""

import argparse
from pathlib import Path

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    taken = parts.add_parser(
        "import",
        help="take files into the registry, all or nothing",
        description="""
Compare files with the registry, show every bad row with line, column and reason, and take all in.

The tables are regions, sectors, coordinators, organisations, contacts and assets, as CSV, as sheets of a workbook
(.xlsx, .ods), or a zip of these; a folder stands for the CSV files in it, else for its workbooks. What the files do
not mention stays as it is. The same again changes nothing.""",
        epilog="Exit codes: 0 taken in, or nothing to change; 2 refused: bad rows, and nothing was changed.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    taken.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="folder, zip, workbook or CSV file")
    taken.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    taken.add_argument(
        "--remove-missing",
        action="store_true",
        help="remove contacts and end assets that the files lack; organisations stay",
    )
    taken.add_argument("--json", action="store_true", help="print one JSON object")
    given = parts.add_parser(
        "export",
        help="write the whole registry; the files import back to the same",
        description="Write the whole registry: a zip of CSV files, a workbook, or CSV files into a folder.",
    )
    given.add_argument("path", type=Path, metavar="PATH", help="ends in .zip or .xlsx; anything else is a folder")
    given.add_argument("--json", action="store_true", help="print one JSON object")


COMMAND = Command(
    name="registry",
    help="import and export the constituency",
    description="Take the constituency in from files, or write it out.",
    arguments=_arguments,
    module="tocsin.project.registry_files",
)
