"""Addresses of the frame: language, theme, the design page. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.web import views
from tocsin.web.design import views as design

app_name = "web"

urlpatterns = [
    path("language", views.choose_language, name="language"),
    path("theme", views.choose_theme, name="theme"),
    path("design/", design.index, name="design"),
    path("design/list", design.long_list, name="design-list"),
    path("design/today", design.today, name="design-today"),
    path("design/finding", design.finding, name="design-finding"),
    path("design/answer", design.answer, name="design-answer"),
]
