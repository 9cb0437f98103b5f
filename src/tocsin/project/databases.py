"""The three ways into the one database: application, ingest and owner, each its own role."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from tocsin.project import secrets
from tocsin.project.embedded import Cluster, Conninfo

APPLICATION_ROLE = "tocsin_app"
INGEST_ROLE = "tocsin_ingest"


#: Clusters that this process uses, by their home; `settings` starts nothing by itself (type checkers import it too).
_STARTED: dict[Path, tuple[Cluster, Conninfo]] = {}


def start(*, home: Path, database_url: str, durable: bool = True) -> None:
    """Start the embedded server and keep using it until this process ends; nothing with a server of one's own.

    Raises:
        ClusterError: it cannot be started; names the folder and the way out.
    """
    if not database_url and home not in _STARTED:
        cluster = Cluster(home, durable=durable)
        _STARTED[home] = (cluster, cluster.ensure())


def settings(*, home: Path, database_url: str, pooled: bool) -> dict[str, dict[str, object]]:
    """Give Django's DATABASES: `default` (application), `ingest` and `owner` (set-up and migrations only).

    Raises:
        OddSetting: the URL cannot be meant.
    """
    where = _external(database_url) if database_url else _embedded(home)
    options = where.pop("OPTIONS", {})
    roles: Mapping[str, Mapping[str, object]] = {
        "default": {"USER": APPLICATION_ROLE, "PASSWORD": _password(home, APPLICATION_ROLE, database_url)},
        "ingest": {"USER": INGEST_ROLE, "PASSWORD": _password(home, INGEST_ROLE, database_url)},
        "owner": {},
    }
    pool = {"min_size": 1, "max_size": 8, "timeout": 20}
    return {
        alias: {
            "ENGINE": "django.db.backends.postgresql",
            **where,
            **role,
            "CONN_MAX_AGE": 0,
            "OPTIONS": {**options, **({"pool": pool} if pooled and alias == "default" else {})},
        }
        for alias, role in roles.items()
    }


def _external(url: str) -> dict[str, Any]:
    # Asked for by name: psycopg is slow to load, and `--help` must answer in no time.
    where: dict[str, Any] = import_module("tocsin.project.postgres_url").read(url)
    return where


def _embedded(home: Path) -> dict[str, Any]:
    where = _STARTED[home][1] if home in _STARTED else Conninfo(host="/not-started")
    return {"NAME": where.dbname, "USER": where.user, "PASSWORD": "", "HOST": where.host, "PORT": str(where.port)}


def _password(home: Path, role: str, database_url: str) -> str:
    return secrets.load(home, f"database-{role}") if database_url else ""
