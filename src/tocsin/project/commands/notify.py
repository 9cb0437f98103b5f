"""`tocsin notify`: issue a round of notices."""

import argparse

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mode",
        choices=("auto", "digest"),
        default="auto",
        help="auto: what goes out by itself or was sent at the gate; digest: what waits for the digest (default: auto)",
    )
    parser.add_argument("--preview", action="store_true", help="show what would go out and to whom, and write nothing")
    parser.add_argument(
        "--deliver", action="store_true", help="hand the mails over at once, instead of leaving them to the worker"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


COMMAND = Command(
    name="notify",
    help="tell owners what is new: one notice each",
    description=(
        "Issues a round: at most one notice an owner, numbered, with its mails in the outbox, from where the worker\n"
        "sends them. Nothing new is no fault: exit code 0, and no round."
    ),
    arguments=_arguments,
    module="tocsin.project.notifying",
)
