"""Findings: one open problem on one thing, first sight to closure, and what proves that a look was taken."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tocsin.access.querysets import DeskOnly, Reference, Visible
from tocsin.findings.rules.sides import ENDINGS, Closing, Coordinator, Machine, Owner, Sides, Telling
from tocsin.kernel.actor import Actor
from tocsin.kernel.words import GateMode, Kind
from tocsin.registry.models import Organisation

# Plain strings in defaults and constraints: a migration imports none of our code.
_OPEN, _HELD, _CLOSED = Coordinator.OPEN.value, Coordinator.HELD.value, Coordinator.CLOSED.value
_UNTOLD = Telling.UNTOLD.value


def _ends_as_its_kind() -> models.Q:
    """Say which closings each kind may have (`rules.sides.ENDINGS`)."""
    condition = models.Q(closing__isnull=True)
    for kind, closings in ENDINGS.items():
        condition |= models.Q(kind=kind.value, closing__in=sorted(closing.value for closing in closings))
    return condition


class HeldGroup(models.Model):
    """What the gate keeps together for a person to decide: the new findings of one problem in one report."""

    source = models.CharField(max_length=64)
    report_type = models.CharField(max_length=64)
    report_id = models.BigIntegerField()
    problem = models.CharField(max_length=128)
    #: A word of `rules.gate.Why`; `why_said` fills in the numbers.
    why = models.CharField(max_length=32)
    rows_today = models.IntegerField()
    #: 28-day median; null: no history.
    rows_usual = models.FloatField(null=True)
    held_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    #: sent | dropped; null while it waits.
    decision = models.CharField(max_length=8, null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    objects = DeskOnly["HeldGroup"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report_id", "problem"], name="held_group_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_type} {self.problem}"


class FindingRows(Visible["Finding"]):
    """Findings; a notice's link sees those that the notice tells."""

    notice_path = "notice_items__notice_id"


class Finding(models.Model):
    """One episode of one identity under one owner. Changes only when its meaning does."""

    identity = models.UUIDField()
    episode = models.PositiveSmallIntegerField(default=1)
    #: Whether no later episode of the identity exists: what the fold joins.
    is_newest = models.BooleanField(default=True)
    #: The fold checks that it exists, set-wise: a trigger a row costs as much as the row. `finding_by_owner` is the
    #: index.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="findings", db_constraint=False, db_index=False
    )

    problem = models.CharField(max_length=128)
    kind = models.CharField(max_length=16)
    subject_kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=2048)
    address = models.GenericIPAddressField(null=True)
    port = models.IntegerField(null=True)
    transport = models.CharField(max_length=16, blank=True)
    discriminator = models.CharField(max_length=4096, blank=True)
    #: Event fields that the problem shows to the owner, from the sighting that opened the episode.
    evidence = models.JSONField(default=dict)
    tlp = models.CharField(max_length=16)

    severity = models.PositiveSmallIntegerField()
    #: The row's own word; null where the source has none.
    row_severity = models.PositiveSmallIntegerField(null=True)

    machine = models.CharField(max_length=16, default=Machine.SEEN.value)
    owner = models.CharField(max_length=16, default=Owner.SILENT.value)
    owner_said_at = models.DateTimeField(null=True)
    #: `in_work` until then.
    owner_until = models.DateTimeField(null=True)
    coordinator = models.CharField(max_length=16, default=_OPEN)
    closing = models.CharField(max_length=16, null=True)
    closed_at = models.DateTimeField(null=True)
    #: When a closing stops absorbing sightings; null: never.
    expires_at = models.DateTimeField(null=True)
    #: As-of time of the newest verdict; an older sighting changes nothing.
    last_verdict_at = models.DateTimeField(null=True)
    telling = models.CharField(max_length=16, default=_UNTOLD)
    gate = models.CharField(max_length=16, default=GateMode.AUTO.value)
    held_group = models.ForeignKey(
        HeldGroup, on_delete=models.PROTECT, null=True, related_name="findings", db_constraint=False, db_index=False
    )

    #: As-of time of the first sighting of this episode.
    first_seen_at = models.DateTimeField()
    #: When we learnt of it.
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    #: The row of the policy that set `due_at`, as `rules.as_cells` gives it; null: none did, or a person granted it.
    due_by = models.JSONField(null=True)
    #: The pauses that were granted so far, in seconds; already part of `due_at`.
    paused_s = models.IntegerField(default=0)
    #: Until when the clock stands, or stood last.
    paused_until = models.DateTimeField(null=True)
    #: The owner's steps that have stopped the clock since it last opened, each once; null: none.
    paused_by = ArrayField(models.CharField(max_length=16), null=True)
    #: Looks and sightings before this say nothing: the owner claimed a fix, or a person opened it again. Null: all
    #: count.
    watched_from = models.DateTimeField(null=True)
    relapses = models.PositiveSmallIntegerField(default=0)
    #: Row of the last FindingChange, or the opening.
    changed_at = models.DateTimeField()

    source = models.CharField(max_length=64)
    report_type = models.CharField(max_length=64)
    report_id = models.BigIntegerField()
    #: Why this owner: url | host | domain | prefix | asn, the asset as it stood, and since when it is registered.
    attributed_by = models.CharField(max_length=8)
    asset_value = models.CharField(max_length=2048)
    asset_since = models.DateTimeField(null=True)
    #: A name that pointed elsewhere and was not believed (reverse DNS).
    ptr = models.CharField(max_length=253, blank=True)

    objects = FindingRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-severity", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["identity", "episode"], name="finding_episode"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[word.value for word in Kind])
                & models.Q(machine__in=[word.value for word in Machine])
                & models.Q(owner__in=[word.value for word in Owner])
                & models.Q(coordinator__in=[word.value for word in Coordinator])
                & models.Q(telling__in=[word.value for word in Telling])
                & (models.Q(closing__isnull=True) | models.Q(closing__in=[word.value for word in Closing])),
                name="finding_sides_known",
            ),
            # The four of `rules.sides.impossible`.
            models.CheckConstraint(
                condition=models.Q(coordinator=_CLOSED, closing__isnull=False, closed_at__isnull=False)
                | (~models.Q(coordinator=_CLOSED) & models.Q(closing__isnull=True, closed_at__isnull=True)),
                name="finding_closed_has_closing",
            ),
            models.CheckConstraint(condition=_ends_as_its_kind(), name="finding_ends_as_its_kind"),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.INVENTORY.value) | models.Q(telling=Telling.INVENTORY.value),
                name="finding_inventory_is_not_told",
            ),
            models.CheckConstraint(
                condition=~models.Q(coordinator=_HELD) | models.Q(telling=_UNTOLD), name="finding_held_is_untold"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-severity", "-id"], name="finding_by_owner"),
            models.Index(
                fields=["due_at", "id"],
                name="finding_due",
                condition=models.Q(coordinator=_OPEN, due_at__isnull=False),
            ),
            # By id: a day's new ones are added at its end, which costs a tenth of adding them all over it.
            models.Index(fields=["id"], name="finding_untold", condition=models.Q(coordinator=_OPEN, telling=_UNTOLD)),
            models.Index(fields=["held_group"], name="finding_held", condition=models.Q(held_group__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.problem} {self.subject}"

    @property
    def public_id(self) -> str:
        """Give the id that people quote: identity and episode; survives a rebuild."""
        return f"{self.identity.hex}-{self.episode}"

    @property
    def sides(self) -> Sides:
        """Give everything that decides what the state is called and what may follow."""
        return Sides(
            kind=Kind(self.kind),
            machine=Machine(self.machine),
            owner=Owner(self.owner),
            coordinator=Coordinator(self.coordinator),
            closing=Closing(self.closing) if self.closing is not None else None,
            telling=Telling(self.telling),
        )


class SightingRows(Visible["Sighting"]):
    """Sightings belong to whose the finding is."""

    organisation_path = "finding__organisation_id"
    notice_path = "finding__notice_items__notice_id"


class Sighting(models.Model):
    """When a source last saw a finding. Narrow on purpose: this is what every day rewrites."""

    pk = models.CompositePrimaryKey("finding", "source")
    finding = models.ForeignKey(
        Finding, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="sightings"
    )
    source = models.CharField(max_length=64)
    last_seen_at = models.DateTimeField()
    #: Events so far.
    count = models.IntegerField(default=1)
    report_id = models.BigIntegerField()

    objects = SightingRows.as_manager()

    def __str__(self) -> str:
        return f"{self.finding_id} {self.source}"


class ChangeRows(Visible["FindingChange"]):
    """Changes belong to whose the finding is; what the desk keeps to itself is for those who see everything."""

    notice_path = "finding__notice_items__notice_id"

    def visible_to(self, actor: Actor) -> Self:
        """Keep what this actor may see."""
        rows = super().visible_to(actor)
        return rows if actor.scope.everything else rows.filter(desk_only=False)


class FindingChange(models.Model):
    """One thing that happened to a finding: a line of its timeline. Never changed or removed."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="changes")
    organisation_id = models.BigIntegerField()
    at = models.DateTimeField()
    #: machine | owner | coordinator | telling
    side = models.CharField(max_length=16)
    #: A word of `rules.Action`.
    action = models.CharField(max_length=32)
    before = models.CharField(max_length=32, blank=True)
    after = models.CharField(max_length=32, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_label = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    #: What it rests on.
    report_id = models.BigIntegerField(null=True)
    notice_id = models.BigIntegerField(null=True)
    #: Hidden from the owner: how the desk argued, or that another organisation is concerned.
    desk_only = models.BooleanField(default=False)

    objects = ChangeRows.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="finding_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.action}"


class Succession(models.Model):
    """The link between an episode that was handed over and the one that followed. Only the desk sees it."""

    earlier = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="successors")
    later = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="predecessors")

    objects = DeskOnly["Succession"].as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["earlier", "later"], name="succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} -> {self.later_id}"


class Coverage(models.Model):
    """What a source or an inspection could have seen, so that "not seen" means something."""

    source = models.CharField(max_length=64)
    report_type = models.CharField(max_length=64)
    problems = ArrayField(models.CharField(max_length=128))
    #: The counting day that it covers.
    day = models.DateField()
    window_from = models.DateTimeField()
    window_until = models.DateTimeField()
    #: full | weak | none
    strength = models.CharField(max_length=8)
    #: A word of `rules.coverage.CoverageWhy`, and the share of the usual size where one was compared.
    why = models.CharField(max_length=32)
    percent = models.IntegerField(null=True)
    rows = models.IntegerField(null=True)
    rows_usual = models.IntegerField(null=True)

    objects = DeskOnly["Coverage"].as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "report_type", "day"], name="coverage_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "report_type", "-day"], name="coverage_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.report_type} {self.day}"


class Policy(models.Model):
    """One version of a table of rules: deadlines, severity, gate. Versions are added, never changed."""

    #: deadline | severity | gate | pause
    subject = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    effective_at = models.DateTimeField()
    rows = models.JSONField()
    source = models.CharField(max_length=500)
    checked_on = models.DateField(null=True)
    made_by = models.CharField(max_length=200)

    objects = Reference["Policy"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["subject", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subject", "version"], name="policy_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.version}"


class ClockMark(models.Model):
    """How far something that the clock does has looked, so that it misses nothing while no worker runs."""

    name = models.CharField(max_length=64, unique=True)
    #: Null: never.
    looked_until = models.DateTimeField(null=True)

    objects = DeskOnly["ClockMark"].as_manager()

    def __str__(self) -> str:
        return f"{self.name} {self.looked_until}"


class CalendarDay(models.Model):
    """A day that is not as its weekday says: a holiday, or a Saturday worked."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=200, blank=True)

    objects = Reference["CalendarDay"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"
