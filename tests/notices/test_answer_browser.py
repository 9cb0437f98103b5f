"""The owner's page in a real browser: on a phone, in both languages, without JavaScript."""

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone

from tests.factories.notices import finding, owner_with_contacts
from tocsin.access.scope import acting
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import Language
from tocsin.notices.links import answer_url
from tocsin.notices.models import Notice
from tocsin.notices.rules import RoundMode
from tocsin.notices.services.rounds import issue_round

pytestmark = pytest.mark.browser
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def phone() -> Iterator[Any]:
    """Start a phone's browser without JavaScript; skip, visibly, where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    # Playwright's loop runs in this thread; Django would take it for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield chromium.new_context(viewport=PHONE, java_script_enabled=False)
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def notice(database: str, clock: Actor) -> Iterator[Notice]:
    """Issue a notice of two machines, now: the server knows no other time."""
    now: datetime = timezone.now()
    with acting(clock):
        owner = owner_with_contacts(("security", "en"), ("security", "zh-hans"))
        finding(owner), finding(owner)
        issue_round(actor=clock, mode=RoundMode.AUTO, now=now)
        issued = Notice.objects.get()
    yield issued
    connections["default"].close()


@pytest.fixture
def site(notice: Notice) -> Iterator[str]:
    """Serve the site on loopback; give its address."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def path_of(notice: Notice, language: Language) -> str:
    url = answer_url(notice_id=notice.pk, expires_at=notice.link_expires_at, language=language)
    return url[url.index("/answer/") :]


@pytest.mark.parametrize("language", list(Language))
def test_an_owner_answers_on_a_phone_without_javascript(
    phone: Any, site: str, notice: Notice, clock: Actor, language: Language
) -> None:
    page = phone.new_page()
    page.goto(site + path_of(notice, language))
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    heights = [box["height"] for box in (one.bounding_box() for one in page.query_selector_all("button")) if box]
    page.query_selector_all('input[name="findings"]')[1].uncheck()
    page.click('button[value="in_work"]')
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.fill('input[name="until"]', "2099-01-01")
    page.click('button[value="in_work"]')
    refused = page.locator(".error").count()
    page.fill('input[name="until"]', (timezone.localdate() + timedelta(days=5)).isoformat())
    page.click('button[value="in_work"]')
    widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert max(widths) <= PHONE["width"]
    assert min(heights) >= 44
    assert refused == 1
    assert "answer=" in page.url
    with acting(clock):
        assert sorted(Finding.objects.values_list("owner", flat=True)) == ["in_work", "silent"]
