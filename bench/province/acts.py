"""Who does what on which day: answers of owners and decisions of the desk, to be replayed after each day's round."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.province import cast
from bench.province import story as plot
from bench.province.days import LAST, NEVER, Calendar
from bench.province.streams import SEED, stream
from bench.province.volumes import FAULT_DAY, FAULT_TYPE, PROBLEMS

#: Problems whose end an owner can claim and the machine can check.
_CLAIMABLE = (
    "scan_rdp",
    "scan_smb",
    "scan_telnet",
    "scan_snmp",
    "scan_mongodb",
    "scan_elasticsearch",
    "scan_mqtt_anon",
)
#: Shares of owned exposures whose owner answers so.
_RECEIVED, _IN_WORK, _FIXED, _TOO_EARLY = 0.2, 0.08, 0.33, 0.04
#: Days from first sight to the first answer, at least: the notice goes out on the morning after at the latest.
_SOONEST = 2
#: What an owner says when it claims a fix.
FIXED_TEXTS = {"en": "Closed at the firewall.", "zh-hans": "已在防火墙上关闭。"}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of a person.

    Of an owner, `what` is received, in_work (with `until`), fixed, not_ours or dispute, on the finding that
    `report_type`, `problem`, `address`, `port` and `discriminator` name. Of the coordinator it is correct_owner
    (with `asset_kind`, `asset`, `from_organisation`, `to_organisation`), release or drop (the held groups of
    `report_type`, `*` for all), or confirm (the finding named).
    """

    day: str
    actor: str
    what: str
    organisation: str | None = None
    report_type: str | None = None
    problem: str | None = None
    address: str | None = None
    port: int | None = None
    discriminator: str | None = None
    until: str | None = None
    asset_kind: str | None = None
    asset: str | None = None
    from_organisation: str | None = None
    to_organisation: str | None = None
    text: str = ""
    #: Which part of the story it belongs to; None: background.
    story: str | None = None


def acts(story: plot.Story, exposures: Mapping[str, pl.DataFrame], seed: int = SEED) -> list[Act]:
    """Return all acts in order of day; of one day: first the owners', then the desk's.

    Args:
        story: the scenes and their calendar.
        exposures: report type -> the exposures by chance, columns as `exposures.SCHEMA`.
        seed: fixes which owners answer.
    """
    calendar = Calendar(story.until)
    found = [*_story_acts(story, calendar), *_desk(calendar), *_background(story, exposures, calendar, seed)]
    return sorted(
        found, key=lambda act: (act.day, act.actor == "coordinator", act.organisation or "", act.address or "")
    )


def _of(story: plot.Story, name: str, day: int, what: str, calendar: Calendar, **more: str) -> Act:
    scene = story.scene(name)
    part = name.partition(" ")[0]
    finding = {"organisation": scene.owner, "address": scene.address, "discriminator": scene.family}
    facts = {**finding, "report_type": scene.report_type, "problem": PROBLEMS[scene.report_type], **more}
    actor = "coordinator" if what == "confirm" else "owner"
    return Act(day=calendar.text(day), actor=actor, what=what, port=scene.port, story=part, **facts)


def _story_acts(story: plot.Story, calendar: Calendar) -> Iterator[Act]:
    early, late = plot.HOSPITAL_CLAIMS
    for address in plot.HOSPITAL_ADDRESSES:
        name = f"hospital {address}"
        yield _of(story, name, plot.HOSPITAL_OPENED + 2, "received", calendar)
        yield _of(story, name, early, "fixed", calendar, text="远程桌面已关闭。")
        yield _of(story, name, late, "fixed", calendar, text="上次只改了内网策略，现在外网端口也已关闭。")
    for family, (_, opened, _) in plot.FAMILY_DAYS.items():
        yield _of(story, f"university {family}", opened + 2, "received", calendar)
    yield _of(story, "wrong owner", plot.WRONG_REFUSED, "not_ours", calendar, text="This network is not ours.")
    for name, day, what, organisation in (
        ("wrong owner", plot.WRONG_CORRECTED + 2, "received", cast.RIGHT_OWNER),
        ("wrong owner", plot.WRONG_GONE - 1, "fixed", cast.RIGHT_OWNER),
    ):
        yield _of(story, name, day, what, calendar, organisation=organisation)
    yield _of(story, "relapse", plot.RELAPSE_DAYS[1] - 1, "fixed", calendar, text=FIXED_TEXTS["zh-hans"])
    start, until = plot.RELAPSE_IN_WORK
    yield _of(story, "relapse again", start, "in_work", calendar, until=calendar.text(until))
    yield _of(story, "confirmed", plot.CONFIRMED_ANSWER, "fixed", calendar, text="主机已重装系统，并更换了口令。")
    yield _of(story, "confirmed", plot.CONFIRMED_DAY, "confirm", calendar, text="说明与封堵记录一致。")
    yield _of(story, "dispute", plot.DISPUTE_DAY, "dispute", calendar, text="这是我们的蜜罐。")


def _desk(calendar: Calendar) -> Iterator[Act]:
    """Return what the desk decides about owners and held groups; the Monday's groups are left for the demo."""
    yield Act(
        day=calendar.text(0), actor="coordinator", what="release", report_type="*", text="First day: every type is new."
    )
    yield Act(
        day=calendar.text(plot.WRONG_CORRECTED),
        actor="coordinator",
        what="correct_owner",
        asset_kind="prefix",
        asset=cast.WRONG_PREFIX,
        from_organisation=cast.WRONG_OWNER,
        to_organisation=cast.RIGHT_OWNER,
        text="The old network plan was wrong; both confirmed by telephone.",
        story="wrong",
    )
    yield Act(
        day=calendar.text(FAULT_DAY),
        actor="coordinator",
        what="drop",
        report_type=FAULT_TYPE,
        text="A fault of the scanner, withdrawn by the source.",
        story="fault",
    )


def _background(
    story: plot.Story, exposures: Mapping[str, pl.DataFrame], calendar: Calendar, seed: int
) -> Iterator[Act]:
    languages = {one.code: one.language for one in story.constituency.organisations}
    for report_type in _CLAIMABLE:
        owned = exposures[report_type].filter(pl.col("owner").is_not_null() & (pl.col("opened") <= LAST - _SOONEST))
        random = stream(seed, "acts", report_type)
        for row, share in zip(owned.iter_rows(named=True), random.random(owned.height).tolist(), strict=True):
            opened, closed = int(row["opened"]), int(row["closed"])
            wait = int(random.integers(_SOONEST, 6))
            answer = _answer(opened, closed, wait, share)
            if answer is None or answer[0] > LAST:
                continue
            day, what = answer
            yield Act(
                day=calendar.text(day),
                actor="owner",
                what=what,
                organisation=row["owner"],
                report_type=report_type,
                problem=PROBLEMS[report_type],
                address=row["address"],
                port=row["port"],
                until=calendar.text(day + 10) if what == "in_work" else None,
                text=FIXED_TEXTS[languages[row["owner"]]] if what == "fixed" else "",
            )


def _answer(opened: int, closed: int, wait: int, share: float) -> tuple[int, str] | None:
    """Return the day and kind of one owner's answer; None: it never answers, or the thing was gone before."""
    bounds = np.cumsum([_RECEIVED, _IN_WORK, _FIXED, _TOO_EARLY])
    if opened + wait > closed - 1:
        return None
    kind = int(np.searchsorted(bounds, share, side="right"))
    answers = {
        0: (opened + wait, "received"),
        1: (opened + wait, "in_work"),
        # On the morning of its last sight: from the next day on nothing is seen.
        2: (closed - 1, "fixed") if closed < NEVER else None,
        3: (opened + wait, "fixed"),
    }
    return answers.get(kind)
