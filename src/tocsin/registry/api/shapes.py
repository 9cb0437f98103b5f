"""What the operations of the constituency take and give."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path
from pydantic import AwareDatetime

from tocsin.kernel.actor import Actor
from tocsin.kernel.errors import NotAllowed
from tocsin.kernel.words import Language
from tocsin.registry import services
from tocsin.registry.queries.organisations import OrganisationSort
from tocsin.registry.rules import AssetKind, AssetState, ContactRole, Standing
from tocsin.web.schemas import Input, Paging, Schema, Text

Id = Annotated[int, Path(ge=1, lt=2**63)]
RowId = Annotated[int, Field(ge=1, lt=2**63)]


class Named(Schema):
    """A thing with a name in each language; one of the two may be empty."""

    code: str
    name_en: str
    name_zh: str


class Place(Named):
    """A region, sector or coordinator; each stands after its parent."""

    id: int
    parent_id: int | None
    #: How many stand above it.
    depth: int


class AllPlaces(Schema):
    """What an organisation may be sorted under."""

    sectors: list[Place]
    regions: list[Place]
    coordinators: list[Place]


class OrganisationShort(Schema):
    """An organisation in a list."""

    id: int
    name: Named
    sector: Named
    region: Named
    coordinator: Named
    #: 1 (most important) to 3.
    tier: int
    critical: bool


class Contact(Schema):
    """Whom to write to."""

    id: int
    role: ContactRole
    name: str
    email: str
    phone: str
    language: Language


class Asset(Schema):
    """Something owned."""

    id: int
    organisation_id: int
    kind: AssetKind
    value: str
    state: AssetState
    #: Null: always.
    valid_from: datetime | None
    #: First moment that it is no longer theirs; null: open.
    valid_until: datetime | None
    note: str
    #: What it counts for now.
    standing: Standing


class Change(Schema):
    """An entry of the trail."""

    at: datetime
    who: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str


class Organisation(Schema):
    """All of an organisation but its assets."""

    id: int
    name: Named
    sector: Named
    #: Itself first, then what lies around it.
    regions: list[Place]
    tier: int
    critical: bool
    language: Language
    coordinators: list[Place]
    sector_coordinators: list[Place]
    contacts: list[Contact]
    created_at: datetime
    #: Assets that count now, by kind.
    counting: dict[AssetKind, int]
    #: Newest first; empty for those who may not see the trail.
    changes: list[Change]


class Facts(Input):
    """What is known of an organisation; sector, region and coordinators by code."""

    name_en: str = ""
    name_zh: str = ""
    sector: str
    region: str
    tier: Annotated[int, Field(ge=1, le=3)] = 3
    critical: bool = False
    coordinator: str
    sector_coordinator: str | None = None
    language: Language = Language.CHINESE

    def facts(self) -> services.OrganisationFacts:
        """Give what the service takes."""
        return services.OrganisationFacts(**{name: getattr(self, name) for name in Facts.model_fields})


class NewOrganisation(Facts):
    """An organisation to be entered."""

    code: str


class ContactGiven(Input):
    """A contact as it shall be."""

    role: ContactRole
    name: str = ""
    email: str
    phone: str = ""
    language: Language

    def facts(self) -> services.ContactFacts:
        """Give what the service takes."""
        return services.ContactFacts(
            role=self.role, name=self.name, email=self.email, phone=self.phone, language=self.language
        )


class AssetGiven(Input):
    """Period, state and note of an asset as they shall be."""

    state: AssetState = AssetState.ENTERED
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    note: str = ""


class NewAsset(AssetGiven):
    """An asset to be entered, written as people write it."""

    value: str
    #: Null finds it out.
    kind: AssetKind | None = None


class Ending(Input):
    """From when an asset is no longer its owner's."""

    at: AwareDatetime
    reason: Annotated[str, Field(max_length=500)] = ""


class Move(Input):
    """To whom an asset goes."""

    to_organisation_id: RowId
    #: Null: it was always theirs, and the old entry was a mistake.
    at: AwareDatetime | None
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Made(Schema):
    """What was made."""

    id: int


class Holder(Schema):
    """One of two owners."""

    organisation_id: int
    name: Named
    asset_id: int
    value: str


class ConflictOut(Schema):
    """Two owners of one thing."""

    kind: AssetKind
    one: Holder
    other: Holder
    overlap_from: datetime | None
    overlap_until: datetime | None


class Imported(Schema):
    """An import that changed something."""

    at: datetime
    who: str
    files: list[str]
    #: By table: added, changed, unchanged, missing, removed.
    tables: dict[str, dict[str, int]]


class Fault(Schema):
    """A row of an import file."""

    file: str
    sheet: str
    #: Of the file, or the row of a sheet; 0: the file as a whole.
    line: int
    column: str
    value: str
    reason: str


class ImportResult(Schema):
    """What files would change, or did."""

    applied: bool
    changes: int
    tables: dict[str, dict[str, int]]
    #: With one of these nothing goes in.
    bad: list[Fault]
    #: Odd, and taken.
    doubtful: list[Fault]
    #: Give it as `seen` to apply exactly this.
    mark: str


class Filter(Paging):
    """What the list of organisations is cut down to."""

    #: A part of a name or the code, or an address, name, URL or AS number that they own.
    search: Text = ""
    sector: Text = ""
    region: Text = ""
    tier: Annotated[int, Field(ge=1, le=3)] | None = None
    critical: bool | None = None
    sort: OrganisationSort = OrganisationSort.NAME
    #: Names sort as in it.
    language: Language = Language.ENGLISH


class AssetFilter(Paging):
    """What a list of assets is cut down to."""

    kind: AssetKind | None = None
    #: Leave out what attributes nothing now.
    in_force: bool = False


def caller(request: HttpRequest) -> Actor:
    """Give the actor of an operation; the API has seen to it that there is one."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotAllowed
    return actor
