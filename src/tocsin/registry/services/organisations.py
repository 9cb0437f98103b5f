"""Enters organisations and changes what is known of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from tocsin.access.permissions import require
from tocsin.audit.trail import record
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.words import Language
from tocsin.registry.errors import AlreadyThere, UnknownCode
from tocsin.registry.models import Coordinator, Organisation, Region, Sector
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.rules import TIERS
from tocsin.registry.services.pinyin import sort_key
from tocsin.registry.tables import plain_code, plain_text


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """What is known of an organisation beside its code. Sector, region and coordinators are codes."""

    name_en: str
    name_zh: str
    sector: str
    region: str
    #: 1 (most important) to 3.
    tier: int
    critical: bool
    coordinator: str
    #: The second line; null: none.
    sector_coordinator: str | None
    language: Language


def create_organisation(*, actor: Actor, code: str, facts: OrganisationFacts, now: datetime) -> int:
    """Enter an organisation. Returns its id.

    Raises:
        AlreadyThere: the code is taken.
        Invalid: the code or a fact is not acceptable.
    """
    require(actor, RegistryPermission.EDIT_ORGANISATIONS)
    with transaction.atomic():
        fields = _fields(actor, facts)
        made = Organisation(code=plain_code(code), created_at=now, **fields)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyThere(
                f"An organisation with the code {made.code} is registered already.", field="code"
            ) from error
        record(
            actor=actor,
            action="registry.create_organisation",
            target_kind="organisation",
            target_id=made.pk,
            at=now,
            organisation_id=made.pk,
            after={"code": made.code, **_told(facts)},
        )
        return made.pk


def change_organisation(*, actor: Actor, organisation_id: int, facts: OrganisationFacts, now: datetime) -> None:
    """Change what is known of an organisation; the same again leaves no trace.

    Raises:
        NotFound: there is none that the actor may see.
        Invalid: a fact is not acceptable.
    """
    require(actor, RegistryPermission.EDIT_ORGANISATIONS)
    with transaction.atomic():
        held = Organisation.objects.visible_to(actor).select_for_update().filter(pk=organisation_id).first()
        if held is None:
            raise NotFound
        before, after = _told(facts_of(held)), _told(facts)
        if before == after:
            return
        fields = _fields(actor, facts)
        for name, value in fields.items():
            setattr(held, name, value)
        held.save(update_fields=list(fields))
        changed = [name for name in after if before[name] != after[name]]
        record(
            actor=actor,
            action="registry.change_organisation",
            target_kind="organisation",
            target_id=held.pk,
            at=now,
            organisation_id=held.pk,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def facts_of(organisation: Organisation) -> OrganisationFacts:
    """Read the facts of a row."""
    desk = organisation.sector_coordinator
    return OrganisationFacts(
        name_en=organisation.name_en,
        name_zh=organisation.name_zh,
        sector=organisation.sector.code,
        region=organisation.region.code,
        tier=organisation.tier,
        critical=organisation.critical,
        coordinator=organisation.coordinator.code,
        sector_coordinator=desk.code if desk is not None else None,
        language=Language(organisation.language),
    )


def _told(facts: OrganisationFacts) -> Mapping[str, str | int | bool | None]:
    return asdict(facts)


def _fields(actor: Actor, facts: OrganisationFacts) -> dict[str, object]:
    """Turn facts into fields of the row."""
    name_en, name_zh = plain_text("name_en", facts.name_en), plain_text("name_zh", facts.name_zh)
    if not name_en and not name_zh:
        raise Invalid("It has no name; give one in English or Chinese.", field="name_en")
    if facts.tier not in TIERS:
        raise Invalid(f"{facts.tier} is no tier; one of: {', '.join(map(str, TIERS))}.", field="tier")
    sector = Sector.objects.visible_to(actor).filter(code=facts.sector).first()
    region = Region.objects.visible_to(actor).filter(code=facts.region).first()
    if sector is None:
        raise UnknownCode(f"There is no sector '{facts.sector}'.", field="sector")
    if region is None:
        raise UnknownCode(f"There is no region '{facts.region}'.", field="region")
    wanted = {facts.coordinator, facts.sector_coordinator or facts.coordinator}
    desks = {desk.code: desk for desk in Coordinator.objects.visible_to(actor).filter(code__in=wanted)}
    for field, code in (("coordinator", facts.coordinator), ("sector_coordinator", facts.sector_coordinator)):
        if code is not None and code not in desks:
            raise UnknownCode(f"There is no coordinator '{code}'.", field=field)
    return {
        "name_en": name_en,
        "name_zh": name_zh,
        "sort_zh": sort_key(name_zh, name_en),
        "sector": sector,
        "region": region,
        "tier": facts.tier,
        "critical": facts.critical,
        "coordinator": desks[facts.coordinator],
        "sector_coordinator": desks[facts.sector_coordinator] if facts.sector_coordinator else None,
        "language": facts.language,
    }
