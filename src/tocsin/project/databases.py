"""The three ways into the one database: application, ingest and owner, each its own role."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

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
    """Give Django's DATABASES: `default` (application), `ingest` and `owner` (set-up and migrations only)."""
    where = _external(database_url) if database_url else _embedded(home)
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
            "OPTIONS": {"pool": pool} if pooled and alias == "default" else {},
        }
        for alias, role in roles.items()
    }


def _external(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", ""),
        "PORT": str(parts.port or query.get("port", "")),
    }


def _embedded(home: Path) -> dict[str, object]:
    where = _STARTED[home][1] if home in _STARTED else Conninfo(host="/not-started")
    return {"NAME": where.dbname, "USER": where.user, "PASSWORD": "", "HOST": where.host, "PORT": str(where.port)}


def _password(home: Path, role: str, database_url: str) -> str:
    return secrets.load(home, f"database-{role}") if database_url else ""
