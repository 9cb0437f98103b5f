"""Headers of every answer."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.web.conftest import DESIGN_PAGES
from tocsin.web.security import HEADERS, SecurityHeadersMiddleware


@pytest.mark.parametrize("path", [*DESIGN_PAGES, "/nothing-here"])
def test_every_page_carries_the_headers_and_is_kept_by_no_cache(client: Client, path: str) -> None:
    response = client.get(path)

    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert response.headers["Cache-Control"] == "no-store, private"


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "data:" not in policy


def test_what_a_view_has_set_stands() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "public, max-age=60"})

    response = SecurityHeadersMiddleware(view)(RequestFactory().get("/"))

    assert response.headers["Cache-Control"] == "public, max-age=60"


def test_style_sheets_may_be_cached(client: Client) -> None:
    response = client.get("/static/tocsin/css/tokens.css")
    response.close()

    assert response.status_code == 200
    assert "no-store" not in response.headers.get("Cache-Control", "")
