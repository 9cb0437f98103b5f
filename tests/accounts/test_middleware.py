"""One transaction and one scope a request; nothing for strangers."""

import json
from collections.abc import Iterator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from tests.factories import accounts, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import system
from tocsin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tocsin.registry.models import Organisation, Sector
from tocsin.web.paging import BadCursor

ERRORS = {
    "not-found": NotFound("Organisation secret-name is not yours."),
    "not-allowed": NotAllowed("You may not."),
    "conflict": Conflict("Somebody was faster."),
    "invalid": Invalid("That is no date."),
    "unavailable": Unavailable("The mail server sleeps."),
    "gone": Http404(),
}


def codes() -> list[str]:
    return list(Organisation.objects.order_by("code").values_list("code", flat=True))


@login_not_required
def seen(request: HttpRequest) -> HttpResponse:
    """Read without any filter: row-level security alone decides."""
    return HttpResponse(json.dumps(codes()))


def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("closed")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> Iterator[bytes]:
        yield ",".join(codes()).encode()
        yield b";"
        yield ",".join(codes()).encode()

    return StreamingHttpResponse(rows())


def write(request: HttpRequest, how: str) -> HttpResponse:
    Sector.objects.create(code="written", name_en="Written", name_zh="写")
    if how == "crash":
        raise RuntimeError("crash")
    if how == "database":
        Sector.objects.create(code="written", name_en="Twice", name_zh="二")
    if how == "refuse":
        return HttpResponse(status=422)
    if how in ERRORS:
        raise ERRORS[how]
    return HttpResponse("ok")


def cursor(request: HttpRequest) -> HttpResponse:
    if "cursor" in request.GET:
        raise BadCursor
    return HttpResponse("first page")


urlpatterns = [
    path("seen", seen),
    path("api/seen", seen),
    path("closed", closed),
    path("stream", stream),
    path("write/<str:how>", write),
    path("cursor", cursor),
    path("", include("tocsin.project.urls")),
]


@pytest.fixture
def owners(database: str) -> Iterator[tuple[Organisation, Organisation]]:
    with acting(system("test")):
        made = registry.organisation("a"), registry.organisation("b")
    with override_settings(ROOT_URLCONF=__name__):
        yield made


@pytest.fixture
def desk(owners: tuple[Organisation, Organisation]) -> Client:
    with acting(system("test")):
        client = accounts.enter(accounts.account(Role.ANALYST))
    client.raise_request_exception = False
    return client


@pytest.fixture
def member(owners: tuple[Organisation, Organisation]) -> Client:
    with acting(system("test")):
        return accounts.enter(accounts.account(Role.ORGANISATION_MEMBER, owners[0]))


def test_a_stranger_sees_no_row(owners: object) -> None:
    assert json.loads(Client(SERVER_NAME="localhost").get("/seen").content) == []


def test_each_sees_within_the_scope_of_the_role(desk: Client, member: Client) -> None:
    assert json.loads(desk.get("/seen").content) == ["a", "b"]
    assert json.loads(member.get("/seen").content) == ["a"]


def test_nothing_of_one_request_is_left_for_the_next(desk: Client) -> None:
    desk.get("/seen")

    assert json.loads(Client(SERVER_NAME="localhost").get("/seen").content) == []
    with connection.cursor() as held:
        held.execute("SELECT coalesce(current_setting('tocsin.scope', true), '')")
        assert held.fetchone() == ("",)


def test_pages_are_closed_to_strangers(owners: object) -> None:
    client = Client(SERVER_NAME="localhost")

    assert client.get("/closed?a=1").headers["Location"] == "/sign-in/?next=%2Fclosed%3Fa%3D1"
    asked_by_htmx = client.get("/closed", headers={"HX-Request": "true"})
    assert (asked_by_htmx.status_code, asked_by_htmx.headers["HX-Redirect"]) == (401, "/sign-in/")


def test_a_stream_keeps_the_scope_though_the_page_is_over(desk: Client, member: Client) -> None:
    assert b"".join(desk.get("/stream")) == b"a,b;a,b"
    assert b"".join(member.get("/stream")) == b"a;a"


def test_a_stream_that_is_dropped_lets_go_of_its_transaction(desk: Client) -> None:
    response = desk.get("/stream")
    next(iter(response))

    response.close()

    assert not transaction.get_connection().in_atomic_block


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("crash", 500),
        ("database", 500),
        ("refuse", 422),
        ("gone", 404),
        ("not-found", 404),
        ("not-allowed", 403),
        ("conflict", 409),
        ("invalid", 422),
        ("unavailable", 503),
    ],
)
def test_what_fails_leaves_nothing_behind(desk: Client, how: str, status: int) -> None:
    response = desk.post(f"/write/{how}")

    assert response.status_code == status
    with acting(system("test")):
        assert not Sector.objects.filter(code="written").exists()


def test_what_succeeds_stays(desk: Client) -> None:
    assert desk.post("/write/well").status_code == 200
    with acting(system("test")):
        assert Sector.objects.filter(code="written").exists()


def test_an_error_becomes_a_page_that_says_why(desk: Client) -> None:
    page = desk.post("/write/conflict").content.decode()

    assert "Somebody was faster." in page
    assert "This can't be done as things stand." in page.replace("&#x27;", "'")


def test_what_is_not_yours_is_not_named(desk: Client) -> None:
    assert "secret-name" not in desk.post("/write/not-found").content.decode()


def test_a_cursor_of_yesterday_leads_to_the_first_page(desk: Client) -> None:
    assert desk.get("/cursor?cursor=old").headers["Location"] == "/cursor"


def test_tokens_count_below_the_api_alone(owners: tuple[Organisation, Organisation], now: object) -> None:
    with acting(system("test")):
        secret = accounts.token(Role.ORGANISATION_MEMBER, owners[1], now=now, days=4000)  # type: ignore[arg-type]  # the fixture gives a time
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})

    assert json.loads(client.get("/api/seen").content) == ["b"]
    assert json.loads(client.get("/seen").content) == []


def test_a_wrong_token_is_nobody_whatever_session_comes_with_it(desk: Client) -> None:
    response = desk.get("/api/seen", headers={"Authorization": "Bearer tocsin_wrong"})

    assert json.loads(response.content) == []


def test_an_integrity_error_is_seen(desk: Client) -> None:
    desk.raise_request_exception = True

    with pytest.raises(IntegrityError):
        desk.post("/write/database")
