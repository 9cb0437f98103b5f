"""Importing into the database: all or nothing, the difference first, the same again without a trace."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection

from tests.factories import registry as make
from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import system
from tocsin.kernel.errors import NotAllowed
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.services import due, import_registry

FILES = {
    "regions.csv": "code,parent,name_en,name_zh\nqinghe,linhai,Qinghe,清河\nlinhai,,Linhai,临海\n".encode(),
    "sectors.csv": "code,name_en,name_zh\nhealth,Health,卫生\n".encode(),
    "coordinators.csv": (
        "code,parent,name_en,name_zh,region,sector\nc-h,c,Health desk,,,health\nc,,Centre,中心,linhai,\n"
    ).encode(),
    "organisations.csv": (
        "code,name_en,name_zh,sector,region,tier,critical,coordinator,sector_coordinator,language\n"
        "h1,County Hospital,县人民医院,health,qinghe,1,yes,c,c-h,zh-hans\nh2,,第二医院,health,linhai,,,c,,\n"
    ).encode(),
    "contacts.csv": b"organisation,role,name,email,phone,language\nh1,security,,soc@h1.example,,\n",
    "assets.csv": (
        b"organisation,kind,value,valid_from,valid_until,state,note\n"
        b"h1,prefix,198.18.1.0/24,2026-03-01,,entered,\nh1,,h1.example,,,,\nh2,,h2.example,,,claimed,\n"
    ),
}


@pytest.fixture(autouse=True)
def scope(database: str) -> Iterator[None]:
    with acting(system("test")):
        yield


def jobs() -> list[dict[str, list[int] | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'findings.reattribute' ORDER BY id")
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_it_takes_a_whole_constituency_in(now: datetime) -> None:
    outcome = import_registry(actor=system("test"), files=FILES, apply=True, now=now)

    assert outcome.bad == ()
    assert outcome.applied
    hospital = Organisation.objects.get(code="h1")
    assert (hospital.sort_zh, hospital.tier, hospital.critical) == ("xian ren min yi yuan", 1, True)
    assert hospital.region.parent is not None
    assert hospital.region.parent.code == "linhai"
    assert hospital.sector_coordinator is not None
    assert hospital.sector_coordinator.parent == hospital.coordinator
    assert hospital.created_at == now
    assert [str(asset) for asset in hospital.assets.all()] == ["domain h1.example", "prefix 198.18.1.0/24"]
    # The day begins where the instance stands.
    assert str(hospital.assets.get(kind="prefix").valid_from) == "2026-02-28 16:00:00+00:00"
    assert hospital.contacts.get().language == "zh-hans"
    assert Organisation.objects.get(code="h2").name_en == ""


def test_a_dry_run_writes_nothing(now: datetime) -> None:
    outcome = import_registry(actor=system("test"), files=FILES, apply=False, now=now)

    assert not outcome.applied
    assert outcome.changes == 11
    assert Organisation.objects.count() == AuditEntry.objects.count() == 0
    assert jobs() == []


def test_again_it_changes_nothing_and_leaves_no_trace(now: datetime) -> None:
    import_registry(actor=system("test"), files=FILES, apply=True, now=now)
    before = list(Asset.objects.values().order_by("id"))

    outcome = import_registry(actor=system("test"), files=FILES, apply=True, now=now)

    assert outcome.difference.empty
    assert outcome.changes == 0
    assert list(Asset.objects.values().order_by("id")) == before
    assert AuditEntry.objects.filter(action="registry.import").count() == 1
    assert len(jobs()) == 1


def test_one_bad_row_and_nothing_goes_in(now: datetime) -> None:
    files = FILES | {"assets.csv": FILES["assets.csv"] + b"h1,,com,,,,\n"}

    outcome = import_registry(actor=system("test"), files=files, apply=True, now=now)

    assert not outcome.applied
    assert [(row.file, row.line, row.column) for row in outcome.bad] == [("assets.csv", 5, "value")]
    assert "public suffix" in outcome.bad[0].reason
    assert Organisation.objects.count() == 0


def test_a_change_is_made_in_place_and_counted_in_the_trail(now: datetime) -> None:
    import_registry(actor=system("test"), files=FILES, apply=True, now=now)
    ids = set(Asset.objects.values_list("id", flat=True))
    assets = FILES["assets.csv"].replace(b"2026-03-01", b"2026-04-01").replace(b"claimed", b"proven")
    organisations = FILES["organisations.csv"].replace("第二医院".encode(), "第三医院".encode())

    import_registry(
        actor=system("importer"), files={"assets.csv": assets, "organisations.csv": organisations}, apply=True, now=now
    )

    assert set(Asset.objects.values_list("id", flat=True)) == ids
    assert str(Asset.objects.get(kind="prefix").valid_from) == "2026-03-31 16:00:00+00:00"
    assert Asset.objects.get(value="h2.example").state == "proven"
    assert Organisation.objects.get(code="h2").sort_zh == "di san yi yuan"
    entry = AuditEntry.objects.latest("id")
    assert (entry.actor_label, entry.action) == ("importer", "registry.import")
    assert entry.after is not None
    assert entry.after["tables"]["assets"] == {"added": 0, "changed": 2, "unchanged": 1, "missing": 0, "removed": 0}


def test_a_region_moves_in_the_tree_and_a_parent_is_taken_away(now: datetime) -> None:
    import_registry(actor=system("test"), files=FILES, apply=True, now=now)
    regions = "code,parent,name_en,name_zh\nqinghe,,Qinghe,清河\nlinhai,qinghe,Linhai,临海\n".encode()

    outcome = import_registry(actor=system("test"), files={"regions.csv": regions}, apply=True, now=now)

    assert outcome.bad == ()
    again = import_registry(actor=system("test"), files={"regions.csv": regions}, apply=True, now=now)
    assert again.difference.empty


def test_a_change_of_assets_has_findings_attributed_anew(now: datetime) -> None:
    wide = make.asset(make.organisation("wide"), "198.18.0.0/16").organisation
    telecom = make.asset(make.organisation("telecom"), "AS3333", "asn").organisation
    other = make.asset(make.organisation("other"), "198.19.0.0/24").organisation

    import_registry(actor=system("test"), files=FILES, apply=True, now=now)

    (job,) = jobs()
    owners = set(Organisation.objects.filter(code__in=["h1", "h2"]).values_list("id", flat=True))
    asked = job["organisation_ids"]
    assert asked is not None
    assert set(asked) == owners | {wide.pk, telecom.pk}
    assert other.pk not in asked


def test_a_great_change_of_assets_asks_everyone(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MANY", 2)

    import_registry(actor=system("test"), files=FILES, apply=True, now=now)

    assert jobs() == [{"organisation_ids": None}]


def test_what_the_files_lack_stays_unless_asked(now: datetime) -> None:
    import_registry(actor=system("test"), files=FILES, apply=True, now=now)
    fewer = FILES | {
        "contacts.csv": FILES["contacts.csv"].splitlines()[0],
        "assets.csv": b"\n".join(FILES["assets.csv"].splitlines()[:2]),
    }

    kept = import_registry(actor=system("test"), files=fewer, apply=True, now=now)
    gone = import_registry(actor=system("test"), files=fewer, apply=True, now=now, remove_missing=True)
    again = import_registry(actor=system("test"), files=fewer, apply=True, now=now, remove_missing=True)

    assert (kept.changes, gone.changes, again.changes) == (0, 3, 0)
    assert Asset.objects.filter(valid_until=now).count() == 2
    assert Organisation.objects.get(code="h1").contacts.count() == 0
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR])
def test_who_may_not_import_is_refused(role: Role, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        import_registry(actor=make.person(role), files=FILES, apply=False, now=now)
