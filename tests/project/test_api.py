"""The API as a whole: who gets in, how it fails, what it says of itself."""

import json
from datetime import datetime, timedelta

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from ninja import Router
from schemathesis.checks import not_a_server_error

from tests.factories import accounts, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts.models import ApiToken
from tocsin.kernel.actor import system
from tocsin.project import api as assembly
from tocsin.registry.models import Organisation


def program(role: Role, organisation: Organisation | None = None, *, days: int = 4000) -> Client:
    """Give a program with a fresh token."""
    with acting(system("test")):
        secret = accounts.token(role, organisation, now=datetime.now().astimezone(), days=days)
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})


def test_a_program_is_told_who_it_is(database: str) -> None:
    with acting(system("test")):
        mine = registry.organisation("mine")

    told = program(Role.ORGANISATION_MEMBER, mine).get("/api/v1/me").json()

    assert (told["kind"], told["everything"], told["organisation_ids"]) == ("service", False, [mine.pk])
    assert "registry.see" in told["permissions"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer tocsin_wrong"}, {"Authorization": "Basic eA=="}])
def test_strangers_get_a_problem_with_the_way_in(database: str, headers: dict[str, str]) -> None:
    response = Client(SERVER_NAME="localhost", headers=headers).get("/api/v1/me")

    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_by_its_date_and_by_being_revoked(database: str) -> None:
    over, revoked, administrator = program(Role.ANALYST, days=1), program(Role.ANALYST), program(Role.ADMINISTRATOR)
    with acting(system("test")):
        first = ApiToken.objects.earliest("id")
        first.expires_at -= timedelta(days=2)
        first.save()
        second = ApiToken.objects.order_by("id")[1]

    assert administrator.delete(f"/api/v1/tokens/{second.pk}").status_code == 204

    assert [client.get("/api/v1/me").status_code for client in (over, revoked, administrator)] == [401, 401, 200]
    again = administrator.delete(f"/api/v1/tokens/{second.pk}").json()
    assert (again["status"], again["type"]) == (409, "urn:tocsin:problem:conflict")
    assert "revoked" in again["detail"]


def test_a_person_in_a_browser_needs_the_csrf_token_to_change_something(database: str) -> None:
    with acting(system("test")):
        client = accounts.enter(accounts.account(Role.ADMINISTRATOR))
    client.handler.enforce_csrf_checks = True
    body = json.dumps({"name": "probe", "role": "analyst"})

    assert client.get("/api/v1/me").status_code == 200
    refused = client.post("/api/v1/tokens", body, content_type="application/json")
    assert (refused.status_code, "CSRF" in refused.json()["detail"]) == (403, True)

    client.get("/sign-in/")  # leads away, yet sets nothing: the page with a form does
    page = client.get("/who-can-do-what/")
    secret = page.content.decode().partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
    made = client.post("/api/v1/tokens", body, content_type="application/json", headers={"X-CSRFToken": secret})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("tocsin_")


def test_who_may_not_is_told_so(database: str) -> None:
    told = program(Role.ANALYST).get("/api/v1/tokens")

    assert told.status_code == 403
    assert told.json()["permission"] == "accounts.manage"
    assert told.json()["type"] == "urn:tocsin:problem:not-allowed"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a", "role": "king"}, "#/body/role"),
        ({"role": "analyst"}, "#/body/name"),
        ({"name": "a", "role": "analyst", "dayz": 3}, "#/body/dayz"),
    ],
)
def test_bad_input_is_named(database: str, body: dict[str, object], pointer: str) -> None:
    told = program(Role.ADMINISTRATOR).post("/api/v1/tokens", json.dumps(body), content_type="application/json")

    assert told.status_code == 422
    assert [fault["pointer"] for fault in told.json()["errors"]] == [pointer]


def test_an_organisation_that_is_not_there_is_not_found(database: str) -> None:
    body = json.dumps({"name": "a", "role": "organisation_member", "organisation_id": 2**40})

    assert program(Role.ADMINISTRATOR).post("/api/v1/tokens", body, content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/api/v1/nowhere", 404), ("get", "/api/v2/", 404), ("put", "/api/v1/me", 405), ("get", "/api/v1/", 404)],
)
def test_what_never_reaches_an_operation_is_a_problem_too(database: str, method: str, path: str, status: int) -> None:
    response = getattr(program(Role.ANALYST), method)(path)

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_problem_and_is_written_down(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("crash")

    monkeypatch.setattr("tocsin.accounts.queries.list_tokens", crash)

    response = program(Role.ADMINISTRATOR).get("/api/v1/tokens")

    assert response.status_code == 500
    assert response.json()["type"] == "urn:tocsin:problem:our-fault"
    assert "crash" not in response.content.decode()
    assert "crash" in caplog.text


def test_the_description_is_openapi_31_and_names_each_operation_once() -> None:
    schema = assembly.api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [told for path in schema["paths"].values() for told in path.values()]
    ids = [told["operationId"] for told in operations]

    assert schema["openapi"].startswith("3.1")
    assert len(ids) == len(set(ids)) > 3
    assert [told["operationId"] for told in operations if not told.get("description")] == []
    assert all("default" in told["responses"] for told in operations)
    assert [told["operationId"] for told in operations if not told.get("security")] == []


def test_a_router_is_found_by_being_there() -> None:
    assert dict(assembly.routers())["accounts"] is not None
    assert all(isinstance(router, Router) for _, router in assembly.routers())


def test_the_page_of_operations_lists_them_all(database: str) -> None:
    with acting(system("test")):
        client = accounts.enter(accounts.account(Role.AUDITOR))

    page = client.get("/api/").content.decode()

    paths = assembly.api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    assert [path for path in paths if path not in page] == []
    assert "<script>" not in page


@pytest.mark.slow
def test_no_request_whatever_is_answered_by_a_server_error(database: str) -> None:
    """Every operation is asked with values that fit its description, and with such that do not."""
    authorization = program(Role.ADMINISTRATOR).defaults["HTTP_AUTHORIZATION"]
    headers = {"Authorization": authorization, "Host": "localhost"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers)
    few = settings(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    asked: list[int] = []

    for found in schema.get_all_operations():

        @few
        @given(case=found.ok().as_strategy())
        def ask(case: schemathesis.Case) -> None:
            response = case.call(headers=headers)
            asked.append(response.status_code)
            case.validate_response(response, checks=[not_a_server_error])

        ask()

    assert len(asked) > 20
