"""What people see: each log-in walks its pages through a real server, and meets nothing that is not its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tocsin.access.scope import acting
from tocsin.findings.models import Finding
from tocsin.project.demo.cast import CAST, COORDINATOR, Part
from tocsin.project.demo.checking import Demo
from tocsin.project.demo.checking.looking import DESK, findings, says
from tocsin.project.demo.place import api_token
from tocsin.registry.models import Organisation

_TIMEOUT_S = 30
#: Pages of one shape (numbers and long names taken for the same) that one log-in walks.
_OF_A_SHAPE = 3
_MOST_PAGES = 120
_VARYING = re.compile(r"\d+|[0-9a-f]{16,}(-\d+)?")
_WRONG = ("Traceback (most recent call last)", "TemplateSyntaxError", "Server Error", "OperationalError")
#: Leaves, or changes something.
_NOT_WALKED = ("/sign-out/", "/static/", "/design/", "/language", "/theme")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What came back."""

    status: int
    url: str
    kind: str
    text: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.headings: list[str] = []
        self.token = ""
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a" and said.get("href"):
            self.links.append(str(said["href"]))
        if tag == "h1":
            self._in_heading = True
            self.headings.append("")
        if tag == "input" and said.get("name") == "csrfmiddlewaretoken":
            self.token = str(said.get("value"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings[-1] += data.strip()


class Browser:
    """Keeps cookies and asks for pages; an error is a page like any other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, headers: dict[str, str] | None = None) -> Page:
        """Ask for a page."""
        return self._ask(Request(urljoin(self._url, path), headers=headers or {}))  # noqa: S310  (loopback)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        """Send a form."""
        headers = {"Referer": urljoin(self._url, path)}
        return self._ask(Request(urljoin(self._url, path), urlencode(fields).encode(), headers))  # noqa: S310

    def sign_in(self, part: Part) -> Page:
        """Sign in through the form."""
        token = read(self.get("/sign-in/")).token
        return self.post("/sign-in/", {"csrfmiddlewaretoken": token, "email": part.email, "password": part.password})

    def _ask(self, request: Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=_TIMEOUT_S)
        except HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode("utf-8", errors="replace")
            kind = answer.headers.get_content_type()
            return Page(status=int(answer.status or 0), url=str(answer.url), kind=kind, text=text)


def read(page: Page) -> _Links:
    """Read links and headings of a page."""
    links = _Links()
    links.feed(page.text)
    return links


def walk(browser: Browser, start: str) -> Iterator[Page]:
    """Follow links of this server from a page on, some of each shape."""
    seen, shapes, waiting = {start}, dict[str, int](), [start]
    while waiting and len(seen) < _MOST_PAGES * 20 and sum(shapes.values()) < _MOST_PAGES:
        path = waiting.pop(0)
        shape = _VARYING.sub("*", urlsplit(path).path) + "?" * bool(urlsplit(path).query)
        if shapes.get(shape, 0) >= _OF_A_SHAPE:
            continue
        shapes[shape] = shapes.get(shape, 0) + 1
        page = browser.get(path)
        yield page
        if page.kind != "text/html":
            continue
        here = urlsplit(page.url)
        for link in read(page).links:
            there = urlsplit(urljoin(page.url, link))
            target = there.path + (f"?{there.query}" if there.query else "")
            if there.netloc == here.netloc and target not in seen and not target.startswith(_NOT_WALKED):
                seen.add(target)
                waiting.append(target)


def _sound(page: Page) -> Iterator[str]:
    where = urlsplit(page.url).path
    if page.status != 200:
        yield f"{where} answered {page.status}"
    yield from (f"{where} says {word}" for word in _WRONG if word in page.text)
    if page.kind == "text/html" and not any(read(page).headings):
        yield f"{where} has no heading"


def log_ins(demo: Demo) -> Iterator[str]:
    """Each log-in gets in, and every page that it can reach by links answers with a heading and without a fault."""
    for part in CAST:
        browser = Browser(demo.url)
        page = browser.sign_in(part)
        if page.status != 200 or "/sign-in/" in page.url:
            yield f"{part.email} did not get in: {page.status} at {page.url}"
            continue
        walked = 0
        for page in walk(browser, "/"):
            walked += 1
            yield from (f"{part.email}: {fault}" for fault in _sound(page))
        if walked < 4:
            yield f"{part.email} reaches {walked} pages only"


def own_alone(demo: Demo) -> Iterator[str]:
    """No page of an organisation's log-in holds an address or a name of another organisation."""
    with acting(DESK):
        names = dict(Organisation.objects.visible_to(DESK).values_list("code", "name_zh"))
        owners: dict[str, set[str]] = {}
        rows = Finding.objects.visible_to(DESK).filter(address__isnull=False)
        for code, address in rows.values_list("organisation__code", "address"):
            owners.setdefault(str(address), set()).add(code)
    for part in CAST:
        if not part.organisation:
            continue
        browser = Browser(demo.url)
        browser.sign_in(part)
        for page in walk(browser, "/"):
            where = f"{part.email}: {urlsplit(page.url).path}"
            for word in re.findall(r"(?<![\d.])198\.1[89]\.\d{1,3}\.\d{1,3}(?![\d./])", page.text):
                if word in owners and part.organisation not in owners[word]:
                    yield f"{where} holds {word} of {', '.join(sorted(owners[word]))}"
            yield from (
                f"{where} names {code}"
                for code, name in names.items()
                if code != part.organisation and name and name not in names[part.organisation] and name in page.text
            )


def strangers_page(demo: Demo) -> Iterator[str]:
    """The school office's finding is not there for its sibling, nor for who is not signed in."""
    fact = demo.script.facts["silent_office"]
    (one,) = findings(fact["address"], fact["problem"])
    path = f"/findings/{one.public_id}/"
    expected = {fact["organisation"]: 200, fact["sibling"]: 404}
    for part in CAST:
        if part.organisation in expected:
            browser = Browser(demo.url)
            browser.sign_in(part)
            yield from says(expected[part.organisation], browser.get(path).status, f"{part.email} {path}")
    page = Browser(demo.url).get(path)
    if "/sign-in/" not in page.url:
        yield f"without a log-in {path} leads to {page.url}, not to sign-in"


def answer_link(demo: Demo) -> Iterator[str]:
    """The link in the hospital's newest mail opens its notice without a log-in, and looking changes nothing."""
    fact = demo.script.facts["hospital"]
    before = [(one.owner, one.machine, one.changed_at) for one in findings(fact["address"], fact["problem"])]
    mails = [
        BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for path in sorted((demo.home / "outbox").glob("*.eml"))
    ]
    theirs = [mail for mail in mails if f"@{fact['organisation']}." in str(mail["To"])]
    newest = max(theirs, key=lambda mail: mail["Date"].datetime)
    body = newest.get_body(("plain",))
    link = re.search(r"http://\S+/answer/\S+", body.get_content() if body else "")
    if link is None:
        yield "the mail holds no link"
        return
    page = Browser(demo.url).get(link[0])
    yield from _sound(page)
    if fact["address"] not in page.text:
        yield "the page does not show the hospital's address"
    after = [(one.owner, one.machine, one.changed_at) for one in findings(fact["address"], fact["problem"])]
    yield from says(before, after, "the finding")


def headings(demo: Demo) -> Iterator[str]:
    """The coordinator's main pages are there under their names."""
    browser = Browser(demo.url)
    browser.sign_in(COORDINATOR)
    for path in ("/", "/findings/", "/organisations/", "/gate/", "/reports/", "/notices/", "/notices/round/", "/jobs/"):
        page = browser.get(path)
        yield from _sound(page)


def programs(demo: Demo) -> Iterator[str]:
    """The API answers a program with the demo's token, and no other."""
    browser = Browser(demo.url)
    right = {"Authorization": f"Bearer {api_token(demo.home)}"}
    wrong = {"Authorization": "Bearer tocsin_of_nobody"}
    yield from says(200, browser.get("/api/v1/findings", right).status, "with the token")
    yield from says(401, browser.get("/api/v1/findings", wrong).status, "with another")


CLAIMS = (log_ins, headings, own_alone, strangers_page, answer_link, programs)
