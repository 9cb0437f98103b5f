"""What `tocsin doctor` looks at. Each check is a generator of what it found; one that breaks is a fault itself."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402  (the settings need Django started)
from django.db import Error, connections  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from tocsin.access.scope import acting  # noqa: E402
from tocsin.catalogue.queries import faults as catalogue_faults  # noqa: E402
from tocsin.catalogue.queries import problems  # noqa: E402
from tocsin.jobs.queries import queue_facts  # noqa: E402
from tocsin.kernel.actor import system  # noqa: E402
from tocsin.net import smtp  # noqa: E402
from tocsin.project import rows  # noqa: E402
from tocsin.project.doctor import Finding  # noqa: E402
from tocsin.project.modes import OF_OTHERS, OF_STRANGERS, make_private, mode_of  # noqa: E402
from tocsin.project.provision import provision  # noqa: E402

#: PostgreSQL 15, as `server_version_num` spells it.
_OLDEST = 150_000
_CLOCK_APART_S = 5
_WAITING_TOO_LONG_S = 15 * 60
_LEAST_FREE_BYTES = 2_000_000_000
_LEAST_FREE_SHARE = 0.05
_FEW = 5
_MAIL_TIMEOUT_S = 10


def all_checks() -> tuple[Finding, ...]:
    """Run every check."""
    found: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            found.extend(check(name))
        except (Error, OSError) as error:
            said = str(error).strip().splitlines()
            found.append(Finding(check=name, ok=False, found=said[0] if said else repr(error), way_out=_UNREACHABLE))
    return tuple(found)


_UNREACHABLE = "Look at the database's log in <TOCSIN_HOME>/postgres/log, or at DATABASE_URL."


def _database(name: str) -> Iterator[Finding]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    old = number < _OLDEST
    way_out = "Tocsin needs PostgreSQL 15 or newer." if old else ""
    yield Finding(check=name, ok=not old, found=f"PostgreSQL {version}", way_out=way_out)


def _set_up(name: str) -> Iterator[Finding]:
    provision()
    executor = MigrationExecutor(connections["owner"])
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    way_out = "Start any command of this version once; it runs them." if pending else ""
    yield Finding(check=name, ok=not pending, found=f"{pending} migrations missing", way_out=way_out)


def _roles(name: str) -> Iterator[Finding]:
    for alias in ("default", "ingest"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user")
            user = cursor.fetchone()[0]
        yield Finding(check=name, ok=True, found=f"{user} gets in")
    with connections["owner"].cursor() as cursor:
        yield from _each(name, rows.overpowered(cursor), "Take these powers from the role (ALTER ROLE).")


def _row_security(name: str) -> Iterator[Finding]:
    with connections["owner"].cursor() as cursor:
        yield from _each(
            name, rows.unprotected(cursor), "Somebody changed the tables by hand: restore a backup, or ask."
        )


def _catalogue(name: str) -> Iterator[Finding]:
    faults = catalogue_faults()
    if faults:
        yield from _each(name, faults, "Mend the file, or reinstall tocsin.")
    else:
        yield Finding(check=name, ok=True, found=f"{len(problems())} problems in words")


def _folders(name: str) -> Iterator[Finding]:
    for folder in (settings.ARCHIVE_FOLDER, settings.OUTBOX_FOLDER, settings.INBOX_FOLDER):
        make_private(folder)
        ok = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
        way_out = "" if ok else f"Give it to the user that runs Tocsin (uid {os.geteuid()})."
        yield Finding(check=name, ok=ok, found=f"{folder} {'can' if ok else 'can not'} be written", way_out=way_out)


def _modes(name: str) -> Iterator[Finding]:
    # The database's account may have to pass through home to its folder; reading is for nobody.
    looked_at = (
        _closed(settings.HOME, bits=0o066, way_out="chmod go-rw"),
        _closed(settings.ARCHIVE_FOLDER, bits=OF_STRANGERS, way_out="chmod -R go-rwx"),
        _closed(settings.OUTBOX_FOLDER, bits=OF_STRANGERS, way_out="chmod -R go-rwx"),
        # A group may hand files in.
        _closed(settings.INBOX_FOLDER, bits=OF_OTHERS, way_out="chmod -R o-rwx"),
    )
    faults = [fault for fault in looked_at if fault is not None]
    if not faults:
        yield Finding(check=name, ok=True, found=f"what {settings.HOME} holds is closed to others")
    for found, way_out in faults:
        yield Finding(check=name, ok=False, found=found, way_out=way_out)


def _closed(path: Path, *, bits: int, way_out: str) -> tuple[str, str] | None:
    """Give what is open and how to close it; null: nothing is."""
    return (f"{path} has mode {mode_of(path):o}", f"{way_out} {path}") if mode_of(path) & bits else None


def _secrets(name: str) -> Iterator[Finding]:
    folder = settings.HOME / "secrets"
    faults = [
        fault
        for path in (folder, *folder.iterdir())
        if (fault := _closed(path, bits=OF_STRANGERS, way_out="chmod go-rwx"))
    ]
    if not faults:
        yield Finding(check=name, ok=True, found=f"{folder} is closed to others")
    for found, way_out in faults:
        yield Finding(check=name, ok=False, found=found, way_out=way_out)


def _mail(name: str) -> Iterator[Finding]:
    way = settings.ENVIRONMENT.mail
    if way == "outbox":
        yield Finding(check=name, ok=True, found=f"nothing is sent: mails are files in {settings.OUTBOX_FOLDER}")
        return
    try:
        server = smtp.Server.of(way)
        with smtp.Connection(server, timeout_s=_MAIL_TIMEOUT_S) as connection:
            connection.reach()
    except smtp.ServerAway as error:
        yield Finding(check=name, ok=False, found=str(error), way_out="Look at TOCSIN_MAIL, then at the mail server.")
        return
    yield Finding(check=name, ok=True, found=f"{server.host} answers on port {server.port}")


def _clock(name: str) -> Iterator[Finding]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
    ok = apart <= _CLOCK_APART_S
    found = f"this machine and the database are {apart:.1f} s apart; days are counted in {settings.TIME_ZONE}"
    yield Finding(check=name, ok=ok, found=found, way_out="" if ok else "Let both machines keep time by NTP.")


def _queue(name: str) -> Iterator[Finding]:
    actor = system("doctor")
    with acting(actor):
        facts = queue_facts(actor=actor)
    waited_s = (datetime.now(UTC) - facts.waiting_since).total_seconds() if facts.waiting_since else 0
    late = waited_s > _WAITING_TOO_LONG_S
    found = f"{facts.waiting} jobs wait, the longest for {waited_s / 60:.0f} min; {facts.workers} workers"
    yield Finding(check=name, ok=not late, found=found, way_out="Start a worker: `tocsin worker`." if late else "")
    if facts.failed:
        newest = facts.failed[0]
        yield Finding(
            check=name,
            ok=False,
            found=f"{sum(queue.failed for queue in facts.queues)} jobs failed, last {newest.task}: {newest.error}",
            way_out="Mend the cause, then try them again on the page Jobs.",
        )


def _disk(name: str) -> Iterator[Finding]:
    usage = shutil.disk_usage(_existing(settings.HOME))
    ok = usage.free >= _LEAST_FREE_BYTES and usage.free >= _LEAST_FREE_SHARE * usage.total
    found = f"{usage.free / 1e9:.1f} of {usage.total / 1e9:.1f} GB are free below {settings.HOME}"
    yield Finding(check=name, ok=ok, found=found, way_out="" if ok else "Make room before the database stops.")


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _each(name: str, faults: list[str], way_out: str) -> Iterator[Finding]:
    """Give a finding for each of the first few faults, or one that all is well."""
    if not faults:
        yield Finding(check=name, ok=True, found="nothing at fault")
    for fault in faults[:_FEW]:
        yield Finding(check=name, ok=False, found=fault, way_out=way_out)
    if len(faults) > _FEW:
        yield Finding(check=name, ok=False, found=f"and {len(faults) - _FEW} more like these", way_out=way_out)


Check = Callable[[str], Iterator[Finding]]
CHECKS: dict[str, Check] = {
    "database": _database,
    "set-up": _set_up,
    "roles": _roles,
    "row-level security": _row_security,
    "catalogue": _catalogue,
    "folders": _folders,
    "modes": _modes,
    "secrets": _secrets,
    "mail": _mail,
    "clock": _clock,
    "queue": _queue,
    "disk": _disk,
}
