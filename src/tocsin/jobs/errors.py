"""What can go wrong with jobs."""

from tocsin.kernel.errors import Conflict


class NotFailed(Conflict):
    """Only a job that has failed can be tried again."""

    slug = "job-not-failed"
