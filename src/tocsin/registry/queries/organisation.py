"""One organisation: facts, contacts, coordinators of both lines, assets, and what was changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet

from tocsin.access.permissions import holds, require
from tocsin.audit.models import AuditEntry
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotFound
from tocsin.kernel.words import Language
from tocsin.registry.models import Asset, Contact, Organisation
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.naming import Named
from tocsin.registry.queries.places import Node, places
from tocsin.registry.queries.slices import shown
from tocsin.registry.rules import ATTRIBUTING, AssetKind, AssetState, ContactRole, Standing, standing
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take

#: Changes that the page of an organisation shows.
CHANGES_SHOWN = 20
_ORDER = Order(keys=(Key(field="kind"), Key(field="value"), Key(field="id")))


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """Where to write to."""

    id: int
    role: ContactRole
    name: str
    email: str
    phone: str
    language: Language


@dataclass(frozen=True, kw_only=True)
class AssetRow:
    """Something that an organisation owns, owned or says it owns."""

    id: int
    organisation_id: int
    kind: AssetKind
    value: str
    state: AssetState
    #: Null: always.
    valid_from: datetime | None
    #: Null: open.
    valid_until: datetime | None
    note: str
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Change:
    """An entry of the trail."""

    at: datetime
    who: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrganisationDetail:
    """All that one page says of an organisation, but for its assets."""

    id: int
    name: Named
    sector: Named
    #: Itself first, then what lies around it.
    regions: tuple[Node, ...]
    tier: int
    critical: bool
    language: Language
    #: The desk that answers for it, then those above.
    coordinators: tuple[Node, ...]
    #: The same by sector; empty where there is none.
    sector_coordinators: tuple[Node, ...]
    contacts: tuple[ContactRow, ...]
    created_at: datetime
    #: How many assets attribute what is seen now, by kind.
    counting: dict[AssetKind, int]
    #: Newest first; empty for those who may not see the trail.
    changes: tuple[Change, ...]


def one_organisation(*, actor: Actor, organisation_id: int, now: datetime) -> OrganisationDetail:
    """Read an organisation: seven queries.

    Raises:
        NotFound: there is none that the actor may see.
    """
    require(actor, RegistryPermission.SEE)
    row = Organisation.objects.visible_to(actor).select_related("sector").filter(pk=organisation_id).first()
    if row is None:
        raise NotFound
    known = places(actor=actor)
    counted = (
        _in_force(Asset.objects.visible_to(actor).filter(organisation_id=row.pk), now)
        .order_by()
        .values_list("kind")
        .annotate(number=CountRows("id"))
    )
    return OrganisationDetail(
        id=row.pk,
        name=Named.of(row),
        sector=Named.of(row.sector),
        regions=known.region_line(row.region_id),
        tier=row.tier,
        critical=row.critical,
        language=Language(row.language),
        coordinators=known.line(row.coordinator_id),
        sector_coordinators=known.line(row.sector_coordinator_id),
        contacts=tuple(
            contact_row(contact) for contact in Contact.objects.visible_to(actor).filter(organisation_id=row.pk)
        ),
        created_at=row.created_at,
        counting={AssetKind(kind): number for kind, number in counted},
        changes=_changes(actor, row.pk),
    )


@dataclass(frozen=True, kw_only=True)
class AssetPage:
    """A page of an organisation's assets."""

    part: Slice[AssetRow]
    total: Count


def list_assets(
    *,
    actor: Actor,
    organisation_id: int,
    now: datetime,
    kind: AssetKind | None = None,
    in_force: bool = False,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> AssetPage:
    """Give a page of an organisation's assets by kind and value: two queries. Nothing of one that is out of sight.

    Args:
        in_force: leave out what attributes nothing now.

    Raises:
        BadCursor: the cursor is of another list.
    """
    require(actor, RegistryPermission.SEE)
    rows: QuerySet[Asset] = Asset.objects.visible_to(actor).filter(organisation_id=organisation_id)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if in_force:
        rows = _in_force(rows, now)
    part = take(rows, order=_ORDER, cursor=cursor, size=size)
    return AssetPage(
        part=shown(part, lambda row: _asset(row, now)),
        total=about(rows),
    )


def one_asset(*, actor: Actor, asset_id: int, now: datetime) -> AssetRow:
    """Read one asset.

    Raises:
        NotFound: there is none that the actor may see.
    """
    require(actor, RegistryPermission.SEE)
    row = Asset.objects.visible_to(actor).filter(pk=asset_id).first()
    if row is None:
        raise NotFound
    return _asset(row, now)


def one_contact(*, actor: Actor, contact_id: int) -> tuple[int, ContactRow]:
    """Read one contact, behind the id of its organisation.

    Raises:
        NotFound: there is none that the actor may see.
    """
    require(actor, RegistryPermission.SEE)
    row = Contact.objects.visible_to(actor).filter(pk=contact_id).first()
    if row is None:
        raise NotFound
    return row.organisation_id, contact_row(row)


def contact_row(row: Contact) -> ContactRow:
    """Read a contact's row."""
    return ContactRow(
        id=row.pk,
        role=ContactRole(row.role),
        name=row.name,
        email=row.email,
        phone=row.phone,
        language=Language(row.language),
    )


def _in_force(rows: QuerySet[Asset], now: datetime) -> QuerySet[Asset]:
    """Keep what attributes now; says in SQL what `rules.standing` says of one."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasts = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    return rows.filter(begun, lasts, state__in=ATTRIBUTING)


def _asset(row: Asset, now: datetime) -> AssetRow:
    return AssetRow(
        id=row.pk,
        organisation_id=row.organisation_id,
        kind=AssetKind(row.kind),
        value=row.value,
        state=AssetState(row.state),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        note=row.note,
        standing=standing(state=row.state, valid_from=row.valid_from, valid_until=row.valid_until, now=now),
    )


def _changes(actor: Actor, organisation_id: int) -> tuple[Change, ...]:
    if not holds(actor, RegistryPermission.REVIEW):
        return ()
    entries = AuditEntry.objects.visible_to(actor).filter(
        organisation_id=organisation_id, action__startswith="registry."
    )
    return tuple(
        Change(
            at=entry.at,
            who=entry.actor_label,
            action=entry.action,
            before=entry.before,
            after=entry.after,
            reason=entry.reason,
        )
        for entry in entries.order_by("-id")[:CHANGES_SHOWN]
    )
