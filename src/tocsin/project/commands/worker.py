"""`tocsin worker`: run jobs."""

import argparse

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queues", metavar="A,B", help="serve these queues alone: mail, clock, ingest (default: all)")
    parser.add_argument("--concurrency", type=int, default=4, metavar="N", help="jobs at a time (default: 4)")
    parser.add_argument("--until-idle", action="store_true", help="run everything that is due, then end")
    parser.add_argument(
        "--clock", action="store_true", help="with --until-idle: run each clock task once too, as if its time had come"
    )
    parser.add_argument("--json", action="store_true", help="at the end print one JSON object: jobs, seconds")


COMMAND = Command(
    name="worker",
    help="run jobs: take files in, send mails, watch the clocks",
    description=(
        "Runs jobs until Ctrl-C; running ones are finished first. Start as many as you like, on any machine that\n"
        "reaches the database: each job runs in one of them, and those of a worker that died run again in another."
    ),
    arguments=_arguments,
    module="tocsin.project.working",
)
