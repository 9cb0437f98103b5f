"""How roles are called on screen."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tocsin.access.permissions import Role
from tocsin.web.phrases import Phrase

ROLES: Mapping[Role, Phrase] = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.COORDINATOR: _("coordinator"),
    Role.ANALYST: _("analyst"),
    Role.AUDITOR: _("auditor"),
    Role.ORGANISATION_MANAGER: _("manager of an organisation"),
    Role.ORGANISATION_MEMBER: _("member of an organisation"),
    Role.LINK: _("whoever holds the link of a notice"),
}

ABOUT: Mapping[Role, Phrase] = {
    Role.ADMINISTRATOR: _("Runs the installation: accounts, sources, the mail server."),
    Role.COORDINATOR: _("Leads the desk: decides what is sent, and to whom."),
    Role.ANALYST: _("Works at the desk: reads reports and answers, corrects owners, judges findings."),
    Role.AUDITOR: _("Reads all, changes nothing."),
    Role.ORGANISATION_MANAGER: _("Answers for one organisation and keeps its contacts."),
    Role.ORGANISATION_MEMBER: _("Works on the findings of one organisation."),
    Role.LINK: _("Sees and answers that one notice, without an account."),
}
