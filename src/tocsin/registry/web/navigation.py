"""What the constituency shows in the rail."""

from django.utils.translation import gettext_lazy as _

from tocsin.registry.permissions import RegistryPermission
from tocsin.web.navigation import Group, NavEntry

NAVIGATION = (
    NavEntry(
        label=_("Organisations"),
        url_name="registry:organisations",
        group=Group.DATA,
        order=10,
        permission=RegistryPermission.SEE,
    ),
)
