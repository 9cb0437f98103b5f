"""Runs `tocsin up`: database, pages and worker in the foreground, stopped together."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from tocsin.project import databases, env
from tocsin.project.lifeline import Lifeline

FAILED = 1
_DEFAULT_PORT = 8417
#: After this the children are killed; their jobs are taken up at the next start.
_STOP_S = 45
_START_S = 60
#: Answers that are faults, so far apart, until nothing better is waited for.
_MOST_FAULTS = 3
_AFTER_FAULT_S = 1


def run(arguments: argparse.Namespace) -> int:
    """Run everything until Ctrl-C. Returns 0 when asked to stop, 1 when a part died by itself."""
    port = arguments.port or urlsplit(os.environ.get("TOCSIN_URL", "")).port or _DEFAULT_PORT
    os.environ.setdefault("TOCSIN_URL", f"http://{_shown(arguments.host)}:{port}")
    environment = env.read(os.environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.project.settings"
    os.environ["TOCSIN_PROCESS"] = "command"
    databases.start(home=environment.home, database_url=environment.database_url)
    import_module("tocsin.project.start").start(say=_say)
    import_module("tocsin.project.serving").check_free(arguments.host, port)
    web = ("web", "--host", arguments.host, "--port", str(port), "--workers", str(arguments.workers))
    with Together() as together:
        together.start(*web)
        together.start("worker")
        if together.wait_until_answered(f"http://{_shown(arguments.host)}:{port}/sign-in/"):
            _say(f"Tocsin answers at {environment.url} (Ctrl-C stops it).")
        return together.wait()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _shown(host: str) -> str:
    """Give the host as a browser on this machine reaches it."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  (what was asked for, not what is bound here)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


class Together:
    """Processes of ours that end together: when one ends, when this one is told to, or when it dies."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._lifeline = Lifeline()
        self._stop = False
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> "Together":
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._asked)
        return self

    def __exit__(self, *error: object) -> None:
        self._end()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, *arguments: str) -> None:
        """Start one more, as `tocsin ARGUMENTS`; Ctrl-C reaches it through us, not through the terminal."""
        command = [sys.executable, "-m", "tocsin.project.cli", *arguments]
        self._children.append(
            subprocess.Popen(
                command,
                env={**os.environ, **self._lifeline.environment},
                pass_fds=self._lifeline.descriptors,
                start_new_session=True,
            )
        )

    def wait_until_answered(self, url: str) -> bool:
        """Wait until the page is there; false when it will not be, and then it is said why."""
        end = time.monotonic() + _START_S
        faults = 0
        while not self._stop and time.monotonic() < end and self._all_alive():
            try:
                with urlopen(url, timeout=5):  # noqa: S310  (our own page)
                    return True
            except HTTPError as error:
                # It serves, and something is broken: each further question would only write the same trace again.
                faults += 1
                if faults == _MOST_FAULTS:
                    _say(
                        f"{url} answers {error.code}: the pages are broken, for the reason above. Try `tocsin doctor`."
                    )
                    return False
                time.sleep(_AFTER_FAULT_S)
            except OSError:
                time.sleep(0.1)
        return False

    def wait(self) -> int:
        """Wait until asked to stop, or until one ends by itself, which is a fault."""
        while not self._stop and self._all_alive():
            time.sleep(0.2)
        if self._stop:
            return 0
        ended = next(child for child in self._children if child.poll() is not None)
        _say(f"tocsin {_arguments(ended)[0]} ended by itself (exit code {ended.returncode}); stopping the rest.")
        return FAILED

    def _all_alive(self) -> bool:
        return all(child.poll() is None for child in self._children)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if self._stop:
            for child in self._children:
                child.kill()
        self._stop = True

    def _end(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + _STOP_S
        for child in self._children:
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _arguments(child: subprocess.Popen[bytes]) -> Sequence[str]:
    assert isinstance(child.args, list)
    return [str(argument) for argument in child.args[3:]]
