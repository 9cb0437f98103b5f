"""`tocsin user`: people who sign in."""

import argparse
from datetime import datetime

from tocsin.project.commands import Command

ROLES = ("administrator", "coordinator", "analyst", "auditor", "organisation_manager", "organisation_member")


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    added = acts.add_parser("add", help="make an account", description="Makes an account with one role.")
    added.add_argument("email", metavar="EMAIL")
    added.add_argument("--name", help="as shown to others (default: what stands before the @)")
    added.add_argument("--role", choices=ROLES, required=True)
    added.add_argument("--organisation", metavar="CODE", help="for the two roles of an organisation: which")
    added.add_argument(
        "--language", choices=("en", "zh-hans"), default="", help="of the pages (default: the browser's)"
    )
    _password(added)
    listed = acts.add_parser("list", help="list accounts")
    listed.add_argument("--json", action="store_true", help="print one JSON array")
    changed = acts.add_parser(
        "password", help="give an account another password; ends its sessions", description="Sets a password."
    )
    changed.add_argument("email", metavar="EMAIL")
    _password(changed)
    ended = acts.add_parser(
        "end",
        help="switch an account off",
        description="Switches an account off: its sessions end at once, and so do the tokens that it made.",
    )
    ended.add_argument("email", metavar="EMAIL")
    ended.add_argument("--json", action="store_true", help="print one JSON object")
    restored = acts.add_parser(
        "restore",
        help="switch an account on again, with another password",
        description="Switches an account on again, with the roles it still has and another password.",
    )
    restored.add_argument("email", metavar="EMAIL")
    _password(restored)
    given = acts.add_parser(
        "give-role",
        help="give an account one more role",
        description="Gives an account one more role. Roles at the desk and roles of organisations do not go together.",
    )
    _role(given)
    given.add_argument(
        "--until", type=datetime.fromisoformat, metavar="TIME", help="when it ends by itself (default: never)"
    )
    _role(acts.add_parser("take-role", help="take a role away at once", description="Takes a role away at once."))


def _role(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--role", choices=ROLES, required=True)
    parser.add_argument("--organisation", metavar="CODE", help="for the two roles of an organisation: which")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input (default: ask on a terminal, else make one and print it)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


COMMAND = Command(
    name="user",
    help="make, list and end accounts and their roles",
    arguments=_arguments,
    module="tocsin.project.people",
)
