"""Sources, the ledger of reports, quarantine, the archive's manifest, and counts of what is nobody's."""

from typing import ClassVar, Self

from django.db import models

from tocsin.access.querysets import DeskOnly, Visible
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import GateMode


class Source(models.Model):
    """Where reports come from."""

    name = models.CharField(max_length=64, unique=True)
    #: Name of the family of feeds: `shadowserver`.
    format = models.CharField(max_length=32)
    #: Who provides it.
    provider = models.CharField(max_length=200)
    tlp = models.CharField(max_length=16, default="amber")
    #: Admiralty scale, A (reliable) to F (cannot be judged).
    reliability = models.CharField(max_length=1, default="B")
    gate = models.CharField(max_length=16, default=GateMode.AUTO)
    #: full | delta | none: what a delivery lets us conclude from silence.
    coverage_mode = models.CharField(max_length=8, default="full")
    #: Hours between deliveries; longer than this and it counts as silent. Null: no rhythm.
    expected_every_h = models.PositiveIntegerField(null=True, default=24)
    created_at = models.DateTimeField()

    objects = DeskOnly["Source"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(coverage_mode__in=("full", "delta", "none")), name="source_coverage_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """One delivery, known by source, type, period and content. The ledger of exactly-once."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="reports")
    report_type = models.CharField(max_length=64)
    #: The day it speaks of.
    period = models.DateField()
    #: SHA-256 of the content, unpacked, hexadecimal.
    content_hash = models.CharField(max_length=64)
    file_name = models.CharField(max_length=300)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()
    known_type = models.BooleanField()
    rows = models.IntegerField()
    events = models.IntegerField()
    quarantined = models.IntegerField()
    attributed = models.IntegerField()
    conflicts = models.IntegerField()
    findings_new = models.IntegerField()
    findings_known = models.IntegerField()

    objects = DeskOnly["Report"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "report_type", "period", "content_hash"], name="report_once"),
            models.CheckConstraint(
                condition=models.Q(rows=models.F("events") + models.F("quarantined")), name="report_rows_add_up"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "report_type", "-period"], name="report_by_period"),
            models.Index(fields=["-received_at"], name="report_by_arrival"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.report_type}"


class RefusedFile(models.Model):
    """A file that could not be taken in at all, and why."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True)
    file_name = models.CharField(max_length=300)
    content_hash = models.CharField(max_length=64)
    refused_at = models.DateTimeField()
    reason = models.TextField()

    objects = DeskOnly["RefusedFile"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class QuarantinedRow(models.Model):
    """A row that could not be read; kept encrypted for some days, can be mended and taken in again."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="quarantined_rows")
    row = models.IntegerField()
    line = models.IntegerField()
    stage = models.CharField(max_length=32)
    reason = models.CharField(max_length=500)
    #: The row as it came, sealed (`events.sealing`); null once it has expired.
    sealed = models.BinaryField(null=True)
    expires_at = models.DateTimeField()
    #: waiting | taken_in | expired
    state = models.CharField(max_length=16, default="waiting")
    retaken_by = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = DeskOnly["QuarantinedRow"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "row"], name="quarantined_row_once"),
            # What is not waited for any more is not kept.
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(state__in=("taken_in", "expired"), sealed__isnull=True),
                name="quarantined_row_kept_while_waiting",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "-id"], name="quarantined_waiting")]

    def __str__(self) -> str:
        return f"{self.report_id}:{self.line}"


class ManifestRows(models.QuerySet["ArchiveFile"]):
    """Files of the archive; an organisation sees which of them hold rows of its own."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep all for the desk, for others the files with rows that they may see."""
        if actor.scope.everything:
            return self
        return self.filter(report__in=OrganisationArchive.objects.visible_to(actor).values("report"))


class ArchiveFile(models.Model):
    """One Parquet file of the archive. Readers ask this manifest, never the folder."""

    #: Relative to the archive's folder; derives from the report's whole key.
    path = models.CharField(max_length=400, unique=True)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="archive_files")
    report_type = models.CharField(max_length=64)
    rows = models.IntegerField()
    size_bytes = models.BigIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    #: Null while readers use it; when compaction replaced it.
    replaced_at = models.DateTimeField(null=True)

    objects = ManifestRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.path


class OrganisationArchive(models.Model):
    """How many rows of an organisation a report's archive file holds: what the archive's reader joins."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    organisation_id = models.BigIntegerField()
    problem = models.CharField(max_length=128)
    rows = models.IntegerField()

    objects = Visible["OrganisationArchive"].as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "organisation_id", "problem"], name="organisation_archive_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation_id", "-report"], name="organisation_archive_of"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.organisation_id}"


class StrangerCount(models.Model):
    """Rows of a report without a constituent, counted by network and country."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    #: Null where the rows have no AS number.
    asn = models.BigIntegerField(null=True)
    #: /16 (IPv4) or /32 (IPv6) that the addresses lie in; empty without address.
    network = models.CharField(max_length=43, blank=True)
    country = models.CharField(max_length=2, blank=True)
    #: none | conflict | moved (has another owner today)
    why = models.CharField(max_length=8)
    rows = models.IntegerField()

    objects = DeskOnly["StrangerCount"].as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["report", "asn", "network", "country", "why"], nulls_distinct=False, name="stranger_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.country}"
