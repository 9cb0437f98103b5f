"""Empties the outbox in a process of its own, as a mail worker does, while the next day goes on."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path

from tocsin.project import databases

#: Takes a round's id and when its mails go out.
Mailer = Callable[[int, datetime], None]


@contextmanager
def mailing() -> Iterator[Mailer]:
    """Give what hands a round's mails over; at the end all are handed over, or the first fault is raised."""
    asked: list[Future[None]] = []
    # Spawned: a forked child would share this process's connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_begin) as worker:
        try:
            yield lambda round_id, now: asked.append(worker.submit(_hand_over, round_id, now))
        except BaseException:
            worker.shutdown(cancel_futures=True)
            raise
        for one in asked:
            one.result()


def _begin() -> None:
    """Enter the installation that the environment names; Ctrl-C is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    databases.start(home=Path(os.environ["TOCSIN_HOME"]), database_url="")
    import_module("django").setup()


def _hand_over(round_id: int, now: datetime) -> None:
    deliver = import_module("tocsin.notices.services.outbox").deliver
    deliver(actor=import_module("tocsin.kernel.actor").system("outbox"), clock=lambda: now, round_id=round_id)
