"""What the first pages put into the frame."""

from django.utils.translation import gettext_lazy as _

from tocsin.jobs.permissions import JobPermission
from tocsin.web.navigation import Group, NavEntry

HOME = "commandcentre:today"
SEARCH = "commandcentre:search"

NAVIGATION = (
    NavEntry(label=_("Today"), url_name="commandcentre:today", group=Group.WORK, order=0),
    NavEntry(label=_("Jobs"), url_name="commandcentre:jobs", group=Group.HOUSE, order=90, permission=JobPermission.SEE),
)
