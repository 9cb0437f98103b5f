"""The constituency: who is looked after, whom to write to, and what they own."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from tocsin.access.querysets import Reference, Visible
from tocsin.kernel.words import Language, in_language


class Region(models.Model):
    """A place in the tree of places."""

    code = models.CharField(max_length=32, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)

    objects = Reference["Region"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class Sector(models.Model):
    """A line of work, such as health."""

    code = models.CharField(max_length=32, unique=True)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)

    objects = Reference["Sector"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class Coordinator(models.Model):
    """A desk in the tree of coordinators, by region or by sector."""

    code = models.CharField(max_length=32, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True)

    objects = Reference["Coordinator"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class OrganisationRows(Visible["Organisation"]):
    """Organisations; each belongs to itself."""

    organisation_path = "id"


class Organisation(models.Model):
    """One body in our care."""

    code = models.CharField(max_length=64, unique=True)
    name_en = models.CharField(max_length=300)
    name_zh = models.CharField(max_length=300, blank=True)
    #: Pinyin of the Chinese name: the database has no ICU to sort by.
    sort_zh = models.CharField(max_length=1200, blank=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    #: 1 (most important) to 3.
    tier = models.PositiveSmallIntegerField(default=3)
    #: Critical infrastructure.
    critical = models.BooleanField(default=False)
    coordinator = models.ForeignKey(Coordinator, on_delete=models.PROTECT, related_name="organisations")
    sector_coordinator = models.ForeignKey(
        Coordinator, on_delete=models.PROTECT, null=True, related_name="sector_organisations"
    )
    language = models.CharField(max_length=8, choices=[(word, word) for word in Language], default=Language.CHINESE)
    created_at = models.DateTimeField()

    objects = OrganisationRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(tier__range=(1, 3)), name="organisation_tier_1_to_3"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name_en", "id"], name="organisation_by_name"),
            models.Index(fields=["sort_zh", "id"], name="organisation_by_pinyin"),
            models.Index(fields=["sector", "region"], name="organisation_by_place"),
            GinIndex(OpClass(Upper("name_en"), name="gin_trgm_ops"), name="organisation_search_en"),
            GinIndex(OpClass(Upper("name_zh"), name="gin_trgm_ops"), name="organisation_search_zh"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_en}"

    def name(self, language: str) -> str:
        """Give the name in a language; the other one where there is none."""
        return in_language(language, en=self.name_en, zh=self.name_zh)


class Contact(models.Model):
    """Where to write to an organisation, by role."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=16)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, choices=[(word, word) for word in Language])

    objects = Visible["Contact"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation_id", "role", "email"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "role", "email"], name="contact_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["security", "abuse", "emergency", "management"]), name="contact_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.email}"


class Asset(models.Model):
    """Something an organisation owns, for a time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=8)
    #: Canonical (`registry.rules.canonical_asset`).
    value = models.CharField(max_length=2048)
    #: Only `proven` and `entered` attribute anything.
    state = models.CharField(max_length=8, default="entered")
    #: First moment that it was theirs; null: always.
    valid_from = models.DateTimeField(null=True)
    #: First moment that it was no longer theirs; null: it still is.
    valid_until = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects = Visible["Asset"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation_id", "kind", "value"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "value", "valid_from"], nulls_distinct=False, name="asset_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["prefix", "asn", "domain", "host", "url"]), name="asset_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["claimed", "proven", "entered", "rejected"]), name="asset_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="asset_ends_after_start",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "value"], name="asset_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
