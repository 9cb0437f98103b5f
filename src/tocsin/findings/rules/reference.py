"""The states of a finding as the page `docs/reference/finding-states.md`; a test compares them."""

from collections.abc import Iterable, Sequence

from tocsin.findings.rules.actions import ACTIONS
from tocsin.findings.rules.sides import ENDINGS, GONE, Closing, Machine, Owner, Sides, Telling, impossible
from tocsin.findings.rules.sides import Coordinator as Desk
from tocsin.findings.rules.standing import Due, Status, standing
from tocsin.findings.rules.texts import CHINESE, label
from tocsin.kernel.words import Kind

_INTRODUCTION = """# The states of a finding

Made from `src/tocsin/findings/rules/` by `state_table_markdown()`; a test fails when it is old. To make it again, write
to this file what these lines print:

    from tocsin.findings.rules.reference import state_table_markdown
    print(state_table_markdown(), end="")

A finding has three sides: what the **machine** saw, what the **owner** says, where the **coordinator** keeps it. Beside
them stand the **kind** of its problem and its **telling** (inventory: never written about; untold: news waits for the
next round; told). Every combination has one status, one thing that is due, and the actions that may follow.
"""

_TELLINGS = {
    Telling.UNTOLD: "news not yet told",
    Telling.TOLD: "told",
    Telling.INVENTORY: "recorded only",
}


def state_table_markdown() -> str:
    """Give the whole reference page."""
    return "\n".join([_INTRODUCTION, *_words(), *_open(), *_held(), *_closed(), *_actions()])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Give a Markdown table and the empty line after it."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def _words() -> list[str]:
    """List the statuses and what can be due, in both languages."""
    return [
        "## Statuses",
        "",
        *_table(
            ("status", "English", "中文"),
            ((f"`{status}`", label(status), CHINESE[label(status)]) for status in Status),
        ),
        "## What can be due",
        "",
        *_table(("due", "English", "中文"), ((f"`{due}`", label(due), CHINESE[label(due)]) for due in Due)),
    ]


def _open() -> list[str]:
    """Give one table for each kind and telling: owner down, machine across."""
    lines = ["## Open findings", "", "Status, and after the arrow what is due.", ""]
    for kind in Kind:
        for telling, words in _TELLINGS.items():
            if impossible(kind=kind, coordinator=Desk.OPEN, closing=None, telling=telling) is not None:
                continue
            lines += [f"### {label(kind)}, {words}", ""]
            lines += _table(
                ("owner", *(f"machine: {machine}" for machine in Machine)),
                (
                    (
                        f"`{owner}`",
                        *(
                            _outcome(Sides(kind=kind, machine=machine, owner=owner, telling=telling))
                            for machine in Machine
                        ),
                    )
                    for owner in Owner
                ),
            )
    return lines


def _outcome(sides: Sides) -> str:
    """Give one cell."""
    outcome = standing(sides)
    return f"{outcome.status} → {outcome.due}" if outcome.due is not Due.NONE else str(outcome.status)


def _held() -> list[str]:
    """Say what held means."""
    outcome = _outcome(Sides(kind=Kind.STATE, coordinator=Desk.HELD))
    return [
        "## Held findings",
        "",
        f"Whatever the other sides say: {outcome}. Only untold news can be held; inventory never is.",
        "",
    ]


def _closed() -> list[str]:
    """List the closings: for which kinds, and what a later sighting does."""
    return [
        "## Closed findings",
        "",
        "The status is the closing; nothing is due.",
        "",
        *_table(
            ("closing", "kinds that can end so", "seen again by the same owner"),
            (
                (f"`{closing}`", ", ".join(kind for kind in Kind if closing in ENDINGS[kind]), _again(closing))
                for closing in Closing
            ),
        ),
    ]


def _again(closing: Closing) -> str:
    """Say what a sighting does to a closed finding."""
    if closing in GONE:
        return "within 90 days a relapse, later a new episode"
    if closing is Closing.HANDED_OVER:
        return "a new episode"
    return "absorbed until it expires" if closing in {Closing.FALSE_POSITIVE, Closing.RISK_ACCEPTED} else "absorbed"


def _actions() -> list[str]:
    """List the actions, and what refuses each."""
    return [
        "## Actions",
        "",
        *_table(
            ("action", "English", "by", "side", "must give", "refused with"),
            (
                (
                    f"`{action}`",
                    label(action),
                    str(rule.by),
                    rule.side,
                    ", ".join(
                        word
                        for word, wanted in (("reason", rule.reason_required), ("date", rule.until_required))
                        if wanted
                    ),
                    " ".join(need.why for need in rule.needs),
                )
                for action, rule in ACTIONS.items()
            ),
        ),
    ]
