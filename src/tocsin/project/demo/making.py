"""Makes the demo from nothing: an installation of its own, the generator's files, ninety days."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tocsin.project import databases
from tocsin.project.demo.place import DemoError, Note, clear, generator
from tocsin.project.demo.script import Script
from tocsin.project.demo.stopwatch import Stopwatch

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


def make(home: Path, note: Note, *, console: Console) -> Stopwatch:
    """Make the demo from nothing; whatever the folder holds is thrown away first. Only inside `place.held`.

    Raises:
        DemoError: the generator failed, or something did not go as the script says.
        ClusterError: the database cannot be set up here.
    """
    watch = Stopwatch()
    clear(home)
    note.write(home)
    settle(home, note.url)
    with _progress(console) as progress:
        bar = progress.add_task("Setting up the database, writing the province's reports", total=None)
        with watch.part("set up"):
            script = _set_up(home, note.monday)
        progress.update(bar, total=len(script.days), completed=0)

        def at_day(day: date) -> None:
            progress.update(bar, description=f"{day:%A} {day}", completed=script.days.index(day))

        import_module("tocsin.project.demo.building").build(script=script, home=home, watch=watch, at_day=at_day)
    _drop_reports(script)
    replace(note, finished=True).write(home)
    return watch


def _set_up(home: Path, monday: date) -> Script:
    """Set up the database while the generator writes: two cores, two things."""
    folder = home / "province"
    command = [sys.executable, "-m", "bench.province", "history", "--out", str(folder), "--until", str(monday)]
    writing = subprocess.Popen(command, cwd=generator(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        # A crash of the machine may spoil it, and then it is made again in a minute.
        databases.start(home=home, database_url="", durable=False)
        import_module("tocsin.project.start").start(say=lambda _text: None)
    except BaseException:
        writing.kill()
        raise
    finally:
        said = writing.communicate()[1]
    if writing.returncode != 0:
        raise DemoError(f"bench.province failed: {said.decode(errors='replace').strip()}")
    return Script.read(folder)


def _drop_reports(script: Script) -> None:
    """Remove the report files: they hold what is never kept, and all else of them is in the archive."""
    for source in script.story["sources"]:
        shutil.rmtree(script.folder / source["folder"])


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
