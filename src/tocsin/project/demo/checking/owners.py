"""What became of the owners of the story: told, answering, mending, never answering."""

from collections.abc import Iterator

from tocsin.access.scope import acting
from tocsin.findings.models import Finding
from tocsin.findings.rules import Action, Closing, Coordinator, Owner
from tocsin.notices.models import Answer, NoticeItem
from tocsin.project.demo.checking import Demo
from tocsin.project.demo.checking.looking import DESK, changes, days, findings, member, says
from tocsin.project.demo.script import moment


def hospital(demo: Demo) -> Iterator[str]:
    """The county hospital was told, said fixed, was still seen and told so, said it again, and was then verified."""
    fact = demo.script.facts["hospital"]
    for address in fact["addresses"]:
        episodes = findings(address, fact["problem"])
        yield from says([fact["organisation"]], [one.organisation.code for one in episodes], f"{address} episodes")
        one = episodes[0]
        yield from says(fact["claims_fixed"], days(one, Action.ANSWER_FIXED), f"{address} said fixed on")
        yield from says(fact["still_seen_after_first_claim"][:1], days(one, Action.SIGHTED), f"{address} seen again on")
        told = days(one, Action.TELL)
        yield from says(2, len(told), f"{address} told how often")
        yield from says(fact["first_seen"], told[0], f"{address} first told")
        yield from says(Closing.VERIFIED, one.closing, f"{address} closing")
        closings = [*changes(one, Action.VERIFY)]
        yield from says(1, len(closings), f"{address} closed how often")
        if not one.closed_at or f"{one.closed_at:%Y-%m-%d}" <= fact["gone_from"]:
            yield f"{address} closed at {one.closed_at}, before silence could prove it"


def misleading_name(demo: Demo) -> Iterator[str]:
    """A reverse-DNS name of the water company's attributed nothing to it: the hospital was told, and it alone."""
    fact = demo.script.facts["misleading_name"]
    with acting(DESK):
        rows = Finding.objects.visible_to(DESK).filter(address=fact["address"])
        yield from says({fact["organisation"]}, set(rows.values_list("organisation__code", flat=True)), "owners")
        yield from says({fact["hostname"]}, set(rows.values_list("ptr", flat=True)), "name that was not believed")
        told = NoticeItem.objects.visible_to(DESK).filter(finding__address=fact["address"])
        owners = set(told.values_list("notice__organisation__code", flat=True))
    yield from says({fact["organisation"]}, owners, "told")


def university(demo: Demo) -> Iterator[str]:
    """The university's sinkhole hits went quiet; nothing called them fixed."""
    fact = demo.script.facts["university"]
    for family, one in fact["families"].items():
        for finding in findings(one["address"], one["problem"]):
            yield from says(Closing.QUIET, finding.closing, f"{family} closing")
            for action in (Action.VERIFY, Action.CONFIRM_CLOSED, Action.ANSWER_FIXED):
                yield from says([], days(finding, action), f"{family} {action}")
        yield from says(1, len(findings(one["address"], one["problem"])), f"{family} findings")


def relapse(demo: Demo) -> Iterator[str]:
    """What came back within 90 days is the same episode, a relapse, and in work until a date that pauses its clock."""
    fact = demo.script.facts["relapse"]
    episodes = findings(fact["address"], fact["problem"])
    yield from says(1, len(episodes), "episodes")
    one = episodes[0]
    yield from says(1, one.relapses, "relapses")
    yield from says([fact["back"]], days(one, Action.RELAPSE), "came back on")
    yield from says(Coordinator.OPEN, one.coordinator, "coordinator's side")
    yield from says(Owner.IN_WORK, one.owner, "owner's side")
    yield from says([fact["in_work"]], days(one, Action.ANSWER_IN_WORK), "in work said on")
    yield from says(fact["in_work_until"], f"{one.owner_until:%Y-%m-%d}", "in work until")
    if one.due_at is None or one.due_at < moment(demo.script.monday, 1):
        yield f"due {one.due_at}: overdue on the Monday although in work"


def silent_office(demo: Demo) -> Iterator[str]:
    """The school office was told, never answered, and is overdue."""
    fact = demo.script.facts["silent_office"]
    (one,) = findings(fact["address"], fact["problem"])
    yield from says(Owner.SILENT, one.owner, "owner's side")
    yield from says(Coordinator.OPEN, one.coordinator, "coordinator's side")
    if not days(one, Action.TELL):
        yield "it was never told"
    if one.due_at is None or one.due_at >= moment(demo.script.monday, 1):
        yield f"due {one.due_at}: not overdue"
    with acting(DESK):
        answers = Answer.objects.visible_to(DESK).filter(notice__organisation__code=fact["organisation"]).count()
    yield from says(0, answers, "answers")


def sibling(demo: Demo) -> Iterator[str]:
    """The sibling organisation sees its own findings and nothing of the school office, also with the filters off."""
    fact, office = demo.script.facts["sibling"], demo.script.facts["silent_office"]
    actor = member(fact["organisation"], monday=demo.script.monday)
    with acting(actor):
        filtered = set(Finding.objects.visible_to(actor).values_list("organisation__code", flat=True))
        unfiltered = set(Finding.objects.values_list("organisation__code", flat=True))
        theirs = Finding.objects.filter(address=office["address"]).count()
    yield from says({fact["organisation"]}, filtered, "sees findings of")
    yield from says({fact["organisation"]}, unfiltered, "the database shows findings of")
    yield from says(0, theirs, "findings of the school office")


def answers_by_link(demo: Demo) -> Iterator[str]:
    """Owners answered by the links of their notices; whose link had run out telephoned, and the desk entered it."""
    with acting(DESK):
        ways = set(Answer.objects.visible_to(DESK).values_list("way", flat=True))
        waiting = list(Answer.objects.visible_to(DESK).filter(read_at__isnull=True).values_list("at", flat=True))
    yield from says({"link", "desk"}, ways, "ways")
    if not waiting:
        yield "no answer of the weekend waits to be read"
    yield from (f"an answer of {at} was never read" for at in waiting if (demo.script.monday - at.date()).days > 2)


CLAIMS = (hospital, misleading_name, university, relapse, silent_office, sibling, answers_by_link)
