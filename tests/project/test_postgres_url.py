"""DATABASE_URL means to Tocsin what it means to PostgreSQL's own programs."""

from pathlib import Path

import pytest

from tocsin.project import databases
from tocsin.project.env import OddSetting, read


@pytest.mark.parametrize("alias", ["default", "ingest", "owner"])
def test_every_connection_is_encrypted_as_asked(tmp_path: Path, alias: str) -> None:
    url = "postgresql://owner:p%40ss@db.example:6432/tocsin?sslmode=verify-full&sslrootcert=/etc/ca%20of%20us.pem"

    made = databases.settings(home=tmp_path, database_url=url, pooled=True)[alias]

    assert (made["HOST"], made["PORT"], made["NAME"]) == ("db.example", "6432", "tocsin")
    options = made["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca of us.pem")
    assert ("pool" in options) is (alias == "default")


def test_the_owner_is_who_the_url_names(tmp_path: Path) -> None:
    made = databases.settings(home=tmp_path, database_url="postgres://me:p%40ss@h/db", pooled=False)["owner"]

    assert (made["USER"], made["PASSWORD"]) == ("me", "p@ss")


def test_several_hosts_and_a_socket_are_passed_on(tmp_path: Path) -> None:
    def place(url: str) -> tuple[object, object]:
        made = databases.settings(home=tmp_path, database_url=url, pooled=False)["default"]
        return made["HOST"], made["PORT"]

    assert place("postgresql://o@a:1,b:2/db?target_session_attrs=read-write") == ("a,b", "1,2")
    assert place("postgresql:///db?host=/run/postgresql&port=5433") == ("/run/postgresql", "5433")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://o:secret@h/db?sslmod=require", 'invalid URI query parameter: "sslmod"'),
        ("postgresql://o:secret@h/db?sslmode", "missing key/value separator"),
        ("postgresql://o:secret%zz@h/db", "is no URL"),
        ("postgresql://o:secret@h", "names no database"),
    ],
)
def test_what_cannot_be_meant_refuses_to_start_and_keeps_the_password(tmp_path: Path, url: str, why: str) -> None:
    with pytest.raises(OddSetting, match=why) as refused:
        databases.settings(home=tmp_path, database_url=url, pooled=False)

    assert "DATABASE_URL=" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "TOCSIN_MAIL"])
def test_a_wrong_scheme_is_said_without_the_password(name: str) -> None:
    with pytest.raises(OddSetting, match=r"db\.example") as refused:
        read({name: "http://user:secret/@x@db.example/?sslpassword=secret"})

    assert "secret" not in str(refused.value)
