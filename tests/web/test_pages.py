"""The design pages as any browser gets them: whole, in both languages, without a line of inline style or script."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.web.conftest import DESIGN_PAGES, LANGUAGES


class Page(HTMLParser):
    """Collect what the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.points_to: list[str] = []
        self.inline: list[str] = []
        self.lang = ""
        self.headings: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = held.get("lang", "")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if "id" in held:
            self.ids.append(held["id"])
        for name in ("for", "aria-labelledby", "aria-describedby", "form"):
            self.points_to += held.get(name, "").split()
        if tag == "style" or (tag == "script" and "src" not in held):
            self.inline.append(tag)
        self.inline += [name for name in held if name == "style" or name.startswith("on")]
        self.inline += [
            held[name] for name in ("href", "action", "formaction") if held.get(name, "").startswith("javascript:")
        ]


@pytest.fixture(
    params=[(path, language) for path in DESIGN_PAGES for language in LANGUAGES], ids=lambda p: f"{p[0]} {p[1]}"
)
def page(request: pytest.FixtureRequest, client: Client) -> Page:
    path, language = request.param
    client.cookies["tocsin-language"] = language
    response = client.get(path)
    assert response.status_code == 200
    parsed = Page(response.content.decode())
    assert parsed.lang == language
    return parsed


def test_nothing_is_inline(page: Page) -> None:
    assert page.inline == []


def test_ids_are_unique_and_found(page: Page) -> None:
    assert sorted(set(page.ids)) == sorted(page.ids)
    assert set(page.points_to) <= set(page.ids)


def test_there_is_one_first_heading(page: Page) -> None:
    assert page.headings.count("h1") == 1
    assert page.headings[0] == "h1" or page.headings[:2] == ["h2", "h1"]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize("language", LANGUAGES)
def test_error_pages_say_what_to_do(client: Client, status: int, language: str) -> None:
    from django.template.loader import render_to_string
    from django.utils import translation

    with translation.override(language):
        # As Django renders 500: without request and context processors.
        page = render_to_string(f"{status}.html")

    assert f'lang="{language}"' in page
    assert f">{status}<" in page
    assert 'href="/"' in page
    assert bool(re.search("[\u4e00-\u9fff]{6}", page)) == (language == "zh-hans")


def test_an_unknown_address_is_answered_by_our_own_page(client: Client) -> None:
    response = client.get("/there-is-nothing-of-this-name")

    assert response.status_code == 404
    assert "There is nothing here that you may see." in response.content.decode()


def test_the_list_is_sorted_filtered_and_paged_by_its_address(client: Client) -> None:
    first = client.get("/design/list", {"severity": "high", "sort": "-rows"}).content.decode()
    following = re.search(r'href="([^"]*)" rel="next"', first)
    assert following is not None

    second = client.get(following[1].replace("&amp;", "&")).content.decode()

    assert "1 to 50 of 2,000" in first
    assert "51 to 100 of 2,000" in second
    assert 'aria-sort="descending"' in second
    assert "severity=high" in second
    assert "chip-critical" not in second


def test_a_cursor_that_is_not_ours_shows_the_first_page(client: Client) -> None:
    page = client.get("/design/list", {"cursor": "W10.0000000000000000"}).content.decode()

    assert "1 to 50 of 10,000" in page
