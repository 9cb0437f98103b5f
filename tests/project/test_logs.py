"""No log holds the token of an answer link."""

import io
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tocsin.kernel.words import Language
from tocsin.notices.links import answer_url, token_of
from tocsin.project.logs import WithoutAnswerLinks

EXPIRES_AT = datetime.now(UTC) + timedelta(days=9)
TOKEN = token_of(notice_id=1, expires_at=EXPIRES_AT)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Catch what the handler of settings.LOGGING writes."""
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutAnswerLinks)]
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


def test_a_page_that_breaks_is_logged_without_its_token(
    database: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, actor: object, notice_id: int) -> None:
        raise RuntimeError(f"while reading {answer_url(notice_id=1, expires_at=EXPIRES_AT, language=Language.ENGLISH)}")

    monkeypatch.setattr("tocsin.notices.web.answering.get_notice", broken)
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)

    response = client.get(f"/answer/{TOKEN}/")

    assert response.status_code == 500
    assert "Internal Server Error: /answer/[hidden]/" in log.getvalue()
    assert "while reading http://127.0.0.1:8417/answer/[hidden]/?lang=en" in log.getvalue()
    assert TOKEN.rpartition(":")[2] not in log.getvalue()


@pytest.mark.parametrize(
    ("message", "argument", "expected"),
    [
        ("Not Found: %s", f"/answer/{TOKEN}/", "Not Found: /answer/[hidden]/"),
        (f"GET /answer/{TOKEN}?lang=en %s", "x", "GET /answer/[hidden]?lang=en x"),
        ("%s", f"/sign-in/?next=%2Fanswer%2F{TOKEN}%2F", "/sign-in/?next=%2Fanswer%2F[hidden]%2F"),
        ("%s", f'"/answer/{TOKEN}"', '"/answer/[hidden]"'),
        ("%s", "/notices/12/answer/ and /notices/answers/3/read/", "/notices/12/answer/ and /notices/answers/3/read/"),
    ],
)
def test_message_and_arguments_are_cleared(log: io.StringIO, message: str, argument: str, expected: str) -> None:
    logging.getLogger("tocsin.anything").warning(message, argument)

    assert log.getvalue().rstrip("\n").endswith(f" {expected}")


def test_nothing_of_djangos_writes_beside_it() -> None:
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "django"]

    others = {name: logging.getLogger(name).handlers for name in names if logging.getLogger(name).handlers}

    # That one belongs to the development server, which we do not run.
    assert others.keys() <= {"django.server"}
