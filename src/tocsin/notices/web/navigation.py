"""What notices show in the rail."""

from django.utils.translation import gettext_lazy as _

from tocsin.access.permissions import holds
from tocsin.kernel.actor import Actor
from tocsin.notices.permissions import NoticePermission
from tocsin.notices.queries.listing import count_unread
from tocsin.web.navigation import Group, NavEntry


def _unread(actor: Actor) -> int | None:
    """Count answers to be read, for those who read them."""
    if not holds(actor, NoticePermission.READ_ANSWERS):
        return None
    return count_unread(actor=actor) or None


NAVIGATION = (
    NavEntry(
        label=_("Notices"),
        url_name="notices:list",
        group=Group.WORK,
        order=40,
        permission=NoticePermission.SEE,
    ),
    NavEntry(
        label=_("Answers"),
        url_name="notices:answers",
        group=Group.WORK,
        order=50,
        permission=NoticePermission.READ_ANSWERS,
        count=_unread,
    ),
)
