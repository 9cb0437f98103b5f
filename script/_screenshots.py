"""Takes the pictures of README.md; run by script/screenshots."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tocsin.project.demo.cast import CAST

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = REPOSITORY / "docs" / "pictures"
OUTBOX = Path(os.environ.get("TOCSIN_HOME") or REPOSITORY / ".tocsin" / "demo") / "outbox"
DESK, PHONE = {"width": 1440, "height": 980}, {"width": 390, "height": 1180}
_START_S = 900


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: who looks, at what, how."""

    name: str
    #: E-mail address of one of the cast who signs in; empty: somebody who opens the link of the newest mail.
    email: str = ""
    #: Where to go; a regular expression after `->` names the link to follow from there.
    path: str = ""
    language: str
    theme: str
    phone: bool = False


COORDINATOR = CAST[0].email
ALL = (
    Picture(name="today", email=COORDINATOR, path="/", language="en", theme="light"),
    Picture(name="today-zh", email=COORDINATOR, path="/", language="zh-hans", theme="dark"),
    Picture(name="finding", email=COORDINATOR, path="/ -> /findings/[0-9a-f]{32}", language="en", theme="dark"),
    Picture(name="findings", email=COORDINATOR, path="/findings/", language="en", theme="light"),
    Picture(name="gate", email=COORDINATOR, path="/gate/ -> /gate/[0-9]+/$", language="en", theme="light"),
    Picture(
        name="notice-zh", email=COORDINATOR, path="/notices/ -> /notices/[0-9]+/$", language="zh-hans", theme="light"
    ),
    Picture(
        name="answer-phone",
        language="zh-hans",
        theme="light",
        phone=True,
    ),
)


def main() -> int:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("script/screenshots: there is no chromium here: apt install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    wanted = [picture for picture in ALL if not sys.argv[1:] or picture.name in sys.argv[1:]]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for picture in wanted:
            take(browser, url, picture)
            print(PICTURES.joinpath(f"{picture.name}.png").relative_to(REPOSITORY))
        browser.close()
    return 0


@contextmanager
def demo() -> Iterator[str]:
    """Give the address of a demo; one that is started here is stopped again."""
    running = os.environ.get("TOCSIN_DEMO_URL")
    if running:
        yield running
        return
    started = subprocess.Popen([REPOSITORY / "script" / "demo"], stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        address = next(
            (found[0] for line in started.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line))), ""
        )
        if not address:
            raise SystemExit("script/screenshots: script/demo ended without serving; run it alone to see why.")
        yield address
    finally:
        started.terminate()
        started.wait(60)


def take(browser: Browser, url: str, picture: Picture) -> None:
    """Sign in, go there, and keep what is seen."""
    context = browser.new_context(viewport=PHONE if picture.phone else DESK, device_scale_factor=1.5, locale="en")
    context.add_cookies(
        [
            {"name": "tocsin-language", "value": picture.language, "url": url},
            {"name": "tocsin-theme", "value": picture.theme, "url": url},
        ]
    )
    page = context.new_page()
    if picture.email:
        sign_in(page, url, picture.email)
        start, *links = picture.path.split(" -> ")
        page.goto(f"{url}{start}")
        for link in links:
            page.goto(f"{url}{first_link(page, link)}")
    else:
        page.goto(f"{url}{mailed_link()}")
    page.screenshot(path=PICTURES / f"{picture.name}.png", animations="disabled")
    context.close()


def sign_in(page: Page, url: str, email: str) -> None:
    password = next(one.password for one in CAST if one.email == email)
    page.goto(f"{url}/sign-in/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("main button.button-primary")
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def mailed_link() -> str:
    """Give the path of the answer link in the newest mail."""
    for path in sorted(OUTBOX.rglob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        if body is not None:
            found = re.search(r"https?://[^/\s]+(/answer/\S+)", body.get_content())
            if found:
                return found[1]
    raise SystemExit(f"script/screenshots: {OUTBOX} holds no mail with a link; TOCSIN_HOME says where the demo lies.")


def first_link(page: Page, pattern: str) -> str:
    """Give the address of the first link of the main part that fits."""
    links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    found = next((link for link in links if re.search(pattern, link)), None)
    if found is None:
        raise SystemExit(f"script/screenshots: {page.url} has no link to {pattern}; it has {sorted(set(links))[:20]}.")
    return str(found)


if __name__ == "__main__":
    sys.exit(main())
