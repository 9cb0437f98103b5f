"""Addresses of reports. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.events.web import archive_pages, quarantine_pages, report_pages, source_pages, stranger_pages, upload_pages

app_name = "events"

urlpatterns = [
    path("sources/", source_pages.sources, name="sources"),
    path("sources/<int:source_id>/", source_pages.source, name="source"),
    path("sources/<int:source_id>/change/", source_pages.change, name="change-source"),
    path("reports/", report_pages.reports, name="reports"),
    path("reports/add/", upload_pages.add, name="add"),
    path("reports/refused/", report_pages.refused, name="refused"),
    path("reports/<int:report_id>/", report_pages.report, name="report"),
    path("reports/<int:report_id>/retake/", quarantine_pages.retake_all, name="retake-report"),
    path("quarantine/", quarantine_pages.quarantine, name="quarantine"),
    path("quarantine/<int:row_id>/", quarantine_pages.closed, name="quarantined"),
    path("quarantine/<int:row_id>/open/", quarantine_pages.opened, name="open-row"),
    path("quarantine/<int:row_id>/retake/", quarantine_pages.retake, name="retake-row"),
    path("strangers/", stranger_pages.strangers, name="strangers"),
    path("archive/", archive_pages.seen, name="archive"),
]
