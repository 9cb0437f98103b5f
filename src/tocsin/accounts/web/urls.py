"""Addresses of accounts. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.accounts.web import pages

app_name = "accounts"

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("who-can-do-what/", pages.who_can, name="who-can"),
]
