"""What is never kept is nowhere after a report went in: in no row of any table and in no byte of the archive."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.scope import acting
from tocsin.events.models import QuarantinedRow
from tocsin.events.services import Delivery, receive
from tocsin.kernel.actor import system

DAY = date(2026, 11, 20)
#: Stands in every value that must not be kept; nothing else has it.
SECRET = "Xq7Zk9"
LONG = SECRET * 20

#: By hand, from the design page: column -> a value that holds a secret as such columns do.
PLANTED = {
    "password": f"{SECRET}password",
    "username": f"{SECRET}user",
    "account": f"{SECRET}account",
    "api_key": f"{SECRET}key",
    "badsecret_secret": f"{SECRET}badsecret",
    "auth_token": f"{SECRET}token",
    "community": f"{SECRET}community",
    "set_cookie": f"sid={SECRET}; Path=/",
    "http_cookie": f"sid={SECRET}",
    "http_referer": f"https://search.example/?q={SECRET}",
    "raw_response": f"{SECRET}raw",
    "payload": f"{SECRET}payload",
    "http_request_body": f"{SECRET}body",
    "message": f"{SECRET} words",
    "subject": f"{SECRET} subject",
    "email": f"{SECRET}@mail.example",
    "sender": f"Somebody <{SECRET}@mail.example>",
    "url": f"https://{SECRET}:{SECRET}@198.18.1.5/path;{SECRET}=1?{SECRET}={SECRET}#{SECRET}",
    "redirect_target": f"https://site.example/a?{SECRET}",
    "http_url": f"/{LONG}/x?{SECRET}",
    "query_string": f"a={SECRET}",
    "banner": f"220 ready password={SECRET} Authorization: Basic {SECRET}{SECRET}",
    "server": f"x://u:{SECRET}@h.example/ token: {SECRET}",
    "api-key": f"{SECRET}key",
    "密码": f"{SECRET}password",
    "e-mail": f"{SECRET}@mail.example",
    "helo": f"USER {SECRET}|PASS {SECRET}|密码：{SECRET}",
    "detail": f"cookie: a={SECRET}; mail {SECRET}@mail.example GET /x?y={SECRET}",
}
HEADER = (*make.columns("scan_rdp"), *PLANTED)
BRUTE = (
    "timestamp", "protocol", "src_ip", "src_port", "src_asn", "src_geo", "dst_ip", "dst_port", "service", "username",
    "password", "payload_url", "target_protocol", "start_time", "end_time", "client_version", *PLANTED,
)  # fmt: skip


def told_twice(values: dict[str, str]) -> list[dict[str, str]]:
    """Plant the secrets in a row that is read and in one that is refused."""
    return [values | PLANTED, {**values, "timestamp": f"yesterday {SECRET}"} | PLANTED]


def files() -> list[tuple[str, bytes]]:
    scanned = told_twice(make.row(DAY, "198.18.1.5"))
    attack = told_twice(
        {
            "timestamp": f"{DAY} 03:00:00",
            "src_ip": "198.18.1.6",
            "src_port": "2222",
            "dst_ip": "203.0.113.1",
            "dst_port": "22",
            "payload_url": f"http://x.example/?{SECRET}",
        }
    )
    rdp, brute = make.text(scanned, HEADER), make.text(attack, BRUTE)
    # A cell too many and one too few move what is planted under other names.
    cells = rdp.splitlines()[1].split(b",")
    ragged = [[*cells, SECRET.encode()], cells[:5] + cells[6:]]
    odd = rdp + b"".join(b",".join(row) + b"\n" for row in ragged)
    return [
        (f"{DAY}-scan_rdp.csv", odd),
        (f"{DAY}-event4_honeypot_brute_force.csv", brute),
        (f"{DAY}-scan_thing_of_tomorrow.csv", rdp),
    ]


def everything_in_the_database() -> dict[str, str]:
    """Give each table's rows as text, as its owner sees them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            cursor.execute(
                sql.SQL("SELECT coalesce(string_agg(held::text, chr(10)), '') FROM {} held").format(
                    sql.Identifier(name)
                )
            )
            found[name] = cursor.fetchone()[0]
        return found


@pytest.fixture
def taken_in(database: str, now: datetime) -> None:
    with acting(system("test")):
        registry.asset(registry.organisation(), "198.18.1.0/24")

    outcomes = make.deliver(*files(), now=now)

    assert [(outcome.error, outcome.events, outcome.quarantined) for outcome in outcomes] == [
        (None, 3, 1),
        (None, 1, 1),
        (None, 1, 1),
    ]


def test_no_row_of_any_table_holds_it(taken_in: None) -> None:
    found = everything_in_the_database()

    assert "198.18.1.5" in found["findings_finding"]
    assert "198.18.1.6" in found["findings_finding"]
    assert {name for name, text in found.items() if SECRET.lower() in text.lower()} == set()


def test_no_byte_of_the_archive_holds_it(taken_in: None) -> None:
    paths = sorted(Path(settings.ARCHIVE_FOLDER).rglob("*.parquet"))

    assert len(paths) == 3
    for path in paths:
        # Once as it lies there (names and statistics are plain), once unpacked.
        unpacked = pl.read_parquet(path).write_json().encode()
        for content in (path.read_bytes(), unpacked):
            assert SECRET.lower().encode() not in content.lower(), path
        assert b"198.18.1." in unpacked


def test_what_is_no_secret_is_kept(taken_in: None) -> None:
    path = next(Path(settings.ARCHIVE_FOLDER).rglob("*scan_rdp*/*.parquet"))

    row = pl.read_parquet(path).filter(pl.col("row") == 1).row(0, named=True)

    assert row["raw_banner"].startswith("220 ready password=***")
    assert row["raw_email"] == "***@mail.example"
    assert row["raw_redirect_target"] == "https://site.example/a"


def test_quarantine_keeps_it_sealed_alone(taken_in: None) -> None:
    with acting(system("test")):
        sealed = [bytes(row.sealed or b"") for row in QuarantinedRow.objects.all()]

    assert len(sealed) == 3
    assert not any(SECRET.encode() in content for content in sealed)


def test_a_file_that_waits_is_sealed(database: str, now: datetime, tmp_path: Path) -> None:
    name, content = files()[0]
    path = tmp_path / name
    path.write_bytes(content)

    with path.open("rb") as stream:
        receive(actor=system("desk"), delivery=Delivery(name=name, stream=stream), source_name=None, now=now)

    waiting = list(Path(settings.INBOX_FOLDER).iterdir())
    assert len(waiting) == 1
    assert SECRET.encode() not in waiting[0].read_bytes()
    assert waiting[0].parent.stat().st_mode & 0o077 == 0
    assert {name for name, text in everything_in_the_database().items() if SECRET in text} == set()
