"""The pages of the constituency, as a browser without JavaScript asks for them."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import translation

from tests.factories import accounts
from tests.factories import registry as make
from tests.registry.test_import_service import FILES
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.kernel.actor import Actor, system
from tocsin.registry.models import Asset, Contact, Organisation
from tocsin.registry.web import parcel
from tocsin.web import panels
from tocsin.web.components import Column
from tocsin.web.panels import ExtraColumn, Panel

Visit = Callable[..., Client]


@pytest.fixture
def visit(database: str) -> Iterator[Visit]:
    """Give clients, each signed in as somebody."""

    def sign_in(role: Role | None = None, owner: Organisation | None = None, language: str = "en") -> Client:
        if role is None:
            return Client(SERVER_NAME="localhost")
        with acting(system("test")):
            return accounts.enter(accounts.account(role, owner, language=language))

    yield sign_in
    translation.activate("en")


@pytest.fixture
def hospital(database: str) -> Organisation:
    with acting(system("test")):
        made = make.organisation("h1", name_en="County Hospital", name_zh="县人民医院", critical=True)
        make.asset(made, "198.18.1.0/24")
        make.contact(made, email="soc@h1.example")
        make.asset(made, "claimed.example", state="claimed")
    return made


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def counts() -> tuple[int, int, int]:
    with acting(system("test")):
        return Organisation.objects.count(), Asset.objects.count(), Contact.objects.count()


PAGES = (
    *("/organisations/", "/organisations/conflicts/", "/organisations/new/", "/organisations/import/"),
    *("/organisations/imports/", "/organisations/1/", "/organisations/1/change/", "/organisations/1/assets/new/"),
    *("/organisations/1/contacts/new/", "/assets/1/change/", "/assets/1/end/", "/assets/1/move/"),
    *("/contacts/1/change/", "/contacts/1/remove/"),
)


def of(path: str, organisation: Organisation) -> str:
    """Put real ids into a path."""
    with acting(system("test")):
        asset, contact = organisation.assets.first(), organisation.contacts.first()
    assert asset is not None
    assert contact is not None
    return (
        path.replace("organisations/1/", f"organisations/{organisation.pk}/")
        .replace("assets/1/", f"assets/{asset.pk}/")
        .replace("contacts/1/", f"contacts/{contact.pk}/")
    )


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_sent_to_sign_in(visit: Visit, path: str) -> None:
    response = visit().get(path)

    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_the_desk(visit: Visit, hospital: Organisation, path: str, language: str) -> None:
    response = visit(Role.COORDINATOR, language=language).get(of(path, hospital))

    assert response.status_code == 200
    assert f'<html lang="{language}"' in text(response)
    assert len(re.findall("<h1", text(response))) == 1


@pytest.mark.parametrize("path", [path for path in PAGES if "/1/" in path])
@pytest.mark.parametrize("role", [Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER])
def test_what_is_not_yours_is_not_there(visit: Visit, hospital: Organisation, path: str, role: Role) -> None:
    with acting(system("test")):
        other = make.organisation("other")

    response = visit(role, other).get(of(path, hospital))

    # Who may not act at all hears that first, whatever the id.
    assert response.status_code in {403, 404}
    assert "County Hospital" not in text(response)
    assert "h1.example" not in text(response)


def test_a_manager_asking_for_others_contacts_finds_nothing(visit: Visit, hospital: Organisation) -> None:
    with acting(system("test")):
        other = make.organisation("other")

    assert visit(Role.ORGANISATION_MANAGER, other).get(of("/contacts/1/change/", hospital)).status_code == 404
    assert visit(Role.ORGANISATION_MANAGER, other).get(of("/organisations/1/", hospital)).status_code == 404


def test_the_list_says_how_many_and_finds_by_address(visit: Visit, hospital: Organisation) -> None:
    with acting(system("test")):
        make.organisation("other", name_en="University")
    client = visit(Role.ANALYST)

    everything, found, nothing = (
        text(client.get(f"/organisations/{query}")) for query in ("", "?q=198.18.1.9", "?q=x%00")
    )

    assert "2 organisations in our care" in everything
    assert "University" in everything
    assert "1 organisation fits" in found
    assert "University" not in found
    assert "No organisation fits." in nothing


def test_the_list_pages_through_ten_thousand_by_links_alone(visit: Visit, hospital: Organisation) -> None:
    with acting(system("test")):
        Organisation.objects.bulk_create(
            Organisation(
                code=f"bulk-{number}",
                name_en=f"Bulk {number:05}",
                sort_zh=f"bulk {number:05}",
                sector=hospital.sector,
                region=hospital.region,
                coordinator=hospital.coordinator,
                created_at=make.ENTERED_AT,
            )
            for number in range(10_000)
        )
    client = visit(Role.ANALYST)

    first = text(client.get("/organisations/"))
    following = re.search(r'href="(/organisations/\?cursor=[^"]+)"', first)
    assert following is not None
    second = text(client.get(following[1]))

    assert "Bulk 00000" in first
    assert "Bulk 00049" not in second
    assert "Bulk 00050" in second
    assert client.get("/organisations/?cursor=forged").headers["Location"] == "/organisations/"


def test_an_empty_registry_says_the_next_step(visit: Visit) -> None:
    page = text(visit(Role.COORDINATOR).get("/organisations/"))

    assert "No organisation yet." in page
    assert "/organisations/import/" in page


def test_one_organisation_shows_what_counts_and_the_rest_on_demand(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.ANALYST)

    short = text(client.get(of("/organisations/1/", hospital)))
    full = text(client.get(of("/organisations/1/?all=1", hospital)))

    assert "1 asset counts now." in short
    assert "198.18.1.0/24" in short
    assert "claimed.example" not in short
    assert "A mere claim attributes nothing" in full


def test_a_member_sees_its_own_and_no_buttons_of_the_desk(visit: Visit, hospital: Organisation) -> None:
    page = text(visit(Role.ORGANISATION_MEMBER, hospital).get(of("/organisations/1/", hospital)))

    assert "198.18.1.0/24" in page
    assert "assets/new" not in page
    assert "contacts/new" not in page


def test_an_organisation_is_entered_and_changed(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.COORDINATOR)
    given = {
        "code": "w1",
        "name_en": "Works",
        "sector": "health",
        "region": "LJ",
        "tier": "2",
        "coordinator": "centre",
        "language": "en",
    }

    made = client.post("/organisations/new/", given)
    page = client.get(made.headers["Location"])
    again = client.post("/organisations/new/", given)
    with acting(system("test")):
        works = Organisation.objects.get(code="w1")
    changed = client.post(f"/organisations/{works.pk}/change/", {**given, "name_en": "Water works", "critical": "on"})

    assert "Entered." in text(page)
    assert again.status_code == 422
    assert "registered already" in text(again)
    assert changed.status_code == 302
    with acting(system("test")):
        works.refresh_from_db()
    assert (works.name_en, works.critical) == ("Water works", True)


def test_an_asset_is_entered_corrected_ended_and_moved(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.ANALYST)
    with acting(system("test")):
        other = make.organisation("other", name_en="University")

    wrong = client.post(of("/organisations/1/assets/new/", hospital), {"value": "com", "state": "entered"})
    made = client.post(
        of("/organisations/1/assets/new/", hospital),
        {"value": "H1.Example", "state": "entered", "valid_from": "2026-03-01"},
    )
    with acting(system("test")):
        held = Asset.objects.get(value="h1.example")
    form = client.get(f"/assets/{held.pk}/change/")
    client.post(f"/assets/{held.pk}/change/", {"state": "proven", "valid_from": "2026-03-01 08:30", "note": "seen"})
    finder = client.get(f"/assets/{held.pk}/move/?q=univ")
    moved = client.post(
        f"/assets/{held.pk}/move/", {"organisation": "other", "at": "2026-06-01", "reason": "given away"}
    )

    assert wrong.status_code == 422
    assert "public suffix" in text(wrong)
    assert made.status_code == 302
    assert held.valid_from == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert 'value="2026-03-01"' in text(form)
    assert f"/assets/{held.pk}/move/?to=other" in text(finder)
    assert moved.headers["Location"] == f"/organisations/{other.pk}/"
    with acting(system("test")):
        held.refresh_from_db()
        received = Asset.objects.get(organisation=other)
        client.post(f"/assets/{received.pk}/end/", {"at": "2026-07-01", "reason": "sold"})
        received.refresh_from_db()
    assert (held.state, held.valid_from, held.note) == ("proven", datetime(2026, 3, 1, 0, 30, tzinfo=UTC), "seen")
    assert held.valid_until == received.valid_from == datetime(2026, 5, 31, 16, tzinfo=UTC)
    assert received.valid_until == datetime(2026, 6, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"organisation": "other", "reason": "why"}, "Give the day"),
        ({"organisation": "other", "reason": "why", "at": "2026-06-01", "always": "on"}, "Give the day"),
        ({"organisation": "other", "reason": "why", "at": "soon"}, "Write it as"),
        ({"organisation": "nobody", "reason": "why", "always": "on"}, "No organisation has this code"),
        ({"organisation": "h1", "reason": "why", "always": "on"}, "theirs already"),
        ({"organisation": "other", "always": "on"}, "This field is required"),
    ],
)
def test_a_move_with_a_fault_says_which(
    visit: Visit, hospital: Organisation, given: dict[str, str], fault: str
) -> None:
    with acting(system("test")):
        make.organisation("other")

    response = visit(Role.ANALYST).post(of("/assets/1/move/", hospital), given)

    assert response.status_code == 422
    assert fault in text(response)


def test_contacts_are_kept_by_the_organisation_itself(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.ORGANISATION_MANAGER, hospital)
    given = {"role": "abuse", "email": "abuse@h1.example", "language": "zh-hans", "name": "网络中心"}

    made = client.post(of("/organisations/1/contacts/new/", hospital), given)
    bad = client.post(of("/organisations/1/contacts/new/", hospital), {**given, "email": "abuse@h1"})
    with acting(system("test")):
        contact = Contact.objects.get(email="abuse@h1.example")
    client.post(f"/contacts/{contact.pk}/change/", {**given, "phone": "+86 10 1"})
    asked = client.get(f"/contacts/{contact.pk}/remove/")
    with acting(system("test")):
        contact.refresh_from_db()
    client.post(f"/contacts/{contact.pk}/remove/")

    assert made.status_code == 302
    assert bad.status_code == 422
    assert contact.phone == "+86 10 1"
    assert "no longer go to abuse@h1.example" in text(asked)
    assert counts()[2] == 1


def uploads(files: dict[str, bytes]) -> dict[str, object]:
    return {"uploads": [SimpleUploadedFile(name, content) for name, content in files.items()]}


def hidden(page: str) -> dict[str, str]:
    """Read what the page carries to its second step."""
    return dict(re.findall(r'<input type="hidden" name="(parcel|seen|remove_missing)" value="([^"]*)">', page))


def test_an_import_is_looked_at_then_applied(visit: Visit) -> None:
    client = visit(Role.COORDINATOR)

    shown = client.post("/organisations/import/", uploads(FILES))
    before = counts()
    applied = client.post("/organisations/import/apply/", hidden(text(shown)), follow=True)
    history = client.get("/organisations/imports/")

    assert shown.status_code == 200
    assert "11 rows would change" in text(shown)
    assert "Apply 11 changes" in text(shown)
    assert before == (0, 0, 0)
    assert "11 rows changed." in text(applied)
    assert counts() == (2, 3, 1)
    assert "organisations.csv" in text(history)


def test_a_changed_field_is_shown_now_and_after(visit: Visit, hospital: Organisation) -> None:
    files = {"assets.csv": b"organisation,value,note\nh1,198.18.1.0/24,main site\n"}

    page = text(visit(Role.COORDINATOR).post("/organisations/import/", uploads(files)))

    assert "1 row would change" in page
    assert "main site" in page


def test_bad_rows_stand_with_line_column_and_reason_and_can_be_downloaded(visit: Visit) -> None:
    client = visit(Role.COORDINATOR)
    files = FILES | {"assets.csv": FILES["assets.csv"] + b"h1,,com,,,,\nh1,,=1+1,,,,\n"}

    shown = text(client.post("/organisations/import/", uploads(files)))
    refused = client.post("/organisations/import/apply/", hidden(shown))
    listed = client.post("/organisations/import/bad-rows/", hidden(shown))

    assert "2 bad rows: nothing can go in" in shown
    assert "public suffix" in shown
    assert "/organisations/import/apply/" not in re.findall(r'formaction="([^"]+)"', shown)
    assert counts() == (0, 0, 0)
    assert refused.status_code == 200
    rows = listed.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "file,table,line,column,value,reason"
    assert rows[1].startswith("assets.csv,assets,5,value,com,")
    assert rows[2].startswith("assets.csv,assets,6,value,'=1+1,")


def test_what_changed_meanwhile_is_shown_again(visit: Visit, hospital: Organisation) -> None:
    client = visit(Role.COORDINATOR)
    files = {"assets.csv": b"organisation,value,note\nh1,198.18.1.0/24,main site\n"}
    shown = text(client.post("/organisations/import/", uploads(files)))
    with acting(system("test")):
        Asset.objects.filter(kind="prefix").update(note="other site")

    again = text(client.post("/organisations/import/apply/", hidden(shown)))

    assert "The registry has changed meanwhile." in again
    assert "other site" in again
    with acting(system("test")):
        assert Asset.objects.get(kind="prefix").note == "other site"


def test_a_parcel_of_another_is_not_opened(visit: Visit, hospital: Organisation) -> None:
    shown = text(visit(Role.COORDINATOR).post("/organisations/import/", uploads(FILES)))

    answer = visit(Role.ADMINISTRATOR).post("/organisations/import/apply/", hidden(shown), follow=True)

    assert "Choose the files again." in text(answer)
    assert counts()[0] == 1


def test_an_upload_without_a_file_says_so(visit: Visit) -> None:
    response = visit(Role.COORDINATOR).post("/organisations/import/", {})

    assert response.status_code == 422
    assert "Choose one or more files." in text(response)


@pytest.mark.parametrize("path", ["/organisations/import/", "/organisations/new/", "/organisations/conflicts/"])
def test_a_member_may_not(visit: Visit, hospital: Organisation, path: str) -> None:
    assert visit(Role.ORGANISATION_MEMBER, hospital).get(path).status_code == 403


def test_an_export_holds_what_one_sees_and_asks_for_a_post(visit: Visit, hospital: Organisation) -> None:
    with acting(system("test")):
        make.asset(make.organisation("other"), "other.example")
    client = visit(Role.ORGANISATION_MEMBER, hospital)

    response = client.post("/organisations/export/zip/")

    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assets = archive.read("assets.csv").decode("utf-8-sig")
    assert "198.18.1.0/24" in assets
    assert "other" not in assets
    assert client.get("/organisations/export/zip/").status_code == 405
    assert client.post("/organisations/export/pdf/").status_code == 404
    assert client.post("/organisations/export/xlsx/").content.startswith(b"PK")


class Above:
    """What an app above the registry adds."""

    @staticmethod
    def organisation_panels(actor: Actor, organisation_id: int) -> list[Panel]:
        return [Panel(title="Open findings", content=(f"{actor.label} sees {organisation_id}",))]

    @staticmethod
    def organisation_columns(actor: Actor, organisation_ids: list[int]) -> list[ExtraColumn]:
        cells: dict[int, object] = dict.fromkeys(organisation_ids, "nine open")
        return [ExtraColumn(column=Column(key="open", label="Open"), cells=cells)]


def test_apps_above_add_panels_and_columns(
    visit: Visit, hospital: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "_modules", lambda: (Above,))
    client = visit(Role.ANALYST)

    assert f"sees {hospital.pk}" in text(client.get(of("/organisations/1/", hospital)))
    assert "nine open" in text(client.get("/organisations/"))


def test_what_is_odd_is_said_and_taken(visit: Visit, hospital: Organisation) -> None:
    files = {"assets.csv": b"organisation,value\nh1,10.0.0.0/8\n"}

    page = text(visit(Role.COORDINATOR).post("/organisations/import/", uploads(files)))

    assert "Odd, and taken as they are" in page
    assert "private (RFC 1918)" in page


def test_what_is_too_much_for_a_form_is_sent_to_the_command(
    visit: Visit, hospital: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcel, "MOST", 10)

    page = text(visit(Role.COORDINATOR).post("/organisations/import/", uploads(FILES)))

    assert "tocsin registry import PATH" in page
    assert hidden(page) == {}
