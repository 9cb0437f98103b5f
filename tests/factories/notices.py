"""Letters, organisations, contacts and findings for tests about notices."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.factories import registry
from tocsin.findings.models import Finding, Sighting
from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import Language
from tocsin.notices.rules import House, Letter, Line, Recipient, Why, grouped
from tocsin.registry.models import Organisation

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Monday 23 November 2026, 07:30 in Shanghai.
MONDAY = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
#: Monday 30 November 2026, 18:00 in Shanghai.
DUE = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)

HOUSE = House(
    name_en="Linjiang Province Cyber Emergency Centre",
    name_zh="临江省网络安全应急中心",
    number_prefix_zh="临网通",
    phone="0500-0000-0000",
    sender="notices@cert.linjiang.example",
    zone=SHANGHAI,
)
_counter = itertools.count(1)


def line(**given: Any) -> Line:
    number = next(_counter)
    values: dict[str, Any] = {
        "finding_id": number,
        "public_id": f"{number:032x}-1",
        "organisation_id": 1,
        "problem": "open-rdp",
        "severity": Severity.HIGH,
        "why": Why.NEW,
        "subject": f"198.18.40.{number % 250 + 1}",
        "subject_kind": "address",
        "port": 3389,
        "transport": "tcp",
        "first_seen_at": MONDAY - timedelta(days=1),
        "last_seen_at": MONDAY - timedelta(minutes=92),
        "evidence": {},
        "due_at": DUE,
        "tlp": Tlp.AMBER,
    }
    values.update(given)
    if "address" not in values:
        values["address"] = values["subject"] if values["subject_kind"] == "address" else "198.18.40.99"
    return Line(**values)


def letter(*lines: Line, **given: Any) -> Letter:
    values: dict[str, Any] = {
        "organisation_id": 1,
        "name_en": "Qingshan County Hospital",
        "name_zh": "青山县人民医院",
        "year": 2026,
        "number": 417,
        "issued_at": MONDAY,
        "link_expires_at": datetime(2026, 12, 24, 10, 0, tzinfo=UTC),
        "recipients": (recipient(),),
        "languages": (Language.ENGLISH, Language.CHINESE),
        "groups": grouped(lines or (line(),)),
    }
    values.update(given)
    return Letter(**values)


def recipient(**given: Any) -> Recipient:
    values: dict[str, Any] = {
        "role": "security",
        "address": "security@hospital.example",
        "name": "",
        "language": Language.ENGLISH,
    }
    values.update(given)
    return Recipient(**values)


def owner_with_contacts(*contacts: tuple[str, str], code: str = "", **given: Any) -> Organisation:
    """Make an organisation with contacts (role, language), in the transaction and scope of the caller."""
    made = registry.organisation(code, **given)
    for role, language in contacts or (("security", "en"),):
        registry.contact(made, role, f"{role}-{language}@{made.code}.example", language=language)
    return made


def finding(owner: Organisation, **given: Any) -> Finding:
    """Make an open finding that its owner has not been told, with one sighting."""
    number = next(_counter)
    values: dict[str, Any] = {
        "identity": UUID(int=number + (1 << 100)),
        "organisation": owner,
        "problem": "open-rdp",
        "kind": "state",
        "subject_kind": "address",
        "subject": f"198.18.{number // 250}.{number % 250 + 1}",
        "address": f"198.18.{number // 250}.{number % 250 + 1}",
        "port": 3389,
        "transport": "tcp",
        "tlp": "amber",
        "severity": Severity.HIGH,
        "first_seen_at": MONDAY - timedelta(days=1),
        "opened_at": MONDAY - timedelta(hours=1),
        "changed_at": MONDAY - timedelta(hours=1),
        "source": "shadowserver",
        "report_type": "scan_rdp",
        "report_id": 1,
        "attributed_by": "prefix",
        "asset_value": "198.18.0.0/15",
    }
    values.update(given)
    made = Finding.objects.create(**values)
    Sighting.objects.create(
        finding=made, source=made.source, last_seen_at=MONDAY - timedelta(minutes=92), count=1, report_id=1
    )
    return made
