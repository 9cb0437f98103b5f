"""A job stands and falls with the transaction of its data."""

from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

import tests.jobs.samples  # noqa: F401  (declares the tasks)
from tocsin.jobs.queue import later


class Change(Exception):
    pass


@pytest.mark.parametrize("using", ["default", "ingest"])
def test_a_rollback_takes_the_job_with_it(database: str, using: str, notes: Path) -> None:
    def change() -> None:
        with transaction.atomic(using=using):
            later("tests.note", using=using, path=str(notes), line="a")
            raise Change

    with pytest.raises(Change):
        change()

    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize("using", ["default", "ingest"])
def test_a_commit_leaves_it(database: str, using: str, notes: Path) -> None:
    with transaction.atomic(using=using):
        later("tests.note", using=using, path=str(notes), line="a")

    assert ProcrastinateJob.objects.get().args == {"path": str(notes), "line": "a"}


@pytest.mark.parametrize("using", ["default", "ingest"])
def test_once_means_once_and_does_not_break_the_transaction(database: str, using: str, notes: Path) -> None:
    with transaction.atomic(using=using):
        for line in ("a", "b"):
            later("tests.note", using=using, once="key", path=str(notes), line=line)
        later("tests.note", using=using, path=str(notes), line="c")

    assert [job.args["line"] for job in ProcrastinateJob.objects.order_by("id")] == ["a", "c"]


def test_a_task_that_nobody_declared_is_refused(database: str) -> None:
    with pytest.raises(KeyError):
        later("tests.nobody")
