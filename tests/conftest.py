"""A real PostgreSQL for every test that asks for `database`: a copy of a prepared template, thrown away afterwards."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
HOME = REPOSITORY / ".tocsin" / "test"
os.environ.update(
    TOCSIN_HOME=str(HOME),
    TOCSIN_PROCESS="test",
    DJANGO_SETTINGS_MODULE="tocsin.project.settings",
    TOCSIN_ZONE="Asia/Shanghai",
)
for name in ("DATABASE_URL", "TOCSIN_MAIL", "TOCSIN_URL", "TOCSIN_PROXIES", "TOCSIN_LANGUAGE", "TOCSIN_DEBUG"):
    os.environ.pop(name, None)

import django  # noqa: E402  (the settings read the environment)

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import translation  # noqa: E402

from tocsin.project import databases  # noqa: E402
from tocsin.project.provision import provision  # noqa: E402

ALIASES = ("default", "ingest", "owner")


@pytest.fixture(autouse=True)
def in_the_usual_language() -> Iterator[None]:
    """Undo the language that a request of the test's client chose: a server chooses it anew for every request."""
    yield
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    """Give a fixed moment: Monday 23 November 2026, 07:30 in Shanghai."""
    return datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    """Start the test server and give the name of a database with everything set up and nothing in it."""
    databases.start(home=HOME, database_url="", durable=False)
    where = databases.settings(home=HOME, database_url="", pooled=False)
    for alias in ALIASES:
        connections.settings[alias].update(HOST=where[alias]["HOST"], PORT=where[alias]["PORT"])
        connections[alias].settings_dict.update(HOST=where[alias]["HOST"], PORT=where[alias]["PORT"])
    name = f"template_{_schema_hash()}"
    if not _query("SELECT 1 FROM pg_database WHERE datname = %s", name):
        draft = f"draft_{uuid.uuid4().hex[:12]}"
        _statement(f'CREATE DATABASE "{draft}"')
        _use(draft)
        provision()
        _use("tocsin")
        _statement(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    yield name
    for alias in ALIASES:
        connections[alias].close()


@pytest.fixture
def database(template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the test a database of its own and folders of its own for archive, outbox and inbox."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _use("tocsin")
    _statement(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    _use(name)
    for folder in ("archive", "outbox", "inbox"):
        monkeypatch.setattr(settings, f"{folder.upper()}_FOLDER", tmp_path / folder)
    yield name
    _use("tocsin")
    _statement(f'DROP DATABASE "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _statement(text: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(text)


def _query(text: str, *values: object) -> object:
    with connections["owner"].cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()


def _schema_hash() -> str:
    """Name the template by what makes it, so that a changed migration makes a new one."""
    digest = hashlib.sha256()
    sources = sorted((REPOSITORY / "src" / "tocsin").glob("*/migrations/*.py"))
    for path in [*sources, REPOSITORY / "src/tocsin/project/provision.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
