"""The frame: what apps declare appears, cut to the actor; language and theme are kept in cookies."""

from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve

from tocsin.kernel.actor import Actor, ActorKind
from tocsin.web import frame as frame_module
from tocsin.web.components import Banner, Toast
from tocsin.web.frame import Frame, frame
from tocsin.web.navigation import Duty, Group, NavEntry, Person


def request(path: str = "/design/list", *, permissions: frozenset[str] | None = frozenset(), method: str = "GET"):  # type: ignore[no-untyped-def]  # what a test makes of Django's request has no name
    made = RequestFactory().generic(method, path)
    if permissions is not None:
        made.actor = Actor(kind=ActorKind.PERSON, id=1, label="Lin Hong", permissions=permissions)  # type: ignore[attr-defined]  # what we add to Django's request
    return made


def entry(label: str, url_name: str, order: int, **more: object) -> NavEntry:
    return NavEntry(label=label, url_name=url_name, order=order, **{"group": Group.WORK, **more})  # type: ignore[arg-type]  # fields come by name


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stand in for what an app's `web/navigation.py` holds."""
    module = SimpleNamespace(
        NAVIGATION=(
            entry("Later", "web:design-today", 20, count=lambda actor: 7),
            entry("First", "web:design", 10),
            entry("Secret", "web:design-finding", 30, permission="trail.read"),
            entry("List", "web:design-list", 10, group=Group.DATA),
            entry("Not mounted", "nowhere:at-all", 40),
        ),
        SEARCH="web:design-list",
        HOME="web:design",
        PERSON=lambda request: Person(name="Lin Hong", role="analyst", sign_out_url="/out"),
        DUTY=lambda actor: Duty(name="Zhao Min"),
    )
    silent = SimpleNamespace(DUTY=lambda actor: None)
    monkeypatch.setattr(frame_module, "declarations", lambda: (silent, module))
    return module


def labels(found: Frame) -> list[list[str]]:
    return [[str(item.label) for item in group] for group in found.groups]


def test_the_rail_shows_what_apps_declare_in_order_and_in_groups(declared: SimpleNamespace) -> None:
    found = Frame(request())

    assert labels(found) == [["First", "Later"], ["List"]]
    assert [item.count for item in found.groups[0]] == [None, 7]


def test_a_line_with_a_permission_is_for_those_who_hold_it(declared: SimpleNamespace) -> None:
    assert "Secret" in labels(Frame(request(permissions=frozenset({"trail.read"}))))[0]
    assert "Secret" in labels(Frame(request(permissions=frozenset({"*"}))))[0]


def test_the_longest_fitting_line_is_current(declared: SimpleNamespace) -> None:
    items = [item for group in Frame(request("/design/list")).groups for item in group]

    assert [str(item.label) for item in items if item.current] == ["List"]


def test_nobody_signed_in_sees_no_rail_no_search_and_nobody_on_duty(declared: SimpleNamespace) -> None:
    found = Frame(request(permissions=None))

    assert (found.groups, found.search_url, found.duty) == ((), "", None)


def test_whoever_is_on_duty_stands_on_top(declared: SimpleNamespace) -> None:
    found = Frame(request())

    assert found.duty == Duty(name="Zhao Min")
    assert found.home_url == "/design/"


def test_without_a_declared_person_the_actor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_module, "declarations", tuple)

    assert Frame(request()).person == Person(name="Lin Hong")


def test_what_went_well_is_a_toast_and_what_did_not_a_banner(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = [Message(constants.SUCCESS, "Sent."), Message(constants.ERROR, "Not sent.")]
    monkeypatch.setattr(frame_module, "get_messages", lambda request: notes)

    found = Frame(request())

    assert [type(note) for note in (*found.toasts, *found.banners)] == [Toast, Banner]


def test_every_installed_navigation_is_found_and_its_addresses_exist() -> None:
    with override_settings(ROOT_URLCONF="tocsin.project.urls"):
        for module in frame_module.declarations():
            for line in getattr(module, "NAVIGATION", ()):
                assert frame_module._url(line.url_name), f"{module.__name__}: {line.url_name} is no address"


def test_the_language_is_kept_and_leads_back(client: Client) -> None:
    answer = client.post("/language", {"language": "zh-hans", "next": "/design/list?sort=rows"})

    assert answer.headers["Location"] == "/design/list?sort=rows"
    assert 'lang="zh-hans"' in client.get("/design/").content.decode()


@pytest.mark.parametrize("language", ["", "xx", "de", "../../etc"])
def test_an_unknown_language_changes_nothing(client: Client, language: str) -> None:
    client.post("/language", {"language": language, "next": "/design/"})

    assert "tocsin-language" not in client.cookies


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_choosing_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    for path, values in (("/language", {"language": "en"}), ("/theme", {"theme": "dark"})):
        assert client.post(path, {**values, "next": elsewhere}).headers["Location"] == "/"


def test_the_theme_is_kept_until_the_system_is_chosen_again(client: Client) -> None:
    assert "data-theme" not in client.get("/design/answer").content.decode().split(">")[1]
    client.post("/theme", {"theme": "dark", "next": "/design/"})
    assert '<html lang="en" data-theme="dark">' in client.get("/design/answer").content.decode()

    client.post("/theme", {"theme": "", "next": "/design/"})

    assert '<html lang="en">' in client.get("/design/answer").content.decode()


def test_a_forged_theme_cookie_is_ignored(client: Client) -> None:
    client.cookies["tocsin-theme"] = '"><script>'

    assert "<script>" not in client.get("/design/answer").content.decode()


@pytest.mark.parametrize("name", ["language", "theme"])
def test_whoever_reads_a_letter_may_choose_without_signing_in(name: str) -> None:
    view = resolve(f"/{name}").func

    assert getattr(view, "login_required", True) is False


@pytest.mark.parametrize("path", ["/language", "/theme"])
def test_choices_are_posted_never_followed(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def test_choices_need_the_token_of_the_form() -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    assert strict.post("/theme", {"theme": "dark"}).status_code == 403


def test_after_a_form_one_comes_back_to_the_path(declared: SimpleNamespace) -> None:
    assert Frame(request("/x?a=1")).here == "/x?a=1"
    assert Frame(request("/x?a=1", method="POST")).here == "/x"
    assert set(frame(request())) == {"frame", "theme"}
