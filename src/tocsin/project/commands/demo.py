"""`tocsin demo`: a fictional province, its ninety days and one Monday morning."""

import argparse
from datetime import date

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="make the whole demo from nothing, look whether all of it is true, stop"
    )
    parser.add_argument("--port", type=int, metavar="N", help="where the pages are served on loopback (8417)")
    parser.add_argument("--reset", action="store_true", help="throw the demo away and make it anew")
    parser.add_argument("--no-serve", action="store_true", help="make it, serve nothing")
    parser.add_argument(
        "--monday", type=date.fromisoformat, metavar="DATE", help="the Monday that the story ends on (2026-11-23)"
    )


COMMAND = Command(
    name="demo",
    help="tell the demo's story on an embedded database and serve its pages",
    description=(
        "Makes a fictional province with ninety days of reports and answers, up to one Monday morning, then serves\n"
        "the pages on loopback until Ctrl-C. The second time it is there in seconds.\n\n"
        "All of it lies in .tocsin/demo of the clone, or in TOCSIN_HOME where that is set. Nothing is sent: mails are\n"
        "files in the outbox folder. --check works in a temporary folder (or TOCSIN_HOME), exits 1 with what failed."
    ),
    arguments=_arguments,
    module="tocsin.project.demo.running",
    needs_database=False,
)
