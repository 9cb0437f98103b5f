"""Runs `tocsin demo`: makes the demo where it is not made yet, serves it, or checks it."""

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console

from tocsin.project import databases
from tocsin.project.demo.making import make, settle
from tocsin.project.demo.place import DemoError, Note, clear, default_home, free_port, generator, held, made_from
from tocsin.project.demo.script import moment
from tocsin.project.demo.telling import welcome
from tocsin.project.embedded import ClusterError
from tocsin.project.together import Together

PORT = 8417
#: The Monday that the story ends on; the generator's own, so that pictures, tests and pages agree for ever.
MONDAY = date(2026, 11, 23)
FAILED = 1


def run(arguments: argparse.Namespace) -> int:
    """Run the command; 1 with what failed."""
    try:
        generator()
        if arguments.check:
            return _check(arguments)
        return _demo(arguments)
    except (DemoError, ClusterError) as error:
        print(f"tocsin demo: {error}", file=sys.stderr)
        return FAILED


def _demo(arguments: argparse.Namespace) -> int:
    """Make the demo unless it is there, and serve it."""
    home = default_home(os.environ)
    port = arguments.port or PORT
    url = f"http://127.0.0.1:{port if arguments.no_serve else free_port(port)}"
    with held(home):
        note = Note.read(home)
        stale = _why_anew(note, asked=arguments.monday, reset=arguments.reset)
        if stale is not None:
            if note is not None:
                print(f"Making the demo anew: {stale}", file=sys.stderr)
            monday = arguments.monday or MONDAY
            note = Note(made_from=made_from(), monday=monday, url=url, reached=moment(monday, 1, 31), finished=False)
            make(home, note, console=Console(stderr=True))
        else:
            # The children set up what an update of the code may have left to do; this process needs nothing of it.
            settle(home, url)
            databases.start(home=home, database_url="")
        assert note is not None
        if arguments.no_serve:
            return 0
        return _serve(home, note, url)


def _why_anew(note: Note | None, *, asked: date | None, reset: bool) -> str | None:
    """Say why what is there cannot be served; null: it can."""
    if note is None or reset:
        return "as asked."
    if not note.finished:
        return "the last time it was interrupted."
    if note.made_from != made_from():
        return "the generator, the tables or the demo itself have changed."
    if asked is not None and asked != note.monday:
        return f"it ends on {note.monday}."
    return None


def _serve(home: Path, note: Note, url: str) -> int:
    """Serve until Ctrl-C."""
    port = url.rpartition(":")[2]
    # The pages show the Monday morning that the story stops at, on whatever day they are looked at.
    os.environ["TOCSIN_CLOCK"] = note.reached.isoformat()
    began = datetime.now(UTC)
    with Together() as together:
        together.start("web", "--port", port, "--workers", "1")
        together.start("worker")
        if together.wait_until_answered(f"{url}/sign-in/"):
            print(welcome(home=home, note=note, url=url), flush=True)
        ended = together.wait()
    # The next time goes on from here: what was done in these pages must not lie in its future.
    replace(note, url=url, reached=note.reached + (datetime.now(UTC) - began), finished=True).write(home)
    return ended


def _check(arguments: argparse.Namespace) -> int:
    """Make the demo from nothing, look whether everything is as the story says, and leave nothing running."""
    named = os.environ.get("TOCSIN_HOME")
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-", ignore_cleanup_errors=True) as temporary:
        home = default_home(os.environ) if named else Path(temporary) / "home"
        with held(home):
            check = import_module("tocsin.project.demo.checking").check
            try:
                return int(check(home, arguments.monday or MONDAY, arguments.port))
            finally:
                if not named:
                    clear(home)
