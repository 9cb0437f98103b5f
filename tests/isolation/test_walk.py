"""As somebody of one organisation, everything that can be opened names nothing of another, filters or none."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import unquote

import pytest
import time_machine
from django.apps import apps
from django.db import connections
from django.test import Client

from tests.factories import accounts
from tests.isolation import walker
from tests.isolation.walker import Ids, Seen, Walker, addresses
from tests.isolation.world import SYSTEM, Side, World, answer_paths, build, mails
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.findings.models import Finding, HeldGroup
from tocsin.findings.rules import Action
from tocsin.findings.rules.deciding import Decision
from tocsin.notices.links import token_of
from tocsin.notices.models import Notice, OutgoingMail

pytestmark = pytest.mark.slow

#: Tables that anyone's request may write to by right: who signed in, what was looked at, counts of tries.
_OF_THE_VISITOR = ("django_session", "accounts_signintries", "accounts_apitoken", "audit_auditentry")


@pytest.fixture
def world(database: str, now: datetime) -> Iterator[World]:
    with time_machine.travel(now, tick=True):
        made = build(now)
        yield made


@pytest.fixture
def unfiltered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query in Python give all rows: what is hidden now, the database hides."""
    kinds = {
        kind
        for model in apps.get_models()
        if hasattr(model, "objects") and hasattr(model.objects.all(), "visible_to")
        for kind in type(model.objects.all()).__mro__
        if "visible_to" in vars(kind)
    }
    assert len(kinds) >= 3
    for kind in kinds:
        monkeypatch.setattr(kind, "visible_to", lambda rows, actor: rows)


def pool(side: Side) -> Ids:
    """Give the ids of everything of a side, and words for arguments that are no ids."""
    with acting(SYSTEM):
        findings = Finding.objects.filter(organisation=side.organisation)
        public = tuple(
            row.public_id
            for row in [*findings.filter(coordinator="open")[:2], *findings.filter(coordinator="held")[:1]]
        )
        notice = Notice.objects.filter(organisation=side.organisation).earliest("id")
    forged = token_of(notice_id=notice.pk, expires_at=notice.link_expires_at)[:-2] + "xx"
    return Ids(
        organisation_id=side.organisation.pk,
        words={
            "public_id": public,
            "word": (*map(str, Action), *map(str, Decision)),
            "decision": tuple(map(str, Decision)),
            "action": tuple(map(str, Action)),
            "token": (forged, "1.1.1"),
            "form": ("zip", "xlsx", "csv"),
            "problem": ("open-rdp",),
            "code": ("open-rdp",),
            "language": ("en",),
        },
    )


def leaks(found: Iterable[Seen], words: Iterable[str]) -> list[str]:
    """Find answers that hold a word of the other side, unless the request itself brought it."""
    faults = []
    for seen in found:
        asked = unquote(seen.url)
        faults += [f"{seen.method} {asked}: {word}" for word in words if word in seen.text and word not in asked]
    return faults


def forbidden(world: World, side: Side) -> tuple[str, ...]:
    return (*side.words, *world.ids_of(side))


def broken(found: Iterable[Seen]) -> list[str]:
    return [f"{seen.method} {seen.url}: {seen.status}" for seen in found if seen.status >= 500]


def walk(client: Client, world: World) -> list[Seen]:
    """Follow all links, then try every address with what is one's own, then with what is theirs."""
    going = Walker(client)
    found = going.crawl("/", "/api/v1/openapi.json")
    for side in (world.mine, world.theirs):
        ids = pool(side)
        for url in addresses(ids):
            if "sign-out" not in url and url not in going.seen:
                found.append(going.get(url))
        assert not ids.unknown, f"Teach tests/isolation what to put in for {sorted(ids.unknown)}."
    return found


def test_the_walk_would_find_something(world: World) -> None:
    """The desk, which sees both, meets every word and most ids: the walk reaches where they stand."""
    with acting(SYSTEM):
        client = accounts.enter(accounts.account(Role.COORDINATOR))

    found = walk(client, world)

    told = "\n".join(seen.text for seen in found)
    assert [word for word in world.theirs.words if word not in told] == []
    assert broken(found) == []
    with acting(SYSTEM):
        assert HeldGroup.objects.filter(decision__isnull=True).exists()
    assert leaks(found, world.theirs.words)


@pytest.mark.parametrize("who", ["member", "manager"])
def test_a_person_meets_nothing_of_another(world: World, who: str) -> None:
    client = accounts.enter(getattr(world.mine, who))

    found = walk(client, world)

    assert leaks(found, forbidden(world, world.theirs)) == []
    assert broken(found) == []
    told = "\n".join(seen.text for seen in found)
    assert [word for word in world.mine.words if word not in told] == []
    assert sum(seen.status == 200 for seen in found) > 20


def test_row_level_security_alone_hides_it_as_well(world: World, unfiltered: None) -> None:
    client = accounts.enter(world.mine.manager)
    client.raise_request_exception = False

    found = walk(client, world)

    assert leaks(found, forbidden(world, world.theirs)) == []
    told = "\n".join(seen.text for seen in found)
    assert [word for word in world.mine.words if word not in told] == []


def test_with_both_switched_off_the_walk_finds_the_leak(world: World, unfiltered: None) -> None:
    """So it is these two that hide it, and the walk that would see."""
    with connections["owner"].cursor() as cursor:
        for table in connections["owner"].introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    client = accounts.enter(world.mine.manager)
    client.raise_request_exception = False

    found = walk(client, world)

    assert leaks(found, forbidden(world, world.theirs))


@pytest.mark.parametrize("filters", ["filters", "no filters"])
@pytest.mark.parametrize("role", [Role.ORGANISATION_MEMBER, Role.ORGANISATION_MANAGER])
def test_a_program_meets_nothing_of_another(
    world: World, role: Role, filters: str, request: pytest.FixtureRequest
) -> None:
    if filters == "no filters":
        request.getfixturevalue("unfiltered")
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {world.tokens[role]}"})
    client.raise_request_exception = False
    found = []

    for side in (world.mine, world.theirs):
        ids = pool(side)
        for method, url in walker.calls(ids):
            response = client.generic(method, url, "{}", content_type="application/json")
            content = b"".join(response) if response.streaming else response.content
            found.append(Seen(method, url, response.status_code, "\n".join(walker.unpacked(content))))
        assert not ids.unknown, f"Teach tests/isolation what to put in for {sorted(ids.unknown)}."

    assert leaks(found, forbidden(world, world.theirs)) == []
    assert broken(found) == []
    if filters == "filters":
        assert sum(seen.status == 200 for seen in found) > 5


def everything() -> dict[str, list[str]]:
    """Give every row of every table, but those that a visit writes by right."""
    with connections["owner"].cursor() as cursor:
        tables = connections["owner"].introspection.table_names(cursor)
        held = {}
        for table in sorted(set(tables) - set(_OF_THE_VISITOR)):
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')
            held[table] = [row[0] for row in cursor.fetchall()]
    return held


def test_nothing_of_theirs_can_be_changed(world: World) -> None:
    """Every address and operation is sent a form and a body with their ids: all is as it was."""
    client = accounts.enter(world.mine.manager)
    client.raise_request_exception = False
    ids = pool(world.theirs)
    before = everything()
    going = Walker(client)
    filled = {
        "reason": "mine",
        "until": "2026-12-24",
        "comment": "mine",
        "said": "fixed",
        "confirm": "1",
        "email": "a@b.example",
    }
    found = [
        going.post(url, filled)
        for url in addresses(ids)
        # Those that take no id change what is one's own.
        if has_an_id(url, ids)
    ]
    program = Client(
        SERVER_NAME="localhost", headers={"Authorization": f"Bearer {world.tokens[Role.ORGANISATION_MANAGER]}"}
    )
    program.raise_request_exception = False
    answers = {
        f"{method} {url}": program.generic(method, url, json.dumps(filled), content_type="application/json").status_code
        for method, url in walker.calls(ids)
        if method != "GET" and has_an_id(url, ids)
    }

    assert len(found) > 20
    assert [f"{seen.url}: {seen.status}" for seen in found if seen.status in {200, 302}] == []
    assert len(answers) > 5
    assert {call: status for call, status in answers.items() if status < 300 or status >= 500} == {}
    assert everything() == before
    assert leaks(found, forbidden(world, world.theirs)) == []


def has_an_id(url: str, ids: Ids) -> bool:
    """Tell whether an address names a row of theirs."""
    return any(part.isdigit() or part in ids.words["public_id"] for part in url.split("?", maxsplit=1)[0].split("/"))


def test_a_stranger_meets_nothing_of_anybody(world: World) -> None:
    client = Client(SERVER_NAME="localhost")
    going = Walker(client)
    found = going.crawl("/")
    for side in (world.mine, world.theirs):
        found += [going.get(url) for url in addresses(pool(side))]
        for method, url in walker.calls(pool(side)):
            response = client.generic(method, url, "{}", content_type="application/json")
            found.append(Seen(method, url, response.status_code, response.content.decode()))

    words = {*forbidden(world, world.mine), *forbidden(world, world.theirs)}
    assert leaks(found, words) == []
    assert broken(found) == []
    assert {seen.status for seen in found if seen.url.startswith("/api/v1/") and "openapi" not in seen.url} <= {
        401,
        404,
    }


def test_a_mail_holds_what_its_reader_owns(world: World) -> None:
    sent = list(mails())

    assert len(sent) >= 4
    with acting(SYSTEM):
        assert len(sent) == OutgoingMail.objects.filter(state="sent").count()
    for side, other in ((world.mine, world.theirs), (world.theirs, world.mine)):
        own = [text for to, text in sent if f"@{side.name.lower()}.example" in to]
        assert own
        assert [word for text in own for word in forbidden(world, other) if word in text] == []


@pytest.mark.parametrize("filters", ["filters", "no filters"])
def test_a_link_serves_its_notice_alone(world: World, filters: str, request: pytest.FixtureRequest) -> None:
    if filters == "no filters":
        request.getfixturevalue("unfiltered")
    with acting(SYSTEM):
        first, *others = Notice.objects.filter(organisation=world.mine.organisation).order_by("id")
        told = set(first.items.values_list("finding_id", flat=True))
        rest = Finding.objects.filter(organisation=world.mine.organisation).exclude(pk__in=told)
        hidden = {row.identity.hex for row in rest} | {f"{row.address}" for row in rest if row.address}
        shown = {f"{row.address}" for row in Finding.objects.filter(pk__in=told)}
    assert others or hidden
    path = next(
        path
        for to, text in mails()
        if f"@{world.mine.name.lower()}.example" in to
        for path in answer_paths(text)
        if path.split("/")[2].split(".")[1] == str(first.pk)
    )
    client = Client(SERVER_NAME="localhost")
    client.raise_request_exception = False

    found = Walker(client).crawl(path, "/")

    text = next(seen.text for seen in found if seen.url == path)
    assert [address for address in shown if address not in text] == []
    assert leaks(found, {*forbidden(world, world.theirs), *(hidden - shown)}) == []
    opened = {seen.url.split("?")[0] for seen in found if seen.status == 200}
    assert {url for url in opened if not url.startswith(("/answer/", "/sign-in/"))} == set()
