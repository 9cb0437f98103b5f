"""An installation of its own, made once, for the tests of the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.source import REPOSITORY
from tocsin.project.embedded import Cluster

Tocsin = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the environment of an installation in an empty folder; its server is kept up between commands."""
    home = tmp_path_factory.mktemp("installation")
    names = ("DATABASE_URL", "TOCSIN_MAIL", "TOCSIN_URL", "TOCSIN_PROCESS", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {"TOCSIN_HOME": str(home), "TOCSIN_ZONE": "Asia/Shanghai"}
    cluster = Cluster(home, durable=False)
    cluster.ensure()
    yield environment
    cluster.stop(force=True)


@pytest.fixture
def tocsin(installation: dict[str, str]) -> Tocsin:
    """Run a command of the installation."""

    def run(*arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tocsin.project.cli", *arguments],
            cwd=REPOSITORY,
            env={**installation, **environment},
            input=text,
            capture_output=True,
            text=True,
            timeout=180,
        )

    return run


@pytest.fixture
def home(installation: dict[str, str]) -> Path:
    return Path(installation["TOCSIN_HOME"])
