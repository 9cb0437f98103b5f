"""Addresses of the frame: language, theme, the design page. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.web import views
from tocsin.web.design import views as design_views

app_name = "web"

urlpatterns = [
    path("language", views.choose_language, name="language"),
    path("theme", views.choose_theme, name="theme"),
    path("design/", design_views.index, name="design"),
    path("design/list", design_views.long_list, name="design-list"),
    path("design/today", design_views.today, name="design-today"),
    path("design/finding", design_views.finding, name="design-finding"),
    path("design/answer", design_views.answer, name="design-answer"),
]
