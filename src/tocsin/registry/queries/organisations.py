"""The list of organisations."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from tocsin.access.permissions import require
from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import Invalid
from tocsin.kernel.words import Language
from tocsin.registry.models import Asset, Organisation
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.queries.naming import Named
from tocsin.registry.queries.places import Places, places
from tocsin.registry.queries.slices import shown
from tocsin.registry.rules import canonical_asset
from tocsin.registry.surroundings import around
from tocsin.web.paging import PAGE_SIZE, Count, Key, Order, Slice, about, take


class OrganisationSort(StrEnum):
    """What the list may be ordered by; with a minus the other way round."""

    NAME = "name"
    NAME_DOWN = "-name"
    CODE = "code"
    CODE_DOWN = "-code"
    TIER = "tier"
    TIER_DOWN = "-tier"


@dataclass(frozen=True, kw_only=True)
class OrganisationFilters:
    """What the list is cut down to; empty or null: not."""

    #: Part of a name in either language or of the code; or an address, a name, URL or AS number that they own.
    search: str = ""
    sector: str = ""
    #: With all regions in it.
    region: str = ""
    tier: int | None = None
    critical: bool | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationLine:
    """One line of the list."""

    id: int
    name: Named
    sector: Named
    region: Named
    coordinator: Named
    tier: int
    critical: bool


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """A page of the list, with what its filters may choose from."""

    part: Slice[OrganisationLine]
    total: Count
    places: Places


def list_organisations(
    *,
    actor: Actor,
    filters: OrganisationFilters,
    sort: OrganisationSort = OrganisationSort.NAME,
    language: Language = Language.ENGLISH,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> OrganisationPage:
    """Give a page of the organisations that the actor may see: five queries, however many there are.

    Args:
        language: names sort as in it: Chinese ones by pinyin.

    Raises:
        BadCursor: the cursor is of another list.
    """
    require(actor, RegistryPermission.SEE)
    known = places(actor=actor)
    rows = _filtered(Organisation.objects.visible_to(actor), actor, filters, known)
    named = Lower(Coalesce(NullIf("name_en", Value("")), "name_zh"))
    named_rows = rows.select_related("sector", "region", "coordinator").annotate(sort_en=named)
    part = take(named_rows, order=_order(sort, language), cursor=cursor, size=size)
    return OrganisationPage(
        part=shown(part, _line),
        total=about(rows),
        places=known,
    )


def _filtered(
    rows: QuerySet[Organisation], actor: Actor, filters: OrganisationFilters, known: Places
) -> QuerySet[Organisation]:
    if search := filters.search.strip():
        rows = rows.filter(
            Q(name_en__icontains=search)
            | Q(name_zh__icontains=search)
            | Q(code__icontains=search)
            | _owns(actor, search)
        )
    if filters.sector:
        rows = rows.filter(sector__code=filters.sector)
    if filters.region:
        rows = rows.filter(region_id__in=known.regions_within(filters.region))
    if filters.tier is not None:
        rows = rows.filter(tier=filters.tier)
    if filters.critical is not None:
        rows = rows.filter(critical=filters.critical)
    return rows


def _owns(actor: Actor, text: str) -> Q:
    """Find who holds the thing that a text names, or what lies around it; nothing when it names none."""
    try:
        kind, value = canonical_asset(None, text)
    except Invalid:
        return Q(pk__in=())
    holding = Asset.objects.visible_to(actor).filter(
        organisation_id=OuterRef("pk"), value__in=list(dict.fromkeys(around(kind, value)))
    )
    return Q(Exists(holding))


def _order(sort: OrganisationSort, language: Language) -> Order:
    field = {"name": "sort_zh" if language == Language.CHINESE else "sort_en"}.get(sort.lstrip("-"), sort.lstrip("-"))
    return Order(keys=(Key(field=field, descending=sort.startswith("-")), Key(field="id")))


def _line(row: Organisation) -> OrganisationLine:
    return OrganisationLine(
        id=row.pk,
        name=Named.of(row),
        sector=Named.of(row.sector),
        region=Named.of(row.region),
        coordinator=Named.of(row.coordinator),
        tier=row.tier,
        critical=row.critical,
    )
