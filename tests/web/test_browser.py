"""The design pages in a real browser: no fault that axe finds, nothing wider than the window, keys that work."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.conftest import DESIGN_PAGES, LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
WIDTHS = {"desk": (1440, 900), "laptop": (1280, 800), "small": (1024, 768), "phone": (390, 844)}


@pytest.fixture
def page(browser: "Browser", site: str) -> Iterator["Page"]:
    """Give a fresh page on the site that fails the test when the console complains."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=site)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


#: The page of all components in every combination; the others in two that hold both of each.
COMBINATIONS = [
    *((DESIGN_PAGES[0], theme, language) for theme in ("light", "dark") for language in LANGUAGES),
    *(
        (path, theme, language)
        for path in DESIGN_PAGES[1:]
        for theme, language in zip(("light", "dark"), LANGUAGES, strict=True)
    ),
]


@pytest.mark.parametrize(("path", "theme", "language"), COMBINATIONS)
def test_every_page_is_usable_by_all_at_every_width(
    page: "Page", site: str, path: str, theme: str, language: str
) -> None:
    page.context.add_cookies([{"name": "tocsin-language", "value": language, "url": site}])
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two words, from the table above
    page.goto(path)
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})

        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert wider == 0, f"{path} at {name}: {wider} px wider than the window"
        if name in {"desk", "phone"}:
            faults = Axe().run(page).response["violations"]
            assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults] == []


def test_touch_targets_are_large_on_a_phone(page: "Page") -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in DESIGN_PAGES:
        page.goto(path)

        small = page.evaluate(
            """() => [...document.querySelectorAll('.button, .rail-item, .field input:not([type]), select')]
                .map((element) => [element.textContent.trim().slice(0, 30), element.getBoundingClientRect()])
                .filter(([, box]) => box.width > 0 && box.height < 43.5)
                .map(([text, box]) => `${text} ${box.height}`)"""
        )

        assert small == [], path


def test_keys_move_pick_and_press(page: "Page") -> None:
    page.goto("/design/list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.locator("[data-desk] tbody tr[aria-current]").count() == 1
    assert page.evaluate("[...document.querySelectorAll('[data-desk] tbody tr')].indexOf(document.activeElement)") == 1

    page.keyboard.press("x")
    assert page.locator("[data-pick]:checked").count() == 1
    assert page.locator("[data-picked-count]").inner_text() == "1 picked"

    page.keyboard.press("Enter")
    page.wait_for_url("**/design/finding")


def test_a_key_presses_the_button_of_the_current_row_alone(page: "Page") -> None:
    page.goto("/design/today")
    page.evaluate(
        """document.addEventListener('click', (event) => {
            event.preventDefault();
            window.pressed = event.target.closest('button').getAttribute('aria-label');
        }, true)"""
    )
    page.keyboard.press("s")
    assert page.evaluate("window.pressed") is None
    page.keyboard.press("j")
    page.keyboard.press("j")

    page.keyboard.press("h")

    assert page.evaluate("window.pressed") == "Hold Mail gateway, known exploited"


def test_the_list_of_keys_opens_and_closes_and_typing_is_no_key(page: "Page") -> None:
    page.goto("/design/list")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("jk?")
    assert page.locator("#search").input_value() == "jk?"
    assert page.locator("tr[aria-current]").count() == 0
    page.locator("h1").click()

    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")

    assert not page.locator("#keys").is_visible()


def test_all_on_this_page_picks_all(page: "Page") -> None:
    page.goto("/design/list")

    page.get_by_label("All on this page").check()

    assert page.locator("[data-pick]:checked").count() == 50
    assert page.locator("[data-picked-count]").inner_text() == "50 picked"


def test_sorting_and_paging_swap_the_table_and_keep_the_address(page: "Page") -> None:
    page.goto("/design/list")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Rows").click()
    page.wait_for_url("**sort=-rows")
    page.get_by_role("link", name="Next").click()
    page.get_by_text("51 to 100 of 10,000").wait_for()
    assert page.evaluate("window.stayed") is True
    assert page.get_by_label("All on this page").is_visible()

    page.reload()

    assert page.get_by_text("51 to 100 of 10,000").is_visible()
    assert page.get_by_role("columnheader", name="Rows").get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("answer", [{"status": 500, "body": "broken"}, {"status": 200, "body": "<main>Sign in</main>"}])
def test_a_part_that_cannot_be_fetched_leads_to_its_address(
    browser: "Browser", site: str, answer: dict[str, object]
) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/design/list")
    asked: list[bool] = []

    def reply(route: "Route") -> None:
        is_part = route.request.headers.get("hx-request") == "true"
        asked.append(is_part)
        if is_part:
            route.fulfill(status=int(str(answer["status"])), body=str(answer["body"]))
        else:
            route.fallback()

    page.route("**/design/list?**", reply)

    page.get_by_role("link", name="Next").click()
    page.get_by_text("51 to 100 of 10,000").wait_for()

    assert asked == [True, False]
    context.close()


def test_code_is_copied(page: "Page") -> None:
    page.goto("/design/")

    page.locator("[data-copy=code-light]").click()

    page.get_by_text("Copied").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("netsh advfirewall")


def test_the_theme_is_chosen_and_kept(page: "Page") -> None:
    page.goto("/design/today")
    page.get_by_role("button", name="Dark").click()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 19, 28)"

    page.goto("/design/finding")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_menu_opens_on_a_phone_without_javascript(browser: "Browser", site: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, base_url=site)
    opened = context.new_page()
    opened.goto("/design/today")
    assert not opened.locator(".rail").is_visible()
    opened.get_by_role("link", name="Menu").click()
    assert opened.locator(".rail").is_visible()

    opened.locator(".rail").get_by_role("link", name="Close").click()

    assert not opened.locator(".rail").is_visible()
    context.close()


def test_paging_and_sorting_work_without_javascript(browser: "Browser", site: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site)
    opened = context.new_page()
    opened.goto("/design/list")
    opened.get_by_role("link", name="Rows").click()

    opened.get_by_role("link", name="Next").click()

    assert opened.get_by_text("51 to 100 of 10,000").is_visible()
    assert opened.get_by_label("All on this page").is_hidden()
    context.close()


def test_the_first_tab_skips_to_the_content(page: "Page") -> None:
    page.goto("/design/today")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_the_head_of_a_long_table_stays_under_the_top_bar(page: "Page") -> None:
    page.goto("/design/list")

    page.evaluate("scrollTo(0, 900)")

    top = page.evaluate("document.querySelector('thead th').getBoundingClientRect().top")
    assert 50 <= top <= 60
    assert page.evaluate("document.querySelector('.topbar').getBoundingClientRect().bottom") <= top + 1
