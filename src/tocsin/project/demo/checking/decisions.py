"""What attribution, the gate and the desk did in the story."""

from collections.abc import Iterator

from tocsin.access.scope import acting
from tocsin.findings.models import Finding, HeldGroup, Succession
from tocsin.findings.rules import Action, Closing, Coordinator, Owner, Telling
from tocsin.findings.rules.gate import Why
from tocsin.kernel.actor import Actor, ActorKind, Scope
from tocsin.notices.models import NoticeItem, Round
from tocsin.notices.rules import RoundMode
from tocsin.notices.services.rounds import preview_round
from tocsin.project.demo.checking import Demo
from tocsin.project.demo.checking.looking import DESK, changes, days, findings, says
from tocsin.project.demo.script import moment
from tocsin.registry.models import Asset


def wrong_owner(demo: Demo) -> Iterator[str]:
    """A wrong owner refused, was corrected within three days, and the right one was told only then and mended it."""
    fact = demo.script.facts["wrong_owner"]
    episodes = findings(fact["address"], fact["problem"])
    owners = [one.organisation.code for one in episodes]
    yield from says([fact["from"], fact["to"]], owners, "owners of the episodes")
    if len(episodes) != 2:
        return
    earlier, later = episodes
    yield from says([fact["not_ours"]], days(earlier, Action.ANSWER_NOT_OURS), "said not ours on")
    yield from says(Owner.NOT_OURS, earlier.owner, "the wrong owner's side")
    yield from says(Closing.HANDED_OVER, earlier.closing, "how the wrong owner's episode ended")
    yield from says(fact["corrected"], f"{earlier.closed_at:%Y-%m-%d}", "handed over on")
    yield from says(Closing.VERIFIED, later.closing, "how the right owner's episode ended")
    with acting(DESK):
        told = NoticeItem.objects.visible_to(DESK).filter(finding=later).order_by("pk")
        first = told.values_list("notice__issued_at", flat=True).first()
        linked = Succession.objects.visible_to(DESK).filter(earlier=earlier, later=later).exists()
    if first is None or f"{first:%Y-%m-%d}" <= fact["corrected"]:
        yield f"the right owner was told at {first}"
    if not linked:
        yield "the desk does not see that one followed the other"
    yield from _old_owner_sees(earlier, later)


def _old_owner_sees(earlier: Finding, later: Finding) -> Iterator[str]:
    """Look as somebody of the old owner's would."""
    actor = Actor(
        kind=ActorKind.PERSON,
        id=0,
        label="the old owner",
        scope=Scope(organisation_ids=frozenset({earlier.organisation_id})),
    )
    with acting(actor):
        if Succession.objects.exists():
            yield "the old owner sees the link between the episodes"
        if Finding.objects.filter(pk=later.pk).exists():
            yield "the old owner sees the new owner's finding"
        words = " ".join(
            f"{change.reason} {change.actor_label} {change.after}"
            for change in changes(earlier, Action.HAND_OVER)
            if not change.desk_only
        )
    if later.organisation.code in words or later.organisation.name_en in words:
        yield f"the old owner's timeline names the new owner: {words}"


def moved(demo: Demo) -> Iterator[str]:
    """A network that changed hands on a date took its open finding along as a clean episode of the new tenant."""
    fact = demo.script.facts["moved"]
    episodes = findings(fact["address"], fact["problem"])
    yield from says([fact["from"], fact["to"]], [one.organisation.code for one in episodes], "owners of the episodes")
    yield from says([Closing.HANDED_OVER, None], [one.closing for one in episodes], "how the episodes ended")
    yield from says(fact["moved"], f"{episodes[0].closed_at:%Y-%m-%d}", "handed over on")


def shared_hosting(demo: Demo) -> Iterator[str]:
    """A school's website on the university's address is the school's: a name is more specific than a network."""
    fact = demo.script.facts["shared_hosting"]
    (one,) = findings(fact["address"], fact["problem"])
    yield from says(fact["organisation"], one.organisation.code, "owner")
    yield from says(fact["attributed_by"], one.attributed_by, "attributed by")


def claimed(demo: Demo) -> Iterator[str]:
    """A network that somebody merely claims attributed nothing."""
    fact = demo.script.facts["claimed"]
    yield from says([], findings(fact["address"], fact["problem"]), "findings at the claimed network")
    with acting(DESK):
        states = set(Asset.objects.visible_to(DESK).filter(value=fact["prefix"]).values_list("state", flat=True))
    yield from says({"claimed"}, states, "state of the asset")


def by_asn(demo: Demo) -> Iterator[str]:
    """An address in nobody's network, announced by an owner's AS number, is that owner's."""
    fact = demo.script.facts["by_asn"]
    (one,) = findings(fact["address"], fact["problem"])
    yield from says(fact["organisation"], one.organisation.code, "owner")
    yield from says((fact["attributed_by"], f"AS{fact['asn']}"), (one.attributed_by, one.asset_value), "because of")


def confirmed(demo: Demo) -> Iterator[str]:
    """An infection that its owner mended was closed by an analyst by name, not by silence."""
    fact = demo.script.facts["confirmed"]
    (one,) = findings(fact["address"], fact["problem"])
    yield from says(Closing.CONFIRMED, one.closing, "closing")
    closings = changes(one, Action.CONFIRM_CLOSED)
    yield from says([fact["confirmed"]], days(one, Action.CONFIRM_CLOSED), "confirmed on")
    yield from ("it was confirmed without a name" for line in closings if line.actor_kind != ActorKind.PERSON)
    yield from ("it was confirmed without a reason" for line in closings if not line.reason)


def dispute(demo: Demo) -> Iterator[str]:
    """A dispute waits for the desk and closed nothing."""
    fact = demo.script.facts["dispute"]
    (one,) = findings(fact["address"], fact["problem"])
    yield from says((Owner.DISPUTES, Coordinator.OPEN), (one.owner, one.coordinator), "sides")


def flood(demo: Demo) -> Iterator[str]:
    """The type at six times its usual size is held, and so is the type that nobody knows; nothing else waits."""
    monday = demo.script.story["monday"]
    with acting(DESK):
        held = HeldGroup.objects.visible_to(DESK).filter(decided_at__isnull=True)
        found = {one.report_type: (one.why, one.rows_today, one.rows_usual) for one in held}
    yield from says(
        {
            monday["flood"]["report_type"]: (
                Why.UNUSUAL_SIZE,
                monday["flood"]["rows"],
                monday["flood"]["median_28_days"],
            ),
            monday["unknown_type"]["report_type"]: (Why.UNKNOWN_TYPE, monday["unknown_type"]["rows"], None),
        },
        found,
        "held",
    )


def fault(demo: Demo) -> Iterator[str]:
    """A fault of the scanner was dropped at the gate: nobody was told of it."""
    fact = demo.script.facts["scanner_fault"]
    with acting(DESK):
        groups = HeldGroup.objects.visible_to(DESK).filter(decision="dropped")
        yield from says(1, groups.count(), "dropped groups")
        rows = Finding.objects.visible_to(DESK).filter(held_group__in=groups)
        yield from says({Telling.INVENTORY}, set(rows.values_list("telling", flat=True)), "telling")
        yield from says(0, NoticeItem.objects.visible_to(DESK).filter(finding__in=rows).count(), "lines in notices")
        yield from says({fact["rows"]}, set(groups.values_list("rows_today", flat=True)), "rows")


def round_waits(demo: Demo) -> Iterator[str]:
    """The Monday's round is not sent; its preview has letters, and sends nothing that is held."""
    now = moment(demo.script.monday, 2)
    with acting(DESK):
        sent = Round.objects.visible_to(DESK).filter(issued_at__gte=moment(demo.script.monday, 0)).count()
        yield from says(0, sent, "rounds of the Monday")
        preview = preview_round(actor=DESK, mode=RoundMode.AUTO, now=now)
        ids = [line.finding_id for letter in preview.letters for line in letter.lines]
        held = Finding.objects.visible_to(DESK).filter(pk__in=ids, coordinator=Coordinator.HELD).count()
    yield from says(0, held, "held findings in the preview")
    if not preview.letters:
        yield "the preview is empty"


CLAIMS = (
    wrong_owner,
    moved,
    shared_hosting,
    claimed,
    by_asn,
    confirmed,
    dispute,
    flood,
    fault,
    round_waits,
)
