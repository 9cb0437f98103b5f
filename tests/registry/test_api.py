"""The constituency for programs: the same acts, the same limits."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import accounts
from tests.factories import registry as make
from tests.registry.test_import_service import FILES
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import system
from tocsin.registry.models import Asset, Contact, Organisation


class Program:
    """A program with a token."""

    def __init__(self, secret: str) -> None:
        self.client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        data = "" if body is None else json.dumps(body)
        response = self.client.generic(method, f"/api/v1{path}", data, content_type="application/json")
        return response.status_code, json.loads(response.content) if response.content else None


Programs = Callable[..., Program]


@pytest.fixture
def program(database: str) -> Programs:
    def make_program(role: Role, owner: Organisation | None = None) -> Program:
        with acting(system("test")):
            return Program(accounts.token(role, owner, now=datetime.now().astimezone()))

    return make_program


@pytest.fixture
def hospital(database: str) -> Organisation:
    with acting(system("test")):
        made = make.organisation("h1", name_en="County Hospital")
        make.asset(made, "198.18.1.0/24")
        make.contact(made)
    return made


FACTS = {"name_en": "Works", "sector": "health", "region": "LJ", "coordinator": "centre", "language": "en"}


def test_an_organisation_with_all_it_has_by_api_alone(program: Programs, hospital: Organisation) -> None:
    desk = program(Role.COORDINATOR)

    status, made = desk.call("POST", "/organisations", {"code": "w1", **FACTS})
    works = f"/organisations/{made['id']}"
    assert status == 201
    assert desk.call("PUT", works, {**FACTS, "tier": 1, "critical": True})[0] == 204
    contact = desk.call("POST", f"{works}/contacts", {"role": "security", "email": "soc@w1.example", "language": "en"})[
        1
    ]
    asset = desk.call("POST", f"{works}/assets", {"value": "W1.Example.", "valid_from": "2026-03-01T00:00:00Z"})[1]
    changed = {"role": "abuse", "email": "abuse@w1.example", "language": "en"}
    assert desk.call("PUT", f"/contacts/{contact['id']}", changed)[0] == 204
    assert desk.call("PUT", f"/assets/{asset['id']}", {"state": "proven", "note": "seen"})[0] == 204

    shown = desk.call("GET", works)[1]
    assert (shown["tier"], shown["critical"], shown["counting"]) == (1, True, {"domain": 1})
    assert [one["email"] for one in shown["contacts"]] == ["abuse@w1.example"]
    assert shown["changes"][0]["action"] == "registry.change_asset"
    held = desk.call("GET", f"{works}/assets?in_force=true")[1]["items"][0]
    assert (held["value"], held["valid_from"], held["standing"]) == ("w1.example", None, "counts")

    status, moved = desk.call(
        "POST",
        f"/assets/{asset['id']}/move",
        {"to_organisation_id": hospital.pk, "at": "2026-06-01T00:00:00Z", "reason": "sold"},
    )
    assert status == 201
    assert desk.call("POST", f"/assets/{moved['id']}/end", {"at": "2026-07-01T00:00:00Z"})[0] == 204
    assert desk.call("GET", f"/assets/{moved['id']}")[1]["standing"] == "ended"
    assert desk.call("DELETE", f"/contacts/{contact['id']}") == (204, None)
    assert desk.call("GET", f"/contacts/{contact['id']}")[0] == 404


def test_a_list_is_followed_by_its_cursor(program: Programs, hospital: Organisation) -> None:
    with acting(system("test")):
        for _ in range(4):
            make.organisation()
    desk = program(Role.ANALYST)

    first = desk.call("GET", "/organisations?limit=3&sort=code")[1]
    second = desk.call("GET", f"/organisations?limit=3&sort=code&cursor={first['next']}")[1]
    found = desk.call("GET", "/organisations?search=198.18.1.77")[1]

    assert (len(first["items"]), len(second["items"]), first["about"], second["next"]) == (3, 2, 5, None)
    assert [one["name"]["code"] for one in found["items"]] == ["h1"]
    assert desk.call("GET", "/organisations?cursor=forged")[0] == 422
    assert {"sectors", "regions", "coordinators"} == desk.call("GET", "/places")[1].keys()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/organisations/{o}", None),
        ("GET", "/assets/{a}", None),
        ("GET", "/contacts/{c}", None),
        ("PUT", "/contacts/{c}", {"role": "abuse", "email": "a@b.example", "language": "en"}),
        ("DELETE", "/contacts/{c}", None),
        ("POST", "/organisations/{o}/contacts", {"role": "abuse", "email": "a@b.example", "language": "en"}),
    ],
)
def test_what_is_not_yours_is_not_there(
    program: Programs, hospital: Organisation, method: str, path: str, body: object
) -> None:
    with acting(system("test")):
        other = make.organisation("other")
        asset, contact = Asset.objects.get(), Contact.objects.get()
    spelled = path.format(o=hospital.pk, a=asset.pk, c=contact.pk)

    status, told = program(Role.ORGANISATION_MANAGER, other).call(method, spelled, body)

    assert (status, told["type"]) == (404, "urn:tocsin:problem:not-found")


def test_lists_of_others_are_empty(program: Programs, hospital: Organisation) -> None:
    with acting(system("test")):
        other = make.organisation("other")
    member = program(Role.ORGANISATION_MEMBER, other)

    assert member.call("GET", f"/organisations/{hospital.pk}/assets")[1]["items"] == []
    assert [one["name"]["code"] for one in member.call("GET", "/organisations")[1]["items"]] == ["other"]
    assert member.call("GET", "/registry/conflicts")[0] == 403
    assert member.call("GET", "/registry/imports")[0] == 403
    assert member.call("POST", f"/organisations/{other.pk}/assets", {"value": "a.example"})[0] == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"value": "com"}, None),
        ({"value": "a.example", "valid_from": "2026-03-01T00:00:00"}, "#/body/valid_from"),
        ({"value": "a.example", "vaild_from": None}, "#/body/vaild_from"),
    ],
)
def test_what_is_not_acceptable_is_a_problem(
    program: Programs, hospital: Organisation, body: object, pointer: str | None
) -> None:
    status, told = program(Role.ANALYST).call("POST", f"/organisations/{hospital.pk}/assets", body)

    assert status == 422
    if pointer is None:
        assert "public suffix" in told["detail"]
    else:
        assert [fault["pointer"] for fault in told["errors"]] == [pointer]


def test_files_are_looked_at_applied_and_given_back(program: Programs, database: str) -> None:
    desk = program(Role.COORDINATOR)

    def send(query: str = "", files: dict[str, bytes] = FILES) -> dict[str, Any]:
        uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
        told: dict[str, Any] = desk.client.post(f"/api/v1/registry/import{query}", {"files": uploads}).json()
        return told

    looked = send()
    assert (looked["applied"], looked["changes"], looked["bad"]) == (False, 11, [])
    assert send("?apply=true&seen=another")["applied"] is False
    assert send(f"?apply=true&seen={looked['mark']}")["applied"] is True
    assert send("?apply=true")["changes"] == 0
    bad = send(files={"assets.csv": b"organisation,value\nh1,com\n"})
    assert [(fault["line"], fault["column"]) for fault in bad["bad"]] == [(2, "value")]
    assert [one["files"] for one in desk.call("GET", "/registry/imports")[1]["items"]] == [list(FILES)]

    for form in ("zip", "xlsx"):
        exported = desk.client.post(f"/api/v1/registry/export?form={form}").content
        assert send("?apply=true", {f"all.{form}": exported})["changes"] == 0


def test_conflicts_name_both_owners(program: Programs, hospital: Organisation) -> None:
    with acting(system("test")):
        make.asset(make.organisation("other"), "198.18.1.0/24")

    (row,) = program(Role.AUDITOR).call("GET", "/registry/conflicts")[1]["items"]

    assert (row["one"]["name"]["code"], row["other"]["name"]["code"]) == ("h1", "other")
