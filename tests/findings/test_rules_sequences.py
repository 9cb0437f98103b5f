"""No sequence of actions breaks the five fixed rules, whatever is tried, in whatever order."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tocsin.findings.errors import ActionNotAllowed
from tocsin.findings.rules import (
    Action,
    Change,
    Closing,
    Context,
    Coordinator,
    Evidence,
    Machine,
    Owner,
    Sides,
    Strength,
    Telling,
    follow,
    standing,
)
from tocsin.kernel.words import Kind

DAY = timedelta(days=1)
OWNER = [
    Action.ANSWER_RECEIVED,
    Action.ANSWER_IN_WORK,
    Action.ANSWER_FIXED,
    Action.ANSWER_DISPUTED,
    Action.ANSWER_NOT_OURS,
    Action.ASK_TIME,
    Action.ASK_ACCEPTANCE,
]
COORDINATOR = [
    Action.HOLD,
    Action.SEND,
    Action.DROP,
    Action.CONFIRM_CLOSED,
    Action.MARK_FALSE_POSITIVE,
    Action.ACCEPT_RISK,
    Action.CONFIRM_NOT_OURS,
    Action.HAND_OVER,
    Action.MARK_DUPLICATE,
    Action.GRANT_TIME,
    Action.REFUSE,
    Action.REOPEN,
]
GONE = {Closing.VERIFIED, Closing.CONFIRMED, Closing.QUIET}


class Life(RuleBasedStateMachine):
    """One finding, with a book of what really happened that the rules do not see but must agree with."""

    @initialize(kind=st.sampled_from(list(Kind)), covered_looks=st.integers(0, 5))
    def open(self, kind: Kind, covered_looks: int) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.sides = Sides(kind=kind, telling=Telling.INVENTORY if kind is Kind.INVENTORY else Telling.UNTOLD)
        self.covered_looks = covered_looks
        self.due_at = self.now + 30 * DAY
        self.pauses: dict[Owner, list[timedelta]] = {}
        self.expires_at: datetime | None = None
        self.saw()
        self.claimed = False

    def saw(self) -> None:
        """Write down a sighting: whatever was looked at before counts no more."""
        self.last_seen_at = self.now
        self.full_looks: list[datetime] = []
        self.clean_answer = False
        self.closed_port_at: list[datetime] = []
        self.seen_since_claim = True

    def take(self, action: Action, **given: object) -> Change | None:
        """Try an action with what is true, and write down what came of it."""
        context = Context(
            now=self.now,
            evidence=Evidence(
                covered_looks=len({look.date() for look in self.full_looks}),
                clean_answer=self.clean_answer,
                closed_port_at=tuple(self.closed_port_at),
                last_seen_at=self.last_seen_at,
            ),
            covered_looks=self.covered_looks,
            expires_at=self.expires_at,
            due_at=self.due_at,
            pauses_used=frozenset(self.pauses),
            **given,  # type: ignore[arg-type]  # fields come by name
        )
        try:
            change = follow(self.sides, action, context)
        except ActionNotAllowed:
            return None
        assert action in standing(self.sides).actions
        before, self.sides = self.sides, change.after
        if self.sides.closing is not None and self.sides.closing is not before.closing:
            self.check_closing(action, context)
            self.expires_at = change.expires_at
        if before.closing is not None and self.sides.closing is None:
            self.check_opening(action, before)
            self.expires_at = None
            self.claimed = False
            self.pauses = {}
        if change.paused_until is not None:
            self.check_pause(action, change.paused_until - self.now)
        return change

    def check_closing(self, action: Action, context: Context) -> None:
        """Hold a closing against the book."""
        assert context.reason.strip()
        assert context.by.strip()
        looks = len({look.date() for look in self.full_looks})
        quiet_for = self.now - self.last_seen_at
        match self.sides.closing:
            case Closing.VERIFIED:
                needed = 2 if self.claimed and self.sides.owner is Owner.CLAIMS_FIXED else max(2, self.covered_looks)
                apart = max(self.closed_port_at, default=self.now) - min(self.closed_port_at, default=self.now)
                assert self.sides.kind is Kind.STATE
                assert looks >= needed or self.clean_answer or apart >= DAY
            case Closing.QUIET:
                assert self.sides.kind in {Kind.OCCURRENCE, Kind.INVENTORY}
                assert quiet_for >= 14 * DAY
                assert looks >= 7
            case Closing.CONFIRMED:
                assert action is Action.CONFIRM_CLOSED
                assert self.claimed
                assert not self.seen_since_claim
            case Closing.RISK_ACCEPTED:
                assert context.until is not None
                assert context.until > self.now
        assert action in COORDINATOR or self.sides.closing in {Closing.VERIFIED, Closing.QUIET}
        assert action not in OWNER

    def check_opening(self, action: Action, before: Sides) -> None:
        """Hold an opening against the book."""
        if action is Action.EXPIRE:
            assert self.expires_at is not None
            assert self.expires_at <= self.now
        elif action is Action.RELAPSE:
            assert before.closing in GONE
        else:
            assert action is Action.REOPEN
            assert before.closing is not Closing.HANDED_OVER

    def check_pause(self, action: Action, length: timedelta) -> None:
        """Write a pause down and hold it against the rule."""
        owner = {Action.ANSWER_IN_WORK: Owner.IN_WORK, Action.ANSWER_NOT_OURS: Owner.NOT_OURS}[action]
        assert owner not in self.pauses
        assert length <= (14 if owner is Owner.IN_WORK else 3) * DAY
        self.pauses[owner] = [length]

    @rule(hours=st.sampled_from([1, 12, 24, 24, 72, 400, 10_000]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        action=st.sampled_from(OWNER),
        reason=st.sampled_from(["", "Because."]),
        days=st.none() | st.integers(-1, 60),
    )
    def owner_answers(self, action: Action, reason: str, days: int | None) -> None:
        until = None if days is None else self.now + days * DAY
        change = self.take(action, by="Owner", reason=reason, until=until)
        if change is not None:
            assert change.before.coordinator is change.after.coordinator
            self.claimed = action is Action.ANSWER_FIXED
            self.seen_since_claim = not self.claimed

    @rule(
        action=st.sampled_from(COORDINATOR),
        by=st.sampled_from(["", "Analyst", "Analyst"]),
        reason=st.sampled_from(["", "Because.", "Because."]),
        days=st.none() | st.integers(-1, 400),
    )
    def coordinator_acts(self, action: Action, by: str, reason: str, days: int | None) -> None:
        until = None if days is None else self.now + days * DAY
        self.take(action, by=by, reason=reason, until=until)

    @rule(strength=st.sampled_from([*Strength, Strength.FULL]), days=st.integers(1, 16))
    def reports_come_without_it(self, strength: Strength, days: int) -> None:
        for _ in range(days):
            self.now += DAY
            if self.take(Action.LOOKED_UNSEEN, strength=strength) is not None:
                assert strength is Strength.FULL
                self.full_looks.append(self.now)

    @rule(result=st.sampled_from(["clean", "closed", "time-out"]))
    def it_is_inspected(self, result: str) -> None:
        if result == "time-out":
            self.take(Action.UNTESTABLE, reason="The connection timed out.")
        elif self.take(Action.LOOKED_UNSEEN, strength=Strength.FULL) is not None:
            self.clean_answer = self.clean_answer or result == "clean"
            if result == "closed":
                self.closed_port_at.append(self.now)

    @rule()
    def it_is_seen(self) -> None:
        if self.sides.closing in GONE:
            assert self.take(Action.RELAPSE) is not None
            self.saw()
        elif self.take(Action.SIGHTED) is not None:
            self.saw()

    @rule(action=st.sampled_from([Action.VERIFY, Action.GO_QUIET, Action.EXPIRE]))
    def the_machine_concludes(self, action: Action) -> None:
        self.take(action, by="Tocsin", reason="Covered looks without it.")

    @rule()
    def a_round_goes_out(self) -> None:
        if self.take(Action.TELL) is not None:
            assert self.sides.kind is not Kind.INVENTORY

    @invariant()
    def it_has_a_standing(self) -> None:
        outcome = standing(self.sides)
        assert outcome.status.closed == (self.sides.coordinator is Coordinator.CLOSED)

    @invariant()
    def the_machine_says_seen_only_after_a_sighting(self) -> None:
        if self.full_looks and self.sides.closing is None:
            assert self.sides.machine is not Machine.SEEN


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
