"""The addresses of `web` alone: its tests stand and fall with no other app."""

from django.urls import include, path

urlpatterns = [path("", include("tocsin.web.urls"))]
