"""A worker that dies at a place it is told: run by `test_kill.py` as `python -m tests.events.killing`, told by KILLING.

It takes in what waits, judges, issues the day's round and sends its mails, then stops. Started again without a place,
it has to end where an undisturbed one ends.
"""

import functools
import itertools
import json
import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import tests.conftest  # noqa: F401  (sets the environment and starts Django)

from django.conf import settings  # isort: skip
from django.db import connections  # isort: skip
from django.utils import timezone  # isort: skip

from tocsin.access.scope import acting  # isort: skip
from tocsin.jobs.worker import Wish, run  # isort: skip
from tocsin.kernel.actor import system  # isort: skip
from tocsin.notices.errors import NothingToTell  # isort: skip
from tocsin.notices.rules import RoundMode  # isort: skip
from tocsin.notices.services.rounds import issue_round  # isort: skip

#: A place in this file: the round is committed.
ROUND_COMMITTED = "round committed"


def main() -> None:
    told = json.loads(os.environ["KILLING"])
    now = datetime.fromisoformat(told["now"])
    for alias, where in told["databases"].items():
        connections.settings[alias].update(where)
        connections[alias].settings_dict.update(where)
    for name, folder in told["folders"].items():
        setattr(settings, name, Path(folder))
    timezone.now = lambda: now
    place = told["place"]
    if place is not None and place != ROUND_COMMITTED:
        lay_trap(*place.split("|"))
    run(Wish(until_idle=True, concurrency=1))
    try:
        with acting(system("clock")) as actor:
            issue_round(actor=actor, mode=RoundMode.AUTO, now=now)
    except NothingToTell:
        pass
    if place == ROUND_COMMITTED:
        die()
    run(Wish(until_idle=True, concurrency=1))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def lay_trap(path: str, when: str, turn: str = "1") -> None:
    """Let the process die before or after a call of `module:name`, or when what it gives is used up.

    `turn` is the number of the call; where `when` is "about", a part of the path that the call is about.
    """
    module_name, _, name = path.partition(":")
    holder: Any = import_module(module_name)
    *outer, attribute = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    original: Callable[..., Any] = getattr(holder, attribute)
    calls = itertools.count(1)

    @functools.wraps(original)
    def trapped(*args: Any, **kwargs: Any) -> Any:
        due = turn in str(args[0]) if when == "about" else next(calls) == int(turn)
        if due and when in {"before", "about"}:
            die()
        result = original(*args, **kwargs)
        if due and when == "after":
            die()
        return used_up(result) if when == "used up" else result

    setattr(holder, attribute, trapped)


def used_up(given: Iterator[Any]) -> Iterator[Any]:
    yield from given
    die()


if __name__ == "__main__":
    main()
