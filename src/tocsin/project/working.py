"""Runs `tocsin worker`."""

import argparse
import json
import logging
import time

from tocsin.jobs import worker
from tocsin.jobs.queue import QUEUES
from tocsin.kernel.errors import Invalid
from tocsin.project import lifeline


def run(arguments: argparse.Namespace) -> int:
    """Run jobs until told to stop, or until nothing is due. Returns the exit code."""
    lifeline.hold()
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    began = time.monotonic()
    ended = worker.run(
        worker.Wish(
            queues=_queues(arguments.queues),
            concurrency=arguments.concurrency,
            until_idle=arguments.until_idle,
            clock=arguments.clock,
        )
    )
    if arguments.json:
        print(json.dumps({"jobs": ended, "seconds": round(time.monotonic() - began, 3)}))
    elif arguments.until_idle:
        print(f"{ended} jobs done; nothing is due.")
    return 0


def _queues(given: str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    named = tuple(name.strip() for name in given.split(",") if name.strip())
    strange = [name for name in named if name not in QUEUES]
    if strange or not named:
        raise Invalid(f"There is no queue {', '.join(strange) or 'of no name'}; the queues are {', '.join(QUEUES)}.")
    return named
