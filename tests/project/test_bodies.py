"""Nothing is read of a body larger than what its address takes; files come from those alone who may add them."""

import io
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import accounts
from tests.house.source import REPOSITORY, modules
from tests.project.test_cli import answers, port, wait_until
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import system
from tocsin.project.api import PATH, api
from tocsin.project.bodies import UPLOADS

__all__ = ["port"]

LARGE = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the files that the parser begins to read."""
    begun: list[str] = []
    before = FileUploadHandler.new_file

    def new_file(self: FileUploadHandler, field: str, *given: object, **named: object) -> None:
        begun.append(field)
        before(self, field, *given, **named)

    monkeypatch.setattr(FileUploadHandler, "new_file", new_file)
    return begun


@pytest.fixture
def analyst(database: str) -> Client:
    with acting(system("test")):
        return accounts.enter(accounts.account(Role.ANALYST))


def upload(client: Client, path: str, size: int, **headers: str) -> object:
    return client.post(path, {"reports": io.BytesIO(b"x" * size), "files": io.BytesIO(b"x")}, headers=headers)


@pytest.mark.parametrize("path", ["/reports/add/", "/organisations/import/", "/sign-in/", "/sign-out/"])
def test_a_strangers_large_body_is_not_read(database: str, read: list[str], path: str) -> None:
    response = upload(Client(SERVER_NAME="localhost", enforce_csrf_checks=True), path, LARGE)

    assert response.status_code == 413
    assert "At most 3 MB" in response.content.decode()
    assert read == []


@pytest.mark.parametrize(("language", "says"), [("en", "This is too large."), ("zh-hans", "内容过大。")])
def test_the_page_says_so_in_the_readers_language(database: str, language: str, says: str) -> None:
    client = Client(SERVER_NAME="localhost")
    client.cookies["tocsin-language"] = language

    assert f"<h1>{says}</h1>" in upload(client, "/sign-in/", LARGE).content.decode()


@pytest.mark.parametrize("path", ["/api/v1/reports", "/api/v1/registry/import", "/api/v1/tokens"])
def test_a_program_gets_a_problem(database: str, read: list[str], path: str) -> None:
    response = upload(Client(SERVER_NAME="localhost"), path, LARGE, Authorization="Bearer tocsin_wrong")

    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    assert read == []


def test_whoever_may_add_reports_may_add_large_ones(analyst: Client, read: list[str]) -> None:
    response = upload(analyst, "/reports/add/", LARGE)

    assert response.status_code != 413
    assert "reports" in read


def test_signed_in_elsewhere_is_not_enough(analyst: Client, read: list[str]) -> None:
    assert upload(analyst, "/organisations/import/", LARGE).status_code == 413
    assert upload(analyst, "/findings/export/", LARGE).status_code == 413
    assert read == []


def test_there_is_an_end_to_uploads_too(analyst: Client) -> None:
    most = UPLOADS["reports/add/"].most_bytes

    response = analyst.generic("POST", "/reports/add/", b"", CONTENT_LENGTH=str(most + 1))

    assert response.status_code == 413


@pytest.mark.parametrize("path", ["/sign-in/", "/reports/add/", "/api/v1/reports"])
def test_a_body_without_a_length_is_refused(analyst: Client, path: str) -> None:
    assert analyst.post(path, headers={"Transfer-Encoding": "chunked"}).status_code == 411


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def test_every_upload_is_an_address_and_every_operation_with_files_is_an_upload() -> None:
    described = api.get_openapi_schema()["paths"]

    with_files = {
        path.lstrip("/")
        for path, operations in described.items()
        for operation in operations.values()
        if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
    }

    assert with_files == {route for route in UPLOADS if route.startswith(PATH)}
    assert set(UPLOADS) <= set(routes(get_resolver().url_patterns))


def test_forms_with_files_are_where_we_know_of_them() -> None:
    """A new one gets its line in UPLOADS, then here; the design pages only show what one looks like."""
    found = {str(module.path) for module in modules() if "forms.FileField" in module.text}

    assert found - {"web/design/forms.py"} == {"events/web/forms.py", "registry/web/forms.py"}


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[None]:
    web = subprocess.Popen(
        [sys.executable, "-m", "tocsin.project.cli", "web", "--port", str(port), "--workers", "1"],
        cwd=REPOSITORY,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port))
        yield
    finally:
        web.terminate()
        web.wait(60)


def say(port: int, *lines: str, body: bytes = b"") -> str:
    """Send a request as it stands and give the status line; the body need not be as long as it says."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall("\r\n".join((*lines, "Host: 127.0.0.1", "", "")).encode() + body)
        return connection.makefile("rb").readline().decode().strip()


@pytest.mark.slow
def test_the_server_hands_lengths_over_and_waits_for_no_body(installation: dict[str, str], port: int) -> None:
    multipart = "Content-Type: multipart/form-data; boundary=x"
    with served(installation, port):
        large = say(port, "POST /reports/add/ HTTP/1.1", multipart, f"Content-Length: {10 * 2**30}")
        chunked = say(
            port, "POST /reports/add/ HTTP/1.1", multipart, "Transfer-Encoding: chunked", body=b"5\r\nhello\r\n"
        )
        small = say(port, "POST /sign-in/ HTTP/1.1", "Content-Length: 5", body=b"a=b&c")

    assert "413" in large
    assert "411" in chunked
    assert "403" in small
