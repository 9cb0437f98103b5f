"""Runs `tocsin demo`: makes the demo where it is not made yet, serves it, or checks it."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tocsin.project import databases
from tocsin.project.demo.place import DemoError, Note, clear, default_home, generator, held, made_from
from tocsin.project.demo.script import Script, last_monday
from tocsin.project.demo.stopwatch import Stopwatch
from tocsin.project.embedded import ClusterError

PORT = 8417
FAILED = 1
#: What the demo's installation is called; whoever sets one of these has it.
_NAMES = {
    "TOCSIN_NAME_EN": "Linjiang Cybersecurity Coordination Centre",
    "TOCSIN_NAME_ZH": "临江省网络安全协调中心",
    "TOCSIN_NUMBER_PREFIX_ZH": "临网通",
    "TOCSIN_PHONE": "+86 000 5550100",
    "TOCSIN_SENDER": "notices@desk.linjiang.example",
    "TOCSIN_ZONE": "Asia/Shanghai",
}
#: What would make the demo touch something that is not its own: a database, a mail server.
_NOT_OURS = ("DATABASE_URL", "DATABASE_URL_FILE", "TOCSIN_MAIL", "TOCSIN_MAIL_FILE", "TOCSIN_DEBUG")


def run(arguments: argparse.Namespace) -> int:
    """Run the command; 1 with what failed."""
    try:
        return _run(arguments)
    except (DemoError, ClusterError) as error:
        print(f"tocsin demo: {error}", file=sys.stderr)
        return FAILED


def _run(arguments: argparse.Namespace) -> int:
    generator()
    home = default_home(os.environ)
    port = arguments.port or PORT
    monday = arguments.monday or last_monday(datetime.now(UTC))
    with held(home):
        _make_if_needed(home, port=port, monday=monday, asked=arguments.monday, reset=arguments.reset)
    return 0


def _make_if_needed(home: Path, *, port: int, monday: date, asked: date | None, reset: bool) -> None:
    note = Note.read(home)
    hash_now = made_from()
    fits = (
        note is not None
        and note.finished
        and note.made_from == hash_now
        and (asked is None or asked == note.monday)
        and not reset
    )
    if fits:
        return
    make(home, Note(made_from=hash_now, monday=monday, url=f"http://127.0.0.1:{port}", finished=False))


def settle(home: Path, url: str) -> None:
    """Point this process and its children at the demo's installation; before anything of Django is imported."""
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    for name, value in _NAMES.items():
        os.environ.setdefault(name, value)
    os.environ.update(
        TOCSIN_HOME=str(home),
        TOCSIN_URL=url,
        TOCSIN_PROCESS="command",
        DJANGO_SETTINGS_MODULE="tocsin.project.settings",
    )


def make(home: Path, note: Note) -> Stopwatch:
    """Make the demo from nothing; whatever the folder holds is thrown away first."""
    console, watch = Console(stderr=True), Stopwatch()
    clear(home)
    note.write(home)
    settle(home, note.url)
    with _progress(console) as progress:
        bar = progress.add_task("Setting up the database, writing the province's reports", total=None)
        with watch.part("set up"):
            writing = _start_generator(home / "province", note.monday)
            try:
                databases.start(home=home, database_url="", durable=False)
                import_module("tocsin.project.start").start(say=lambda _text: None)
            finally:
                said = writing.communicate()[1]
        if writing.returncode != 0:
            raise DemoError(f"bench.province failed: {said.decode(errors='replace').strip()}")
        script = Script.read(home / "province")
        progress.update(bar, total=len(script.days), completed=0)

        def at_day(day: date) -> None:
            progress.update(bar, description=f"{day:%A %-d %B}", completed=script.days.index(day))

        import_module("tocsin.project.demo.building").build(script=script, home=home, watch=watch, at_day=at_day)
    print(dict(watch.parts), watch.total_s)
    return watch


def _start_generator(folder: Path, monday: date) -> subprocess.Popen[bytes]:
    """Let the generator write beside the set-up of the database: two cores, two things."""
    command = [sys.executable, "-m", "bench.province", "history", "--out", str(folder), "--until", str(monday)]
    return subprocess.Popen(command, cwd=generator(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress
