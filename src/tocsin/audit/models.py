"""One entry of the trail. The application's role may add and read entries, never change or remove one."""

from typing import ClassVar

from django.db import models

from tocsin.access.querysets import DeskOnly


class AuditEntry(models.Model):
    """One change, or one view of sensitive data."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField()
    actor_label = models.CharField(max_length=200)
    #: Where the request came from; empty for the system.
    address = models.CharField(max_length=64, blank=True)
    #: `<app>.<verb>`, stable.
    action = models.CharField(max_length=64)
    target_kind = models.CharField(max_length=64)
    target_id = models.CharField(max_length=64)
    organisation_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    objects = DeskOnly["AuditEntry"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["target_kind", "target_id", "-id"], name="audit_target"),
            models.Index(fields=["organisation_id", "-id"], name="audit_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action} {self.target_kind} {self.target_id}"
