"""`tocsin up`: everything in the foreground."""

import argparse

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback alone)")
    parser.add_argument(
        "--port", type=int, metavar="N", help="port to listen on (default: that of TOCSIN_URL, else 8417)"
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that serve pages (default: 2)")


COMMAND = Command(
    name="up",
    help="set up what is missing, then run database, pages and worker in the foreground",
    description=(
        "Starts the database (the embedded one, unless DATABASE_URL names yours), sets up what is missing, and runs\n"
        "pages and worker in the foreground. Ctrl-C stops all of it; running jobs are finished first."
    ),
    arguments=_arguments,
    module="tocsin.project.together",
    needs_database=False,
)
