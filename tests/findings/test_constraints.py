"""What the database itself refuses, whoever writes it: the five rules, and what belongs to others."""

import itertools

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from tests.factories.findings import MONDAY, finding
from tocsin.access.scope import acting
from tocsin.findings.models import Finding, FindingChange
from tocsin.findings.rules import ENDINGS, Closing, Coordinator, Telling, impossible
from tocsin.kernel.actor import Actor, Scope, system
from tocsin.kernel.words import Kind
from tocsin.registry.models import Organisation

COMBINATIONS = list(
    itertools.product(Kind, Coordinator, (None, *Closing), Telling),
)


def test_the_table_holds_what_the_rules_hold(entered: Actor, hospital: Organisation) -> None:
    row = finding(hospital)
    disagree = []

    for kind, coordinator, closing, telling in COMBINATIONS:
        fault = impossible(kind=kind, coordinator=coordinator, closing=closing, telling=telling)
        try:
            with transaction.atomic():
                Finding.objects.filter(pk=row.pk).update(
                    kind=kind,
                    coordinator=coordinator,
                    closing=closing,
                    closed_at=MONDAY if closing else None,
                    telling=telling,
                )
            accepted = True
        except IntegrityError:
            accepted = False
        if accepted != (fault is None):
            disagree.append((kind, coordinator, closing, telling))

    assert disagree == []


@pytest.mark.parametrize("field", ["kind", "machine", "owner", "coordinator", "telling", "closing"])
def test_a_word_that_no_table_knows_is_refused(entered: Actor, hospital: Organisation, field: str) -> None:
    row = finding(hospital)

    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=row.pk).update(**{field: "fixed"})


@pytest.mark.parametrize("kind", [Kind.OCCURRENCE, Kind.DISCLOSURE, Kind.ONE_OFF])
def test_only_a_state_is_ever_verified(kind: Kind) -> None:
    assert Closing.VERIFIED not in ENDINGS[kind]


def test_one_episode_of_an_identity_is_there_once(entered: Actor, hospital: Organisation) -> None:
    first = finding(hospital)

    with pytest.raises(IntegrityError), transaction.atomic():
        finding(hospital, identity=first.identity)


def test_the_timeline_only_grows(hospital: Organisation, desk: Actor) -> None:
    for change in (
        lambda: FindingChange.objects.update(reason="x"),
        lambda: FindingChange.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(desk):
            change()


def test_without_a_scope_nothing_is_seen(hospital: Organisation) -> None:
    with acting(system("test")):
        finding(hospital)

    assert Finding.objects.count() == 0
    with acting(Actor(kind=system("x").kind, id=1, label="nobody", scope=Scope())):
        assert Finding.objects.count() == 0


def test_an_owner_cannot_give_a_finding_away_nor_write_on_anothers_timeline(
    hospital: Organisation, school: Organisation, teacher: Actor, nurse: Actor
) -> None:
    with acting(system("test")):
        mine = finding(hospital)

    with pytest.raises(ProgrammingError, match="row-level security"), acting(nurse):
        Finding.objects.filter(pk=mine.pk).update(organisation=school)
    with pytest.raises(ProgrammingError, match="row-level security"), acting(teacher):
        FindingChange.objects.bulk_create(
            [
                FindingChange(
                    finding=mine,
                    organisation_id=hospital.pk,
                    at=MONDAY,
                    side="owner",
                    action="answer_fixed",
                    actor_kind="person",
                    actor_label="x",
                )
            ]
        )
