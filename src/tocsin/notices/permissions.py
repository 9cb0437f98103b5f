"""Who may do what with notices, and why."""

from tocsin.access.permissions import CONSTITUENTS, DESK, STAFF, Grant, Permission, Role


class NoticePermission(Permission):
    """Acts on notices."""

    SEE = "notices.see"
    PREVIEW = "notices.preview"
    ISSUE = "notices.issue"
    #: Let the outbox send what waits in it.
    DELIVER = "notices.deliver"
    ANSWER = "notices.answer"
    ANSWER_ON_BEHALF = "notices.answer_on_behalf"
    READ_ANSWERS = "notices.read_answers"


GRANTS = (
    Grant(
        permission=NoticePermission.SEE,
        roles=STAFF | CONSTITUENTS | {Role.LINK},
        reason="A notice is for its owner, and for those at the desk who answer for it; each sees it within its scope.",
    ),
    Grant(
        permission=NoticePermission.PREVIEW,
        roles=STAFF,
        reason="Looking at a round before it goes out changes nothing; an auditor may look as well.",
    ),
    Grant(
        permission=NoticePermission.ISSUE,
        roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
        reason="A notice speaks for the centre and starts clocks: whoever leads the desk sends it.",
    ),
    Grant(
        permission=NoticePermission.DELIVER,
        roles=frozenset({Role.ADMINISTRATOR}),
        reason="The clock empties the outbox; an administrator may do so by hand after a fault of the mail server.",
    ),
    Grant(
        permission=NoticePermission.ANSWER,
        roles=CONSTITUENTS | {Role.LINK},
        reason="Whoever works on it answers: signed in, or by the link that the notice brought.",
    ),
    Grant(
        permission=NoticePermission.ANSWER_ON_BEHALF,
        roles=DESK,
        reason="Owners answer by telephone too; the desk enters it and names who said so.",
    ),
    Grant(
        permission=NoticePermission.READ_ANSWERS,
        roles=DESK,
        reason="An answer marked as read leaves the list of what is to be looked at.",
    ),
)
