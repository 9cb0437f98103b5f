"""What every operation of the API stands on: problems, schemas without NUL, pages with cursors."""

import json

import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, Throttled
from ninja.security import HttpBearer
from ninja.testing import TestClient

from tocsin.web.paging import Cursor, Key, Order, Slice
from tocsin.web.problems import Fault, answer_with_problems, problem
from tocsin.web.schemas import Input, Page, Paging, Schema, Text, page

ORDER = Order(keys=(Key(field="id"),))


class NewNote(Input):
    title: str
    parts: list[str] = []
    more: dict[str, str] = {}


class Note(Schema):
    title: str
    kind: Text | None = None


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return token if token == "right" else None


def _api() -> NinjaAPI:
    api = NinjaAPI(urls_namespace="frame-under-test", docs_url=None)
    answer_with_problems(api)

    @api.post("/notes", response=Note)
    def add(request: HttpRequest, note: NewNote) -> dict[str, str]:
        return {"title": note.title}

    @api.get("/notes", response=Page[Note])
    def notes(request: HttpRequest, paging: Query[Paging]) -> dict[str, object]:
        place = Cursor.decode(paging.cursor, ORDER) if paging.cursor else None
        after = int(str(place.values[0])) if place else 0
        found = [{"title": str(number)} for number in range(after + 1, after + paging.limit + 1)]
        following = Cursor(values=(after + paging.limit,)).encode(ORDER)
        return page(Slice(items=tuple(found), first=1, last=2, next=following, previous=None), found, about=9)

    @api.get("/named/{name}")
    def named(request: HttpRequest, name: Text) -> str:
        return name

    @api.get("/fails/{how}")
    def fails(request: HttpRequest, how: str) -> str:
        raise {"gone": Http404(), "slow": Throttled(wait=2.5), "tea": HttpError(418, "I brew no coffee.")}[how]

    @api.get("/inner", auth=Bearer())
    def inner(request: HttpRequest) -> str:
        return "in"

    return api


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(_api())


def test_a_faulty_part_is_named_by_pointer(api: TestClient) -> None:
    response = api.post("/notes", json={"parts": ["a", 1]})

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:tocsin:problem:invalid"
    assert {fault["pointer"] for fault in response.json()["errors"]} == {"#/body/title", "#/body/parts/1"}


@pytest.mark.parametrize(
    "body",
    [
        {"title": "a\x00b"},
        {"title": "a", "parts": ["\x00"]},
        {"title": "a", "more": {"k\x00": "v"}},
        {"title": "a", "more": {"k": "\x00"}},
    ],
)
def test_nul_is_refused_wherever_it_hides(api: TestClient, body: dict[str, object]) -> None:
    assert api.post("/notes", json=body).status_code == 422


def test_nul_is_refused_in_path_and_query(api: TestClient) -> None:
    assert api.get("/named/a\x00b").status_code == 422
    assert api.get("/notes?cursor=%00").status_code == 422


def test_a_misspelt_field_is_refused(api: TestClient) -> None:
    response = api.post("/notes", json={"title": "a", "tittle": "b"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"].endswith("/tittle")


def test_the_description_tells_of_nul(api: TestClient) -> None:
    schemas = _api().get_openapi_schema(path_prefix="")["components"]["schemas"]

    assert schemas["NewNote"]["properties"]["title"]["pattern"] == r"^[^\x00]*$"


def test_a_list_is_walked_by_its_cursor(api: TestClient) -> None:
    first = api.get("/notes?limit=2").json()

    second = api.get(f"/notes?limit=2&cursor={first['next']}").json()

    assert first == {
        "items": [{"title": "1", "kind": None}, {"title": "2", "kind": None}],
        "next": first["next"],
        "previous": None,
        "about": 9,
    }
    assert [item["title"] for item in second["items"]] == ["3", "4"]


@pytest.mark.parametrize("limit", ["0", "501", "x"])
def test_a_page_has_a_size_between_one_and_five_hundred(api: TestClient, limit: str) -> None:
    assert api.get(f"/notes?limit={limit}").status_code == 422


@pytest.mark.parametrize(
    ("how", "status", "says"), [("gone", 404, "nothing here"), ("slow", 429, "Too many"), ("tea", 418, "no coffee")]
)
def test_errors_of_the_frame_are_problems(api: TestClient, how: str, status: int, says: str) -> None:
    response = api.get(f"/fails/{how}")

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert says in response.json()["detail"]
    assert response.headers.get("Retry-After") == ("3" if how == "slow" else None)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_no_or_a_wrong_token_is_a_problem_with_the_way_in(api: TestClient, headers: dict[str, str]) -> None:
    response = api.get("/inner", headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["status"] == 401


def test_a_problem_carries_fields_of_its_own_and_never_the_query() -> None:
    request = RequestFactory().get("/api/findings?q=secret")

    response = problem(
        request,
        status=409,
        title="Closed",
        detail="It is closed.",
        slug="conflict",
        errors=[Fault(pointer="#/body", detail="x")],
        fields={"finding": "F-1"},
    )

    assert json.loads(response.content) == {
        "type": "urn:tocsin:problem:conflict",
        "title": "Closed",
        "status": 409,
        "detail": "It is closed.",
        "instance": "/api/findings",
        "errors": [{"pointer": "#/body", "detail": "x"}],
        "finding": "F-1",
    }


def test_a_problem_without_a_name_says_its_status() -> None:
    body = json.loads(problem(RequestFactory().get("/"), status=503).content)

    assert (body["type"], body["title"]) == ("about:blank", "Service Unavailable")


def test_a_field_may_not_take_a_name_of_the_standard() -> None:
    with pytest.raises(ValueError, match="status"):
        problem(RequestFactory().get("/"), status=409, fields={"status": 1})
