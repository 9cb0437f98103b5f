"""Addresses of the first pages. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.commandcentre.web import jobs, search, today

app_name = "commandcentre"

urlpatterns = [
    path("", today.today, name="today"),
    path("search/", search.search, name="search"),
    path("jobs/", jobs.queue, name="jobs"),
    path("jobs/<int:job_id>/retry/", jobs.retry, name="retry-job"),
]
