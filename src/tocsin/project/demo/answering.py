"""Plays the owners: each answers through the link of the very notice that told it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tocsin.access.scope import acting
from tocsin.accounts.actors import actor_of_link
from tocsin.findings.models import Finding
from tocsin.findings.rules import Coordinator
from tocsin.kernel.actor import Actor, system
from tocsin.notices.errors import LinkDead
from tocsin.notices.links import read_token, token_of
from tocsin.notices.models import Notice, NoticeItem
from tocsin.notices.rules import Reply
from tocsin.notices.services.answers import Said, answer_notice, answer_on_behalf
from tocsin.project.demo.script import Act, moment

_REPLIES = {
    "received": Reply.RECEIVED,
    "in_work": Reply.IN_WORK,
    "fixed": Reply.FIXED,
    "not_ours": Reply.NOT_OURS,
    "dispute": Reply.DISPUTED,
}
#: Answers come between 10:00 and 17:00 in Linjiang.
_FIRST_HOUR, _MINUTES = 2, 420
#: Days that an owner waits for a notice before it forgets what it wanted to say.
_PATIENCE = timedelta(days=8)


@dataclass(frozen=True, kw_only=True)
class _Told:
    finding_id: int
    notice: Notice


def finding_of(act: Act, *, actor: Actor) -> Finding | None:
    """Find the newest episode, under this organisation, of what an act speaks of; null: there is none."""
    rows = Finding.objects.visible_to(actor).filter(
        organisation__code=act.organisation, problem=act.problem, address=act.address
    )
    if act.discriminator:
        # One field, as `events.stages.identify` joins them: its length in bytes, a colon, the value.
        rows = rows.filter(discriminator=f"{len(act.discriminator.encode())}:{act.discriminator}")
    elif act.port is not None:
        rows = rows.filter(port=act.port)
    return rows.order_by("-episode").first()


def answer_all(acts: Iterable[Act], day: date, *, analyst: Actor) -> Sequence[Act]:
    """Let every owner who acts on a day answer. Returns who waits: its notice has not come yet.

    Owners of one organisation who say the same of one notice say it at once, as a person ticks several lines.
    """
    waiting: list[Act] = []
    for number, group in enumerate(_together(acts)):
        now = moment(day, _FIRST_HOUR, (number * 37) % _MINUTES)
        waiting += [act for act in _answer(group, now, analyst) if day - act.day < _PATIENCE]
    return waiting


def _together(acts: Iterable[Act]) -> Sequence[Sequence[Act]]:
    groups: dict[tuple[object, ...], list[Act]] = {}
    for act in acts:
        groups.setdefault((act.organisation, act.what, act.until, act.text), []).append(act)
    return list(groups.values())


def _answer(acts: Sequence[Act], now: datetime, analyst: Actor) -> Sequence[Act]:
    """Answer what can be answered. Returns the acts whose notice has not come."""
    desk = system("demo")
    with acting(desk):
        found = [(act, _told(act, desk)) for act in acts]
    by_notice: dict[int, list[_Told]] = {}
    for _, told in found:
        if told is not None:
            by_notice.setdefault(told.notice.pk, []).append(told)
    for several in by_notice.values():
        _send(acts[0], several, analyst, now)
    return [act for act, told in found if told is None]


def _told(act: Act, desk: Actor) -> _Told | None:
    """Find the newest notice that told the owner of it; null: none did, or it is over."""
    finding = finding_of(act, actor=desk)
    if finding is None or finding.coordinator == Coordinator.CLOSED:
        return None
    item = (
        NoticeItem.objects.visible_to(desk)
        .filter(finding=finding)
        .select_related("notice__organisation")
        .order_by("-notice_id")
        .first()
    )
    return _Told(finding_id=finding.pk, notice=item.notice) if item is not None else None


def _send(act: Act, several: Sequence[_Told], analyst: Actor, now: datetime) -> None:
    """Come in by the link, as a browser would; whose link has run out telephones, and the desk enters it."""
    notice = several[0].notice
    owner = notice.organisation
    said = Said(
        reply=_REPLIES[act.what],
        finding_ids=[told.finding_id for told in several],
        until=act.until,
        comment=act.text,
    )
    try:
        link = read_token(token_of(notice_id=notice.pk, expires_at=notice.link_expires_at), now=now)
    except LinkDead:
        with acting(analyst):
            answer_on_behalf(actor=analyst, notice_id=notice.pk, said=said, said_by=owner.name_en, now=now)
        return
    actor = actor_of_link(notice_id=link.notice_id, label=f"Link of {notice.reference}")
    with acting(actor):
        answer_notice(actor=actor, notice_id=link.notice_id, said=said, now=now)
