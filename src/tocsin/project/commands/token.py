"""`tocsin token`: the way in for programs."""

import argparse

from tocsin.project.commands import Command
from tocsin.project.commands.user import ROLES


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    added = acts.add_parser("add", help="make a token; it is shown this once")
    added.add_argument("name", metavar="NAME", help="what it is for")
    added.add_argument("--role", choices=ROLES, required=True)
    added.add_argument("--organisation", metavar="CODE", help="for the two roles of an organisation: which")
    added.add_argument("--days", type=int, default=365, metavar="N", help="how long it works (default: 365)")
    added.add_argument("--json", action="store_true", help="print one JSON object")
    listed = acts.add_parser("list", help="list tokens, without their secrets")
    listed.add_argument("--json", action="store_true", help="print one JSON array")
    ended = acts.add_parser("revoke", help="end a token at once")
    ended.add_argument("id", type=int, metavar="ID", help="as `tocsin token list` shows it")


COMMAND = Command(
    name="token",
    help="make, list and revoke tokens for programs",
    arguments=_arguments,
    module="tocsin.project.tokens",
)
