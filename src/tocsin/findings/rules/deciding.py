"""What a person may decide about a group that the gate holds."""

from enum import StrEnum

from tocsin.findings.rules.actions import Action


class Decision(StrEnum):
    """What happens to the findings of a group; each can be taken back until the owners are told."""

    SEND = "send"
    HOLD = "hold"
    DROP = "drop"

    @property
    def action(self) -> Action:
        """Give what it does to each finding."""
        return {Decision.SEND: Action.SEND, Decision.HOLD: Action.HOLD, Decision.DROP: Action.DROP}[self]

    @property
    def word(self) -> str | None:
        """Give what the group's row keeps; null: it waits."""
        return {Decision.SEND: "sent", Decision.HOLD: None, Decision.DROP: "dropped"}[self]
