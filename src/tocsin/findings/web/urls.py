"""Addresses of findings, the gate and the policies. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.findings.web import finding_pages, gate_pages, list_pages, policy_pages

app_name = "findings"

urlpatterns = [
    path("findings/", list_pages.findings, name="list"),
    path("findings/export.csv", list_pages.export, name="export"),
    path("findings/<str:public_id>/", finding_pages.one, name="finding"),
    path("findings/<str:public_id>/<str:word>/", finding_pages.act_on, name="act"),
    path("gate/", gate_pages.gate, name="gate"),
    path("gate/<int:group_id>/", gate_pages.group, name="group"),
    path("gate/<int:group_id>/<str:word>/", gate_pages.decide, name="decide"),
    path("policies/", policy_pages.policies, name="policies"),
    path("policies/deadlines/", policy_pages.change, name="change-deadlines"),
    path("policies/gate/", policy_pages.change_gate, name="change-gate"),
]
