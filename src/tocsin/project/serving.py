"""Runs `tocsin web`: granian with a few processes, each on its own connections."""

import argparse
import logging
import multiprocessing
import socket

from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tocsin.kernel.errors import Unavailable
from tocsin.project import lifeline

#: Threads of one process; each may hold a connection of its pool (`databases.settings`).
THREADS = 4
#: How long a request may go on when the server is told to stop.
STOP_AFTER_S = 15


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop. Returns the exit code."""
    connections.close_all()
    lifeline.hold()
    serve(host=arguments.host, port=arguments.port, workers=arguments.workers)
    return 0


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        Unavailable: the port is taken, or may not be used.
        SystemExit: a process that serves has died.
    """
    check_free(host, port)
    # Forked children would share connections and locks of this process.
    multiprocessing.set_start_method("spawn", force=True)
    logging.getLogger("_granian").setLevel(logging.WARNING)
    Granian(
        "tocsin.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=8 * THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_AFTER_S,
        log_level=LogLevels.warning,
        # It would hold every answer link that is used, and a link is a key (`logs`).
        log_access=False,
        websockets=False,
    ).serve()


def check_free(host: str, port: int) -> None:
    """Go on only when the port can be listened on.

    Raises:
        Unavailable: it can't.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"Port {port} on {host} can't be used: {error.strerror}. Name another with --port."
            ) from error
