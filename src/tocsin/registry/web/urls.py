"""Addresses of the constituency. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.registry.web import asset_pages, contact_pages, file_pages, import_pages, list_pages, organisation_pages

app_name = "registry"

urlpatterns = [
    path("organisations/", list_pages.organisations, name="organisations"),
    path("organisations/conflicts/", list_pages.conflicts, name="conflicts"),
    path("organisations/new/", organisation_pages.new, name="new-organisation"),
    path("organisations/import/", import_pages.upload, name="import"),
    path("organisations/import/apply/", import_pages.apply, name="import-apply"),
    path("organisations/import/bad-rows/", import_pages.bad_rows, name="import-bad-rows"),
    path("organisations/imports/", list_pages.imports, name="imports"),
    path("organisations/export/<str:form>/", file_pages.export, name="export"),
    path("organisations/<int:organisation_id>/", organisation_pages.one, name="organisation"),
    path("organisations/<int:organisation_id>/change/", organisation_pages.change, name="change-organisation"),
    path("organisations/<int:organisation_id>/assets/new/", asset_pages.new, name="new-asset"),
    path("organisations/<int:organisation_id>/contacts/new/", contact_pages.new, name="new-contact"),
    path("assets/<int:asset_id>/change/", asset_pages.change, name="change-asset"),
    path("assets/<int:asset_id>/end/", asset_pages.end, name="end-asset"),
    path("assets/<int:asset_id>/move/", asset_pages.move, name="move-asset"),
    path("contacts/<int:contact_id>/change/", contact_pages.change, name="change-contact"),
    path("contacts/<int:contact_id>/remove/", contact_pages.remove, name="remove-contact"),
]
