"""What a person may do on a page: buttons, the heading that carries them, and the page that asks twice."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from tocsin.web.components.chips import Chip
from tocsin.web.phrases import Phrase


@dataclass(frozen=True, kw_only=True)
class Link:
    """Show a link."""

    template: ClassVar[str] = "tocsin/c/link.html"
    label: Phrase
    url: str
    #: A canonical address, host or code: shown in the fixed-width face.
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class Action:
    """Show a button: a link when `method` is get, a form of its own when post (in a table, the table's form)."""

    template: ClassVar[str] = "tocsin/c/action.html"
    label: Phrase
    url: str = ""
    method: Literal["get", "post"] = "get"
    kind: Literal["primary", "plain", "quiet", "danger"] = "plain"
    #: Lower-case letter that presses it on the current row of a desk table.
    key: str = ""
    #: Sent with a post, as the button's own name and value.
    name: str = ""
    value: str = ""
    icon: str = ""
    #: What a screen reader says when the label alone is not enough ("Send Remote Desktop reachable").
    speech: Phrase = ""
    #: Why it can't be pressed now; the button is shown disabled with this sentence.
    disabled_because: Phrase = ""
    small: bool = False
    #: Id of the form it sends, when it stands outside of it.
    form: str = ""

    @property
    def classes(self) -> str:
        """Give the classes of the button."""
        names = ["button"]
        if self.kind != "plain":
            names.append(f"button-{self.kind}")
        if self.small:
            names.append("button-small")
        return " ".join(names)


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """Name one step above this page; without an address it is where we are."""

    label: Phrase
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Say the state of the page in words, with at most one primary action at its right."""

    template: ClassVar[str] = "tocsin/c/heading.html"
    title: Phrase
    #: A small line above: the date, the number of a notice.
    kicker: object = ""
    crumbs: tuple[Crumb, ...] = ()
    #: Chips, codes, links in one line under the title.
    facts: tuple[object, ...] = ()
    lead: Phrase = ""
    primary: Action | None = None
    actions: tuple[Action, ...] = ()
    #: 1 heads the page; a lower one heads a part of it.
    level: int = 1

    @property
    def shown_actions(self) -> tuple[Action, ...]:
        """Give the actions as they stand: the primary one last, at the right edge.

        Raises:
            ValueError: a second action claims to be primary.
        """
        if any(action.kind == "primary" for action in self.actions):
            raise ValueError(
                "A page has one primary action: give it as `primary`, the others as plain, quiet or danger."
            )
        if self.primary is None:
            return self.actions
        if self.primary.kind == "danger":
            return (*self.actions, self.primary)
        return (*self.actions, replace(self.primary, kind="primary"))


@dataclass(frozen=True, kw_only=True)
class StepUp:
    """Ask again who it is, before an act that can't be undone."""

    label: Phrase
    name: str = "password"
    help: Phrase = ""
    error: Phrase = ""
    #: `password`, or `one-time-code` for a second factor.
    kind: Literal["password", "one-time-code"] = "password"


@dataclass(frozen=True, kw_only=True)
class Confirm:
    """Say what will happen and to how many, then ask."""

    template: ClassVar[str] = "tocsin/c/confirm.html"
    id: str = "confirm"
    title: Phrase
    #: One sentence each.
    consequences: tuple[Phrase, ...]
    action: Action
    cancel_url: str
    chips: tuple[Chip, ...] = ()
    step_up: StepUp | None = None
    #: A form whose fields are asked as well, such as a reason.
    form: object = None
