"""What one more sighting means for a finding: the same episode, a relapse, a new one, or nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import polars as pl

from tocsin.findings.rules.sides import GONE, Closing, Coordinator
from tocsin.kernel.errors import Invalid

#: Seen again within this of its closing, the same episode reopens (design, "Findings"; CyHy too).
RELAPSE_DAYS = 90

#: Closings about whose it is, not about whether it is there.
_OWNERSHIP = frozenset({Closing.NOT_OURS, Closing.HANDED_OVER})


class Holder(StrEnum):
    """Whose the event is, against the owner of the identity's newest episode."""

    SAME = "same"
    #: Another's, by something else: what made it the holder's is in the event too (`still_theirs`).
    CLAIMED = "claimed"
    #: Another's, and what made it the holder's is not in the event.
    OTHER = "other"
    #: Nobody's, or of someone who no longer owns the subject today: archived and listed, opens nothing.
    NONE = "none"


class FoldOutcome(StrEnum):
    """What the fold does with a sighting."""

    #: First sight of this identity.
    OPEN_NEW = "open_new"
    #: Counts for the open episode.
    SAME = "same"
    #: The closed episode reopens, as a relapse.
    RELAPSE = "relapse"
    #: The old episode stays closed, a new one opens.
    NEW_EPISODE = "new_episode"
    #: Counts for the closed episode, which stays closed.
    ABSORBED = "absorbed"
    #: The closing had expired: the same episode reopens.
    EXPIRED_REOPEN = "expired_reopen"
    #: Older than the newest verdict: archived, changes no side.
    IGNORED_LATE = "ignored_late"
    #: Older than the newest full look that did not show it: moves when it was last seen, and no side.
    OVERTAKEN = "overtaken"
    #: Counts for the open episode by when it was last seen, and for no side: it was seen where its holder has it, by a
    #: report that names another.
    CONTESTED = "contested"
    #: Changes nothing of the open episode: another's, somewhere else. Once silence has ended the episode, the next one
    #: opens for the other.
    ELSEWHERE = "elsewhere"
    #: Archived and listed, touches no finding.
    ARCHIVE_ONLY = "archive_only"

    @property
    def opens(self) -> bool:
        """Tell whether a new episode begins."""
        return self in {
            FoldOutcome.OPEN_NEW,
            FoldOutcome.NEW_EPISODE,
        }

    @property
    def grades(self) -> bool:
        """Tell whether the sighting's severity counts for the newest episode."""
        return self in {FoldOutcome.SAME, FoldOutcome.RELAPSE, FoldOutcome.ABSORBED, FoldOutcome.EXPIRED_REOPEN}

    @property
    def asks(self) -> bool:
        """Tell whether the registry is asked whose the open episode is."""
        return self in {FoldOutcome.CONTESTED, FoldOutcome.ELSEWHERE}

    @property
    def reopens(self) -> bool:
        """Tell whether the newest episode opens again."""
        return self in {FoldOutcome.RELAPSE, FoldOutcome.EXPIRED_REOPEN}


@dataclass(frozen=True, kw_only=True)
class FoldState:
    """The newest episode of an identity, as far as the fold reads it.

    Raises:
        Invalid: closed without a closing or its time, or the reverse.
    """

    coordinator: Coordinator = Coordinator.OPEN
    closing: Closing | None = None
    closed_at: datetime | None = None
    #: When a closing stops absorbing; null = never.
    expires_at: datetime | None = None
    #: As-of time of the newest verdict: the end of the window that was looked at, or when a person decided. Not when
    #: the report was read: what was seen after the window and before the reading is news. Null = no verdict yet.
    last_verdict_at: datetime | None = None
    #: Of what is open and unseen: begin of the newest full look, by every source that has seen it. A sighting after it
    #: contradicts the look; an older one is what the look came after. Null = it is seen, or nobody has looked.
    unseen_from: datetime | None = None

    def __post_init__(self) -> None:
        closed = self.coordinator is Coordinator.CLOSED
        if closed != (self.closing is not None) or closed != (self.closed_at is not None):
            raise Invalid("A closed finding has a closing and its time; an open or held one has neither.")


def fold(current: FoldState | None, *, seen_at: datetime, holder: Holder, now: datetime) -> FoldOutcome:
    """Say what a sighting at `seen_at` does to the newest episode of its identity (null: there is none).

    An open episode never changes hands by a sighting, whatever the event says and however specific the asset that
    attributed it: events carry names that strangers choose. The registry of today decides (`services.reattribution`),
    and is asked where a sighting names another.

    A time in the future counts as `now`, so that a wrong clock expires no closing early.
    `fold_expression` is the same rule for whole frames.
    """
    seen_at = min(seen_at, now)
    if holder is Holder.NONE:
        return FoldOutcome.ARCHIVE_ONLY
    if current is None:
        return FoldOutcome.OPEN_NEW
    late = current.last_verdict_at is not None and seen_at < current.last_verdict_at
    if current.closing is None or current.closed_at is None:
        if late:
            return FoldOutcome.IGNORED_LATE
        if holder is not Holder.SAME:
            return FoldOutcome.CONTESTED if holder is Holder.CLAIMED else FoldOutcome.ELSEWHERE
        overtaken = current.unseen_from is not None and seen_at < current.unseen_from
        return FoldOutcome.OVERTAKEN if overtaken else FoldOutcome.SAME
    return _fold_closed(current, current.closing, current.closed_at, seen_at, holder, late)


def _fold_closed(
    current: FoldState,
    closing: Closing,
    closed_at: datetime,
    seen_at: datetime,
    holder: Holder,
    late: bool,
) -> FoldOutcome:
    """Fold a sighting into a closed episode."""
    # "Not yours" and "no longer yours" judge the owner, so they say nothing about the thing under its new owner.
    if holder is not Holder.SAME and closing in _OWNERSHIP:
        return FoldOutcome.NEW_EPISODE
    if late:
        return FoldOutcome.IGNORED_LATE
    # An episode that was handed over is finished; the asset coming back to the same owner starts a clean one.
    if holder is not Holder.SAME or closing is Closing.HANDED_OVER:
        return FoldOutcome.NEW_EPISODE
    if closing in GONE:
        again = seen_at <= closed_at + timedelta(days=RELAPSE_DAYS)
        return FoldOutcome.RELAPSE if again else FoldOutcome.NEW_EPISODE
    if current.expires_at is not None and seen_at >= current.expires_at:
        return FoldOutcome.EXPIRED_REOPEN
    return FoldOutcome.ABSORBED


def still_theirs() -> pl.Expr:
    """Tell whether what made an episode its holder's is in the event too: Boolean `still_theirs`, never null.

    | the holder has it by | and the subject is | it is when |
    | --- | --- | --- |
    | url, host, domain | a name | always: the name is part of the identity |
    | url, host, domain | an address | never: the event was attributed past that name, so it does not hold it |
    | prefix, asn | anything | the event is at the episode's address |

    Reads the columns `held_by` String (a kind of asset), `subject_kind` String, `address` and `held_address` String.
    """
    by_name = pl.col("held_by").is_in(["url", "host", "domain"])
    same_address = pl.col("address").eq_missing(pl.col("held_address"))
    is_address = pl.col("subject_kind") == "address"
    return pl.when(by_name).then(~is_address).otherwise(is_address | same_address).alias("still_theirs")


def fold_expression(now: datetime) -> pl.Expr:
    """Give `fold` as one Polars expression: String, a value of `FoldOutcome`, never null.

    Reads the columns `has_current` Boolean, `closing` String (null while open or held), `closed_at`, `expires_at`,
    `last_verdict_at`, `unseen_from` and `seen_at` Datetime("us", "UTC"), `same_owner` Boolean (the event's organisation
    is that of the newest episode), `still_theirs` Boolean (as `still_theirs` gives it), `owner_is_current` Boolean (the
    event has an organisation, and it owns the subject today too).
    A null Boolean counts as false; the other nulls are those of `FoldState`.
    """
    seen_at = pl.min_horizontal("seen_at", pl.lit(now).cast(pl.Datetime("us", "UTC")))
    owned = pl.col("owner_is_current").fill_null(value=False)
    known = pl.col("has_current").fill_null(value=False)
    same = pl.col("same_owner").fill_null(value=False)
    is_open = pl.col("closing").is_null()
    late = (seen_at < pl.col("last_verdict_at")).fill_null(value=False)
    overtaken = (seen_at < pl.col("unseen_from")).fill_null(value=False)
    ownership = pl.col("closing").is_in(sorted(_OWNERSHIP))
    gone = pl.col("closing").is_in(sorted(GONE))
    recent = seen_at <= pl.col("closed_at") + pl.duration(days=RELAPSE_DAYS)
    expired = (seen_at >= pl.col("expires_at")).fill_null(value=False)

    def outcome(value: FoldOutcome) -> pl.Expr:
        return pl.lit(value.value)

    return (
        pl.when(~owned)
        .then(outcome(FoldOutcome.ARCHIVE_ONLY))
        .when(~known)
        .then(outcome(FoldOutcome.OPEN_NEW))
        .when(~is_open & ~same & ownership)
        .then(outcome(FoldOutcome.NEW_EPISODE))
        .when(late)
        .then(outcome(FoldOutcome.IGNORED_LATE))
        .when(is_open & ~same & pl.col("still_theirs").fill_null(value=False))
        .then(outcome(FoldOutcome.CONTESTED))
        .when(is_open & ~same)
        .then(outcome(FoldOutcome.ELSEWHERE))
        .when(is_open & overtaken)
        .then(outcome(FoldOutcome.OVERTAKEN))
        .when(is_open)
        .then(outcome(FoldOutcome.SAME))
        .when(~same | (pl.col("closing") == Closing.HANDED_OVER.value))
        .then(outcome(FoldOutcome.NEW_EPISODE))
        .when(gone & recent)
        .then(outcome(FoldOutcome.RELAPSE))
        .when(gone)
        .then(outcome(FoldOutcome.NEW_EPISODE))
        .when(expired)
        .then(outcome(FoldOutcome.EXPIRED_REOPEN))
        .otherwise(outcome(FoldOutcome.ABSORBED))
        .alias("outcome")
    )
