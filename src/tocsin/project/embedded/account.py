"""Knows under which account the server may run: PostgreSQL refuses to run as root, so root needs somebody else.

Nothing here changes a mode or an owner outside the home folder; who can't get through is not used.
"""

import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: The system user made for the server where root runs us and the folders let a stranger through.
SYSTEM_USER = "tocsin-db"

#: Root, but called nobody inside: the files stay root's, and the server sees itself as an ordinary user.
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")

#: What the server sees of our environment: none of our settings, least of all secrets.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


class ClusterError(RuntimeError):
    """The embedded PostgreSQL can't be set up, started or reached; the message names the place and the way out."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who can run the server, with the owner of its files as seen from outside."""

    name: str
    uid: int
    gid: int
    namespace: bool = False

    def run(self, *command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this account, `text` on its standard input, from a folder that everybody may enter."""
        switch = os.geteuid() != self.uid
        return subprocess.run(
            [*(NAMESPACE if self.namespace else ()), *map(str, command)],
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            user=self.uid if switch else None,
            group=self.gid if switch else None,
            extra_groups=[] if switch else None,
        )

    def refusal(self, postgres: Path, folder: Path) -> str:
        """Say what keeps this account from the program or the folder, by trying; empty when nothing does."""
        for attempt, place in (
            ((postgres, "--version"), postgres),
            (("/bin/sh", "-c", 'cd -- "$1"', "sh", folder), folder),
        ):
            try:
                tried = self.run(*attempt)
            except OSError as error:
                return f"{self.name} can't use {place}: {error.strerror}"
            if tried.returncode != 0:
                return f"{self.name} can't use {place}: {last_line(tried.stderr)}"
        return ""

    def give(self, path: Path) -> None:
        """Hand a file or a whole folder below home to this account, following no link."""
        if os.geteuid() != 0 or path.lstat().st_uid == self.uid:
            return
        for place, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.lchown(Path(place, name), self.uid, self.gid)
        os.lchown(path, self.uid, self.gid)  # last: a walk that was cut short is taken up again


def last_line(output: str) -> str:
    """Give the last line that says something."""
    return next((line for line in reversed(output.splitlines()) if line.strip()), "no reason given")


def choose(*, postgres: Path, home: Path, folder: Path, data: Path) -> Account:
    """Choose who runs the server: ourselves, or as root the first of the candidates who gets through.

    Raises:
        ClusterError: root, and nobody gets to both the program and the folder.
    """
    if os.geteuid() != 0:
        return Account(name="this user", uid=os.geteuid(), gid=os.getegid())
    refusals = []
    for account in _candidates(postgres=postgres, home=home, folder=folder, data=data):
        refusal = account.refusal(postgres, folder)
        if not refusal:
            return account
        refusals.append(refusal)
    raise ClusterError(
        f"PostgreSQL does not run as root, and no other account gets to both {postgres.parent} and {folder}: "
        f"{'; '.join(refusals)}. Set TOCSIN_HOME to a folder below /var/lib or /srv, run this as an ordinary user, "
        "or name a PostgreSQL of your own with DATABASE_URL."
    )


def _candidates(*, postgres: Path, home: Path, folder: Path, data: Path) -> Iterator[Account]:
    """Yield in order: the ordinary owner of what is there, the system user, root inside a user namespace."""
    owner = (data if data.exists() else home).stat()
    if owner.st_uid != 0:
        yield Account(name=_name(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    # Tried with nobody first: no user is added to the machine when the folders would keep it out anyway.
    stranger = pwd.getpwnam("nobody")
    nobody = Account(name="nobody", uid=stranger.pw_uid, gid=stranger.pw_gid)
    mode = home.stat().st_mode & 0o7777
    home.chmod(mode | 0o011)
    if nobody.refusal(postgres, folder):
        home.chmod(mode)
        yield nobody  # for its refusal, which names the folder
    else:
        yield _system_user() or nobody
    yield Account(name="root in a user namespace", uid=0, gid=0, namespace=True)


def _system_user() -> Account | None:
    """Find the system user, or make it; None where this machine adds none."""
    command = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
    for attempt in (False, True):
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if attempt:
                return None
            _try([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER])
        else:
            return Account(name=SYSTEM_USER, uid=entry.pw_uid, gid=entry.pw_gid)
    return None


def _try(command: Sequence[str]) -> None:
    """Run a command whose failure shows in what it leaves undone: another process may be doing the same."""
    with suppress(FileNotFoundError):  # no useradd on this machine
        # Not our mask, which is for what we write: the machine's own files are for all to read.
        subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT, umask=0o022)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
