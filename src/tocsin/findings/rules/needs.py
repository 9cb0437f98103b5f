"""The conditions that the sides must meet before an action, each with what its refusal says."""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.findings.rules.sides import ENDINGS, GONE, Closing, Coordinator, Machine, Owner, Sides, Telling
from tocsin.kernel.words import Kind

#: What an owner says that an analyst must decide about.
ASKING = frozenset({Owner.DISPUTES, Owner.NOT_OURS, Owner.ASKS_TIME, Owner.ASKS_ACCEPTANCE})
#: Closings that run out (design, fixed rule 4).
RUNS_OUT = frozenset({Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED})


@dataclass(frozen=True, kw_only=True)
class Need:
    """A condition on the sides; `why` and `way_out` are what the refusal says."""

    holds: Callable[[Sides], bool]
    why: str
    way_out: str


NOT_CLOSED = Need(
    holds=lambda sides: sides.closing is None,
    why="The finding is closed.",
    way_out="Reopen it first, with a reason.",
)
OPEN = Need(
    holds=lambda sides: sides.coordinator is Coordinator.OPEN,
    why="The finding is not open.",
    way_out="Send it if it waits at the gate, reopen it if it is closed.",
)
UNTOLD = Need(
    holds=lambda sides: sides.telling is Telling.UNTOLD,
    why="There is nothing new to tell its owner.",
    way_out="Wait until something changes.",
)
KEPT_BACK = Need(
    holds=lambda sides: (
        sides.coordinator is Coordinator.HELD
        or (sides.coordinator is Coordinator.OPEN and sides.telling is Telling.INVENTORY)
    ),
    why="The finding is not kept back.",
    way_out="It goes out with the next round by itself.",
)
TELLABLE = Need(
    holds=lambda sides: sides.kind is not Kind.INVENTORY,
    why="An inventory problem is never written about.",
    way_out="Change the kind of the problem in the catalogue if it should be.",
)
ASKED = Need(
    holds=lambda sides: sides.owner in ASKING,
    why="The owner asked for no decision.",
    way_out="Use another action.",
)
ASKED_TIME = Need(
    holds=lambda sides: sides.owner is Owner.ASKS_TIME,
    why="The owner asked for no time.",
    way_out="Wait for the owner's request, or change the policy of deadlines.",
)
SAID_NOT_OURS = Need(
    holds=lambda sides: sides.owner is Owner.NOT_OURS,
    why="The owner did not say that it is not theirs.",
    way_out="Correct the asset in the registry; the finding is then handed over.",
)
SILENT = Need(
    holds=lambda sides: sides.owner is Owner.SILENT,
    why="The owner has answered already.",
    way_out="Give an answer that says more.",
)
MAY_ANSWER_FIXED = Need(
    holds=lambda sides: sides.closing in {None, Closing.QUIET},
    why="The finding is closed.",
    way_out="Nothing more is asked of the owner.",
)
CLOSABLE_OR_QUIET = Need(
    holds=lambda sides: sides.closing in {None, Closing.QUIET},
    why="The finding is closed.",
    way_out="Reopen it first, with a reason.",
)
CAN_BE_CONFIRMED = Need(
    holds=lambda sides: Closing.CONFIRMED in ENDINGS[sides.kind],
    why="A problem of this kind is not confirmed by an analyst.",
    way_out="It goes quiet by itself.",
)
CLAIMED = Need(
    holds=lambda sides: sides.owner is Owner.CLAIMS_FIXED,
    why="The owner has not said that it is fixed.",
    way_out="Enter the owner's answer first; an analyst confirms it.",
)
NOT_SEEN_SINCE = Need(
    holds=lambda sides: sides.machine is not Machine.SEEN,
    why="It was seen after the owner said that it is fixed.",
    way_out="Tell the owner, and wait for the next answer.",
)
SILENCE_CANNOT_END_IT = Need(
    holds=lambda sides: sides.kind is not Kind.STATE or sides.machine is Machine.UNTESTED,
    why="Reports or inspections cover it and no longer see it: they verify it themselves.",
    way_out="Wait for the looks that are still missing, or ask for an inspection.",
)
CLOSED = Need(
    holds=lambda sides: sides.closing is not None,
    why="The finding is not closed.",
    way_out="Nothing needs reopening.",
)
NOT_HANDED_OVER = Need(
    holds=lambda sides: sides.closing is not Closing.HANDED_OVER,
    why="The finding was handed over: its episode is finished.",
    way_out="Go on with the finding of the new owner, or correct the asset in the registry.",
)
GONE_BEFORE = Need(
    holds=lambda sides: sides.closing in GONE,
    why="Only what was closed as gone can relapse.",
    way_out="Other closings absorb sightings until they expire.",
)
NOT_GONE = Need(
    holds=lambda sides: sides.closing not in GONE | {Closing.HANDED_OVER},
    why="The finding is closed as gone or handed over.",
    way_out="A new sighting is a relapse or a new episode, not one of this.",
)
CAN_VERIFY = Need(
    holds=lambda sides: sides.kind is Kind.STATE,
    why="Silence verifies only a state; nothing else is called fixed by silence.",
    way_out="Fixed needs the owner's answer and an analyst.",
)
CAN_GO_QUIET = Need(
    holds=lambda sides: Closing.QUIET in ENDINGS[sides.kind],
    why="A problem of this kind does not go quiet.",
    way_out="A state is verified; anything else needs the owner's answer and an analyst.",
)
UNSEEN = Need(
    holds=lambda sides: sides.machine is Machine.UNSEEN,
    why="The last look did not find it gone.",
    way_out="Wait for a covered look without it.",
)
EXPIRING = Need(
    holds=lambda sides: sides.closing in RUNS_OUT,
    why="This closing does not expire.",
    way_out="Reopen it instead, with a reason.",
)
