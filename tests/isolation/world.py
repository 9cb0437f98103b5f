"""Two organisations with everything that an organisation can have, made through the services that make it in life."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tests.factories import accounts, events, registry
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts.models import Person
from tocsin.events.services import find_or_make
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor, system
from tocsin.notices.models import Notice
from tocsin.notices.rules import Reply, RoundMode
from tocsin.notices.services import outbox
from tocsin.notices.services.answers import Said, answer_on_behalf
from tocsin.notices.services.rounds import issue_round
from tocsin.registry.models import Organisation

SYSTEM = system("test")
_LANGUAGES = ("en", "zh-hans")


@dataclass(kw_only=True)
class Side:
    """One of the two, with what nobody but it (and the desk) may read."""

    name: str
    #: Third number of its IPv4 addresses.
    block: int
    organisation: Organisation = field(init=False)
    member: Person = field(init=False)
    manager: Person = field(init=False)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything by which it would be known."""
        return (
            *(f"{self.name} County Hospital", f"{self.name}县人民医院", f"{self.name.lower()}-hospital"),
            f"198.18.{self.block}.",
            f"2001:db8:{self.block}:",
            f"{self.name.lower()}.example",
            f"{self.name}-note",
            self.network,
        )

    @property
    def network(self) -> str:
        """Give the number of its autonomous system, from those for private use (RFC 6996)."""
        return str(4_200_000_000 + self.block)

    def address(self, number: int) -> str:
        """Give one of its addresses."""
        return f"198.18.{self.block}.{number}"


@dataclass(frozen=True, kw_only=True)
class World:
    """Both sides, the first of which walks."""

    mine: Side
    theirs: Side
    #: Secrets of programs that act for the first side, by role.
    tokens: dict[Role, str]

    def ids_of(self, side: Side) -> frozenset[str]:
        """Give public ids of the findings of a side: they are as good as names."""
        with acting(SYSTEM):
            found = Finding.objects.filter(organisation=side.organisation)
            return frozenset(row.identity.hex for row in found)


def build(now: datetime) -> World:
    """Make the world, up to this moment: three days of reports, two rounds, answers, a group at the gate."""
    mine, theirs = Side(name="Qingshan", block=11), Side(name="Baishan", block=22)
    with acting(SYSTEM):
        for side in (mine, theirs):
            _register(side)
        tokens = {
            role: accounts.token(role, mine.organisation, now=datetime.now().astimezone())
            for role in (Role.ORGANISATION_MEMBER, Role.ORGANISATION_MANAGER)
        }
    with acting(SYSTEM, using="ingest"):
        find_or_make(actor=SYSTEM, name="Shadowserver", format_name="shadowserver", now=now)
    for back in (3, 2, 1):
        _deliver((mine, theirs), back=back, now=now - timedelta(days=back))
        _round(now - timedelta(days=back) + timedelta(hours=1))
    for side in (mine, theirs):
        _answer(side, now - timedelta(hours=20))
    outbox.deliver(actor=SYSTEM, clock=lambda: now)
    return World(mine=mine, theirs=theirs, tokens=tokens)


def _register(side: Side) -> None:
    made = registry.organisation(
        f"{side.name.lower()}-hospital",
        name_en=f"{side.name} County Hospital",
        name_zh=f"{side.name}县人民医院",
        sort_zh=side.name.lower(),
    )
    side.organisation = made
    for value in (
        f"198.18.{side.block}.0/24",
        f"2001:db8:{side.block}::/48",
        f"{side.name.lower()}.example",
        f"https://www.{side.name.lower()}.example/portal",
    ):
        registry.asset(made, value, note=f"{side.name}-note")
    registry.asset(made, side.network, kind="asn")
    for number, role in enumerate(("security", "abuse", "emergency", "management")):
        registry.contact(
            made, role, f"{role}@{side.name.lower()}.example", name=f"{side.name}-note", language=_LANGUAGES[number % 2]
        )
    side.member = accounts.account(
        Role.ORGANISATION_MEMBER, made, email=f"member@{side.name.lower()}.example", name=f"{side.name}-note member"
    )
    side.manager = accounts.account(
        Role.ORGANISATION_MANAGER, made, email=f"manager@{side.name.lower()}.example", name=f"{side.name}-note manager"
    )


def _deliver(sides: tuple[Side, ...], *, back: int, now: datetime) -> None:
    """Send reports with rows of both in one file, mixed, and one row that can't be read of each; each day others."""
    day = (now - timedelta(days=1)).date()
    rows = [
        events.row(day, side.address(number), hostname=f"ptr{number}.{side.name.lower()}.example")
        for number in range(10 * back, 10 * back + 5)
        for side in sides
    ]
    broken = [events.row(day, f"198.18.{side.block}.999") for side in sides]
    telnet = [events.row(day, side.address(40 + back), port="23", tag="telnet") for side in sides]
    big = [events.row(day, side.address(100 + number), port="445") for number in range(60) for side in sides]
    files = [events.file("scan_rdp", day, [*rows, *broken]), events.file("scan_telnet", day, telnet)]
    # One type only on the last day: its groups wait at the gate.
    files.append(events.file("scan_smb", day, big))
    events.deliver(*files, now=now)


def _round(now: datetime) -> None:
    """Send what waits at the gate for want of history, then a round."""
    with acting(SYSTEM):
        Finding.objects.filter(problem__in=["open-rdp", "open-telnet"], coordinator="held").update(
            coordinator="open", held_group=None
        )
        if Finding.objects.filter(coordinator="open", telling="untold").exists():
            issue_round(actor=SYSTEM, mode=RoundMode.AUTO, now=now)


def _answer(side: Side, now: datetime) -> None:
    with acting(SYSTEM):
        notice = Notice.objects.filter(organisation=side.organisation).earliest("id")
        ids = list(notice.items.values_list("finding_id", flat=True)[:2])
        answer_on_behalf(
            actor=SYSTEM,
            notice_id=notice.pk,
            said=Said(reply=Reply.DISPUTED, finding_ids=ids, comment=f"{side.name}-note says no"),
            said_by=f"{side.name}-note",
            now=now,
        )


def desk() -> Actor:
    """Give somebody of the desk."""
    return registry.person(Role.COORDINATOR, label="Li Wen")


def mails() -> Iterator[tuple[str, str]]:
    """Give each mail of the outbox folder as (recipient, all its text decoded)."""
    for path in sorted(Path(settings.OUTBOX_FOLDER).rglob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        parts = [str(value) for value in message.values()]
        for part in message.walk():
            if not part.is_multipart():
                parts.append(str(part.get_filename() or ""))
                parts.append((part.get_payload(decode=True) or b"").decode("utf-8", "replace"))
        yield str(message["To"]), "\n".join(parts)


def answer_paths(text: str) -> list[str]:
    """Find the answer links in a mail."""
    return sorted(set(re.findall(r"https?://[^/\s\"<>]+(/answer/[^\s\"<>?&]+/)", text)))
