"""`tocsin doctor`: look whether all is well."""

import argparse

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


COMMAND = Command(
    name="doctor",
    help="look whether all is well; says what to do where it is not",
    description=(
        "Checks database, roles, migrations, row-level security, catalogue, folders, modes, secrets, mail, clock,\n"
        "queue and disk. Changes nothing but setting up what any command would. Exit code 1 when a check finds a fault."
    ),
    arguments=_arguments,
    module="tocsin.project.doctor",
    needs_database=False,
)
