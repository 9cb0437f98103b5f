"""Who may do what with findings, and why."""

from tocsin.access.permissions import CONSTITUENTS, DESK, STAFF, Grant, Permission, Role


class FindingPermission(Permission):
    """Acts on findings."""

    SEE = "findings.see"
    #: See how the desk argues, the gate, and what came before under another owner.
    SEE_DESK_SIDE = "findings.see_desk_side"
    EXPORT = "findings.export"
    ANSWER = "findings.answer"
    DECIDE_AT_GATE = "findings.decide_at_gate"
    #: Close, reopen, grant, refuse.
    JUDGE = "findings.judge"
    CHANGE_POLICIES = "findings.change_policies"
    #: Note that a notice told an owner, and start the clock.
    TELL = "findings.tell"
    #: Fold sightings, hold groups.
    FOLD = "findings.fold"
    #: Say what a delivery covered, and end what lasting silence ends.
    WATCH = "findings.watch"
    #: Let closings run out, move findings to their new owners.
    KEEP = "findings.keep"


_LEADS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
_NOBODY = frozenset[Role]()

GRANTS = (
    Grant(
        permission=FindingPermission.SEE,
        roles=STAFF | CONSTITUENTS | {Role.LINK},
        reason="A finding is for its owner and for those at the desk who answer for it; each sees it in its scope.",
    ),
    Grant(
        permission=FindingPermission.SEE_DESK_SIDE,
        roles=STAFF,
        reason="How the desk argues may name another organisation; an owner sees what was decided.",
    ),
    Grant(
        permission=FindingPermission.EXPORT,
        roles=STAFF | CONSTITUENTS,
        reason="Each takes away what it sees anyway; the trail keeps who took how much.",
    ),
    Grant(
        permission=FindingPermission.ANSWER,
        roles=CONSTITUENTS | DESK | {Role.LINK},
        reason="Whoever works on it answers, by the link or signed in; the desk enters what owners say by telephone.",
    ),
    Grant(
        permission=FindingPermission.DECIDE_AT_GATE,
        roles=DESK,
        reason="What is held waits for a person who has seen its rows; analysts keep watch in shifts.",
    ),
    Grant(
        permission=FindingPermission.JUDGE,
        roles=DESK,
        reason="Closing says that the problem is over: never its owner, never an auditor, always with a name.",
    ),
    Grant(
        permission=FindingPermission.CHANGE_POLICIES,
        roles=_LEADS,
        reason="Deadlines and the gate bind everyone: whoever leads the desk sets them.",
    ),
    Grant(
        permission=FindingPermission.TELL,
        roles=_LEADS,
        reason="Held by those who issue notices: telling is what issuing does to findings.",
    ),
    Grant(
        permission=FindingPermission.FOLD,
        roles=_NOBODY,
        reason="Findings come from reports, never from a hand: only ingest opens them.",
    ),
    Grant(
        permission=FindingPermission.WATCH,
        roles=_NOBODY,
        reason="Silence is judged by rule from what was delivered; a person closes by name instead.",
    ),
    Grant(
        permission=FindingPermission.KEEP,
        roles=_NOBODY,
        reason="Dates run out and owners change by themselves; nobody decides it.",
    ),
)
