"""The signed link: made the same each time, read only by whom we made it for, and only in its time."""

import string
from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.words import Language
from tocsin.notices.errors import LinkDead
from tocsin.notices.links import Link, answer_url, read_token, token_of


@pytest.fixture
def expires(now: datetime) -> datetime:
    return now + timedelta(days=31)


def test_a_token_says_notice_and_expiry(now: datetime, expires: datetime) -> None:
    token = token_of(notice_id=417, expires_at=expires)

    assert read_token(token, now=now) == Link(notice_id=417, expires_at=expires)
    assert token_of(notice_id=417, expires_at=expires) == token
    assert set(token) <= set(string.ascii_letters + string.digits + "._-")


def test_it_works_until_its_moment_and_not_at_it(now: datetime, expires: datetime) -> None:
    token = token_of(notice_id=417, expires_at=expires)

    assert read_token(token, now=expires - timedelta(seconds=1)).notice_id == 417
    with pytest.raises(LinkDead):
        read_token(token, now=expires)


@pytest.mark.parametrize("change", ["notice", "expiry", "version", "signature", "short", "empty", "garbage"])
def test_nothing_of_it_can_be_changed(now: datetime, expires: datetime, change: str) -> None:
    version, notice, seconds, signature = token_of(notice_id=417, expires_at=expires).split(".")
    forged = {
        "notice": f"{version}.418.{seconds}.{signature}",
        "expiry": f"{version}.{notice}.{int(seconds) + 1}.{signature}",
        "version": f"2.{notice}.{seconds}.{signature}",
        "signature": f"{version}.{notice}.{seconds}.{'A' * len(signature)}",
        "short": f"{version}.{notice}.{seconds}",
        "empty": "",
        "garbage": "../../etc/passwd",
    }[change]

    with pytest.raises(LinkDead):
        read_token(forged, now=now)


@given(st.text(max_size=80))
def test_no_text_is_taken_for_a_token_or_breaks_the_reading(text: str) -> None:
    with pytest.raises(LinkDead):
        read_token(text, now=datetime.fromisoformat("2026-11-23T07:30:00+08:00"))


def test_a_changed_key_keeps_old_links_only_while_it_is_named(now: datetime, expires: datetime) -> None:
    with override_settings(SECRET_KEY="old"):
        token = token_of(notice_id=417, expires_at=expires)

    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert read_token(token, now=now).notice_id == 417
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]), pytest.raises(LinkDead):
        read_token(token, now=now)


def test_the_address_in_mails_is_that_of_the_page(now: datetime, expires: datetime) -> None:
    url = answer_url(notice_id=417, expires_at=expires, language=Language.CHINESE)

    path = reverse("notices:answer", args=[token_of(notice_id=417, expires_at=expires)])
    assert url == f"http://127.0.0.1:8417{path}?lang=zh-hans"
