"""The archive's reader gives an actor its own rows and no others, though one file holds many owners'."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from django.conf import settings

from tests.factories import events as make
from tests.factories import registry
from tocsin.access.permissions import Role
from tocsin.access.querysets import DeskOnly, Visible
from tocsin.access.scope import acting
from tocsin.accounts.actors import actor_of_link
from tocsin.events.errors import ArchiveDamaged
from tocsin.events.models import ArchiveFile, ManifestRows
from tocsin.events.queries import archive
from tocsin.findings.models import Finding
from tocsin.kernel.actor import Actor, system
from tocsin.kernel.errors import Invalid
from tocsin.registry.models import Organisation

DAY = date(2026, 11, 20)
HOSPITAL, SCHOOL, NOBODY = "198.18.1.5", "198.18.2.5", "203.0.113.9"
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Two:
    """Two organisations whose rows lie in the same files."""

    hospital: Organisation
    school: Organisation

    @property
    def finding(self) -> Finding:
        return Finding.objects.get(organisation=self.hospital)


@pytest.fixture
def two(database: str, now: datetime) -> Two:
    with acting(system("test")):
        hospital, school = registry.organisation("hospital"), registry.organisation("school")
        registry.asset(hospital, "198.18.1.0/24")
        registry.asset(school, "198.18.2.0/24")
    for back in range(3):
        day = DAY - timedelta(days=back)
        rows = [make.row(day, address, tag=f"rdp;{day}") for address in (HOSPITAL, SCHOOL, NOBODY)]
        make.deliver(make.file("scan_rdp", day, rows), now=now)
    return Two(hospital=hospital, school=school)


@pytest.fixture(params=[False, True], ids=["filtered", "row-level security alone"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Switch the filters in Python off, in every second run."""
    if request.param:
        for rows in (Visible, DeskOnly, ManifestRows):
            monkeypatch.setattr(rows, "visible_to", lambda self, actor: self)
    return bool(request.param)


def everything(actor: Actor, two: Two) -> pl.DataFrame:
    """Ask for all that the reader could give, of both owners and nobody."""
    with acting(actor):
        answers = [
            archive.events_of_address(actor=actor, address=address, since=SINCE, until=UNTIL)
            for address in (HOSPITAL, SCHOOL, NOBODY)
        ]
        for owner in (two.hospital, two.school):
            answers.append(archive.newest_events(actor=actor, organisation_id=owner.pk))
            with acting(system("test")):
                finding = Finding.objects.get(organisation=owner)
            answers.append(
                archive.events_of_finding(
                    actor=actor, identity=finding.identity, organisation_id=owner.pk, problem="open-rdp"
                )
            )
    return pl.concat(answers, how="diagonal_relaxed")


def test_a_member_gets_its_own_rows_and_no_others(two: Two, reading: bool) -> None:
    for owner, address in ((two.hospital, HOSPITAL), (two.school, SCHOOL)):
        member = registry.person(Role.ORGANISATION_MEMBER, organisation=owner)

        seen = everything(member, two)

        assert seen.height == 9
        assert set(seen["address"]) == {address}
        assert set(seen["organisation_id"]) == {owner.pk}


def test_the_desk_gets_every_row(two: Two, reading: bool) -> None:
    seen = everything(registry.person(Role.ANALYST), two)

    assert set(seen["address"]) == {HOSPITAL, SCHOOL, NOBODY}
    assert seen.height == 3 * 3 + 2 * 6


def test_a_link_gets_no_row_at_all(two: Two, reading: bool) -> None:
    assert everything(actor_of_link(notice_id=1, label="link"), two).is_empty()


def test_whoever_has_no_scope_gets_nothing(two: Two, reading: bool) -> None:
    stranger = registry.person(Role.ORGANISATION_MEMBER, organisation=Organisation(pk=999_999))

    assert everything(stranger, two).is_empty()


def test_a_finding_shows_its_events_newest_first_with_what_was_kept(two: Two) -> None:
    desk = registry.person(Role.ANALYST)
    with acting(desk):
        finding = two.finding

        seen = archive.events_of_finding(
            actor=desk, identity=finding.identity, organisation_id=two.hospital.pk, problem=finding.problem
        )

    assert seen["observed_at"].to_list() == [datetime(2026, 11, day, 3, 12, 45, tzinfo=UTC) for day in (20, 19, 18)]
    assert seen["f_tag"].to_list() == ["rdp;2026-11-20", "rdp;2026-11-19", "rdp;2026-11-18"]
    assert set(seen["report_type"]) == {"scan_rdp"}
    assert seen["report_id"].n_unique() == 3


def test_the_newest_rows_are_found_though_an_older_file_came_later(two: Two, now: datetime) -> None:
    late = DAY - timedelta(days=9)
    rows = [make.row(late, "198.18.1.77"), make.row(DAY, "198.18.1.78", timestamp=f"{DAY} 23:00:00")]
    make.deliver(make.file("scan_smb", late, rows), now=now)
    desk = registry.person(Role.ANALYST)

    with acting(desk):
        seen = archive.newest_events(actor=desk, organisation_id=two.hospital.pk, limit=2)

    assert seen["address"].to_list() == ["198.18.1.78", HOSPITAL]


def test_a_limit_holds(two: Two) -> None:
    desk = registry.person(Role.ANALYST)

    with acting(desk):
        assert archive.newest_events(actor=desk, organisation_id=two.hospital.pk, limit=2).height == 2
        assert archive.newest_events(actor=desk, organisation_id=two.hospital.pk, limit=-1).height == 0


def test_the_time_is_a_window(two: Two) -> None:
    desk = registry.person(Role.ANALYST)
    noon = datetime(2026, 11, 19, 12, tzinfo=UTC)

    with acting(desk):
        seen = archive.events_of_address(
            actor=desk, address=HOSPITAL, since=noon - timedelta(days=1), until=noon, limit=9
        )

    assert seen["observed_at"].to_list() == [datetime(2026, 11, 19, 3, 12, 45, tzinfo=UTC)]


@pytest.mark.parametrize("address", ["198.18.1.5' OR 1=1 --", "", "1; DROP TABLE x"])
def test_what_is_no_address_is_refused(two: Two, address: str) -> None:
    desk = registry.person(Role.ANALYST)

    with acting(desk), pytest.raises(Invalid):
        archive.events_of_address(actor=desk, address=address, since=SINCE, until=UNTIL)


def test_a_value_is_never_part_of_the_statement(two: Two) -> None:
    desk = registry.person(Role.ANALYST)

    with acting(desk):
        seen = archive.events_of_finding(
            actor=desk, identity=UUID(int=1), organisation_id=two.hospital.pk, problem="x' OR '1'='1"
        )

    assert seen.is_empty()


def test_a_file_that_the_manifest_does_not_list_is_not_read(two: Two) -> None:
    desk = registry.person(Role.ANALYST)
    with acting(system("test")):
        ArchiveFile.objects.filter(report__period=DAY).update(replaced_at=UNTIL)

    with acting(desk):
        seen = archive.newest_events(actor=desk, organisation_id=two.hospital.pk)

    assert seen.height == 2


@pytest.fixture
def damage(two: Two) -> Iterator[Callable[[bytes | None], None]]:
    def apply(content: bytes | None) -> None:
        path = next(Path(settings.ARCHIVE_FOLDER).rglob("*.parquet"))
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)

    return apply


@pytest.mark.parametrize("content", [None, b"not parquet at all, but long enough to be looked at"])
def test_a_damaged_archive_is_said(two: Two, damage: Callable[[bytes | None], None], content: bytes | None) -> None:
    damage(content)
    desk = registry.person(Role.ANALYST)

    with acting(desk), pytest.raises(ArchiveDamaged):
        archive.newest_events(actor=desk, organisation_id=two.hospital.pk)
