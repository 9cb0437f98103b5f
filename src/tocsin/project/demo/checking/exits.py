"""What left the house or stays in it: mails to their owners alone, nothing that must not be kept, an empty queue."""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import polars as pl
from django.db import connection, connections

from tocsin.access.scope import acting
from tocsin.findings.models import Finding
from tocsin.notices.models import OutgoingMail
from tocsin.notices.rules import MailState
from tocsin.project.demo.checking import Demo
from tocsin.project.demo.checking.looking import DESK, says
from tocsin.registry.models import Asset, Contact
from tocsin.registry.rules import ATTRIBUTING, AssetKind

_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
_IPV6 = re.compile(r"2001:db8:[0-9a-f:]+", re.IGNORECASE)
_Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def mails(demo: Demo) -> Iterator[str]:
    """Every mail of the outbox is a whole mail with text, page and table, and holds no address of anybody else."""
    with acting(DESK):
        sent = OutgoingMail.objects.visible_to(DESK).select_related("edition__notice")
        by_id = {mail.message_id: mail for mail in sent}
        yield from says({MailState.SENT}, {mail.state for mail in by_id.values()}, "states of mails")
        owned: dict[int, set[str]] = {}
        for owner_id, address in Finding.objects.visible_to(DESK).values_list("organisation_id", "address"):
            owned.setdefault(owner_id, set()).add(str(address))
        networks = _networks()
        theirs: dict[int, set[str]] = {}
        for owner_id, email in Contact.objects.visible_to(DESK).values_list("organisation_id", "email"):
            theirs.setdefault(owner_id, set()).add(email.lower())
    files = sorted((demo.home / "outbox").glob("*.eml"))
    yield from says(len(by_id), len(files), "mails in the outbox")
    strangers = {email for emails in theirs.values() for email in emails}
    for path in files:
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        yield from (f"{path.name}: {fault}" for fault in _faults(mail, by_id, owned, networks, theirs, strangers))


def _faults(
    mail: EmailMessage,
    by_id: Mapping[str, OutgoingMail],
    owned: Mapping[int, set[str]],
    networks: _Networks,
    theirs: Mapping[int, set[str]],
    strangers: set[str],
) -> Iterator[str]:
    known = by_id.get(str(mail["Message-ID"]))
    if known is None:
        yield f"its Message-ID {mail['Message-ID']} is not that of a mail"
        return
    owner_id = known.organisation_id
    if mail.defects:
        yield f"does not parse: {mail.defects[0]}"
    kinds = {part.get_content_type() for part in mail.walk() if not part.is_multipart()}
    if not {"text/plain", "text/html", "text/csv"} <= kinds:
        yield f"holds {', '.join(sorted(kinds))}"
    to = {address.addr_spec.lower() for address in mail["To"].addresses}
    if not to <= theirs.get(owner_id, set()):
        yield f"goes to {', '.join(sorted(to))}, which is not its owner's"
    text = _text(mail)
    foreign = {word for word in _addresses(text) - owned.get(owner_id, set()) if _is_somebodys(word, networks, owned)}
    if foreign:
        yield f"holds {', '.join(sorted(foreign))}, which is somebody else's"
    others = ({found.lower() for found in _EMAIL.findall(text)} & strangers) - theirs.get(owner_id, set())
    if others:
        yield f"holds {', '.join(sorted(others))}, which is somebody else's"


def _networks() -> _Networks:
    """Give every network that attributes, whoever's it is."""
    values = Asset.objects.visible_to(DESK).filter(kind=AssetKind.PREFIX, state__in=ATTRIBUTING)
    return [ipaddress.ip_network(value) for value in values.values_list("value", flat=True).distinct()]


def _is_somebodys(word: str, networks: _Networks, owned: Mapping[int, set[str]]) -> bool:
    """Tell whether an address is of anybody in the constituency; examples in instructions and sinkholes are not."""
    address = ipaddress.ip_address(word)
    return any(word in addresses for addresses in owned.values()) or any(address in one for one in networks)


def _text(mail: EmailMessage) -> str:
    """Give everything that can be read in a mail, decoded."""
    parts = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_content()
        parts.append(content if isinstance(content, str) else content.decode("utf-8", errors="replace"))
    return "\n".join([str(mail["Subject"]), *parts])


def _addresses(text: str) -> set[str]:
    """Give the network addresses in a text, canonical."""
    found = set()
    for word in [*_IPV4.findall(text), *_IPV6.findall(text)]:
        try:
            address = ipaddress.ip_address(word.rstrip(":"))
        except ValueError:
            continue
        if not address.is_loopback:
            found.add(str(address))
    return found


def never_kept(demo: Demo) -> Iterator[str]:
    """What must never be kept is nowhere: not in a table, not in the archive, not in a mail."""
    words = list(demo.script.story["never_kept"])
    pattern = "|".join(re.escape(word) for word in words)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', [pattern])  # noqa: S608
            (rows,) = cursor.fetchone() or (0,)
            if rows:
                yield f"table {table} holds it in {rows} rows"
    connections["owner"].close()
    yield from _in_archive(demo.home / "archive", pattern)
    for path in (demo.home / "outbox").glob("*.eml"):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        if re.search(pattern, _text(mail)):
            yield f"{path.name} holds it"


def _in_archive(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.rglob("*.parquet")):
        texts = pl.read_parquet(path).select(pl.col(pl.String))
        hits = texts.select(pl.any_horizontal(pl.all().str.contains(pattern).fill_null(value=False).any()))
        if texts.width and hits.item():
            yield f"{path.relative_to(folder)} holds it"


def archive(demo: Demo) -> Iterator[str]:
    """The archive lists every event once, and every file that it lists is there."""
    with acting(DESK), connection.cursor() as cursor:
        cursor.execute("SELECT path, rows FROM events_archivefile WHERE replaced_at IS NULL")
        listed = dict(cursor.fetchall())
        cursor.execute("SELECT sum(events) FROM events_report")
        (events,) = cursor.fetchone() or (0,)
    yield from says(events, sum(listed.values()), "events in the archive")
    yield from (f"{path} is not there" for path in listed if not (demo.home / "archive" / path).is_file())


def queue(demo: Demo) -> Iterator[str]:
    """The queue is empty and no job failed."""
    with acting(DESK), connection.cursor() as cursor:
        cursor.execute("SELECT status, count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY status")
        yield from (f"{count} jobs are {status}" for status, count in cursor.fetchall())


CLAIMS = (mails, never_kept, archive, queue)
