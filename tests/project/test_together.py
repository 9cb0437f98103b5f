"""Several processes as one: what it waits for, and how it ends."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tocsin.project import together
from tocsin.project.together import Together


class Site(HTTPServer):
    """Answers with one status after the other, the last one for ever."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.asked = 0
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        self.send_response(site.statuses[min(site.asked, len(site.statuses) - 1)])
        site.asked += 1
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(together, "_AFTER_FAULT_S", 0.01)
    with Site() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def test_a_page_that_is_broken_is_not_asked_for_ever(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Each question writes a trace of the same fault to the terminal."""
    site.statuses = [500]

    with Together() as processes:
        answered = processes.wait_until_answered(site.url)

    assert (answered, site.asked) == (False, 3)
    assert "answers 500" in capsys.readouterr().err


def test_a_page_that_stumbles_once_is_waited_for(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.statuses = [500, 200]

    with Together() as processes:
        assert processes.wait_until_answered(site.url)
    assert capsys.readouterr().err == ""
