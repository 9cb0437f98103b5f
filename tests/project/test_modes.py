"""Other users of the machine read nothing, whatever mask we are started with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import REPOSITORY
from tests.project.conftest import Tocsin
from tocsin.project import secrets
from tocsin.project.modes import OF_STRANGERS, make_private, mode_of


@pytest.fixture(autouse=True)
def careless() -> object:
    """Start as most shells do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_a_command_makes_is_its_users_alone(tocsin: Tocsin, home: Path, tmp_path: Path) -> None:
    for name in ("archive", "outbox", "inbox"):
        make_private(home / name)
        (home / name).chmod(0o755)
    target = tmp_path / "registry.zip"

    done = tocsin("registry", "export", str(target))

    assert done.returncode == 0, done.stderr
    assert mode_of(target) == 0o600
    assert {name: mode_of(home / name) & 0o007 for name in ("archive", "outbox", "inbox")} == dict.fromkeys(
        ("archive", "outbox", "inbox"), 0
    )


def test_what_stands_beside_the_database_is_closed_though_its_account_passes_home(tocsin: Tocsin, home: Path) -> None:
    for name in ("archive", "outbox", "inbox"):
        make_private(home / name)
        (home / name).chmod(0o700)
    tocsin("registry", "export", str(home / "secrets/export.zip"))
    (home / "secrets/export.zip").unlink()

    beside = {path.name: mode_of(path) & OF_STRANGERS for path in home.iterdir() if path.name != "postgres"}

    assert mode_of(home) in {0o700, 0o711}
    assert {"archive", "outbox", "inbox", "secrets"} <= beside.keys()
    assert set(beside.values()) == {0}


def test_a_server_of_another_kind_masks_as_well(installation: dict[str, str]) -> None:
    script = "import os, tocsin.project.wsgi; print(f'{os.umask(0):o}')"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=installation, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["77"]


def test_home_is_closed_where_secrets_alone_make_it(tmp_path: Path) -> None:
    secrets.load(tmp_path / "home", "signing")

    assert mode_of(tmp_path / "home") == 0o700
    assert mode_of(tmp_path / "home/secrets") == 0o700


def test_a_group_that_was_let_in_stays(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox").chmod(0o775)

    make_private(tmp_path / "inbox")

    assert mode_of(tmp_path / "inbox") == 0o770


def test_the_doctor_names_what_is_open(tocsin: Tocsin, home: Path) -> None:
    make_private(home / "archive")
    before = mode_of(home)
    (home / "archive").chmod(0o750)
    home.chmod(before | 0o044)
    try:
        done = tocsin("doctor")
    finally:
        (home / "archive").chmod(0o700)
        home.chmod(before)

    assert done.returncode == 1
    assert f"chmod -R go-rwx {home / 'archive'}" in done.stdout
    assert f"chmod go-rw {home}" in done.stdout
