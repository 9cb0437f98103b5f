"""A client of the whole site that needs no database, and one Chromium for all browser tests."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from django.utils import translation

DESIGN_PAGES = ("/design/", "/design/list", "/design/today", "/design/finding", "/design/answer")
LANGUAGES = ("en", "zh-hans")
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
#: Without these Chromium looks for its makers at every start.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package", autouse=True)
def web_alone() -> Iterator[None]:
    """Serve `web` without any other app."""
    middleware = [
        name for name in settings.MIDDLEWARE if name.startswith("tocsin.web.") or not name.startswith("tocsin.")
    ]
    with override_settings(ROOT_URLCONF="tests.web.urls", MIDDLEWARE=middleware):
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English, whatever the last one left."""
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="localhost")


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


class _ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture(scope="package")
def site(web_alone: None) -> Iterator[str]:
    """Serve the site on loopback; give its address."""
    server = make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=_ThreadedServer, handler_class=_QuietHandler
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    """Start Chromium once; skip, visibly, where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    # Playwright's loop runs in this thread; Django would take it for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
