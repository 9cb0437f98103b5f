"""Why a job failed: the queue keeps that it did, not why."""

from typing import ClassVar

from django.db import models

from tocsin.access.querysets import DeskOnly


class JobFailure(models.Model):
    """One failed try of one job. Goes with the job."""

    #: The queue's own number.
    job_id = models.BigIntegerField()
    at = models.DateTimeField()
    #: 0 is the first.
    attempt = models.PositiveIntegerField()
    #: Class and first line of the error: later lines may hold rows of data.
    error = models.CharField(max_length=500)
    #: How many workers in a row died of it, this one included; 0: the job failed and its worker lived on.
    deaths = models.PositiveSmallIntegerField(default=0)

    objects = DeskOnly["JobFailure"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["job_id", "-id"], name="job_failure_by_job")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.error}"
