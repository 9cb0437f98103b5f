"""Finds what claims speak of: the findings of a scene, what happened to them, who sees them."""

from collections.abc import Sequence
from datetime import date

from tocsin.access.scope import acting
from tocsin.findings.models import Finding, FindingChange
from tocsin.kernel.actor import Actor, system
from tocsin.project.demo.cast import CAST, Part
from tocsin.project.demo.desk import signed_in
from tocsin.project.demo.script import moment

DESK = system("check")


def findings(address: str, problem: str) -> Sequence[Finding]:
    """Give the episodes at an address, first to last."""
    with acting(DESK):
        rows = Finding.objects.visible_to(DESK).filter(address=address, problem=problem)
        return list(rows.select_related("organisation").order_by("episode"))


def changes(finding: Finding, action: str) -> Sequence[FindingChange]:
    """Give when something happened to a finding, first to last."""
    with acting(DESK):
        rows = FindingChange.objects.visible_to(DESK).filter(finding=finding, action=action)
        return list(rows.order_by("at", "pk"))


def days(finding: Finding, action: str) -> Sequence[str]:
    """Give on which days something happened to a finding."""
    return [f"{change.at:%Y-%m-%d}" for change in changes(finding, action)]


def member(organisation: str, *, monday: date) -> Actor:
    """Sign in who belongs to an organisation of the cast."""
    part: Part = next(one for one in CAST if one.organisation == organisation)
    return signed_in(part, now=moment(monday, 2))


def says(expected: object, found: object, what: str) -> Sequence[str]:
    """Give a fault unless the two are equal."""
    return [] if expected == found else [f"{what}: expected {expected}, found {found}"]
