"""What became of the files: every row accounted for, odd files taken in as they are, the silent source seen."""

from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from django.db.models import F, Max, Sum

from tocsin.access.scope import acting
from tocsin.events.models import QuarantinedRow, RefusedFile, Report, StrangerCount
from tocsin.findings.models import Coverage, Finding
from tocsin.findings.rules import CoverageWhy, Strength
from tocsin.notices.models import NoticeItem
from tocsin.project.demo.checking import Demo
from tocsin.project.demo.checking.looking import DESK, says


def _report(path: str) -> Report:
    return Report.objects.visible_to(DESK).get(file_name=PurePosixPath(path).name)


def rows_add_up(demo: Demo) -> Iterator[str]:
    """Every row of every file is an event or in quarantine, and no file was refused."""
    counts = demo.script.story["counts"]
    with acting(DESK):
        reports = Report.objects.visible_to(DESK)
        sums = reports.aggregate(rows=Sum("rows"), quarantined=Sum("quarantined"))
        yield from says((counts["rows"], counts["broken"]), (sums["rows"], sums["quarantined"]), "rows, quarantined")
        yield from says(0, reports.exclude(rows=F("events") + F("quarantined")).count(), "reports that don't add up")
        yield from says(0, RefusedFile.objects.visible_to(DESK).count(), "refused files")
        twice = len([one for one in demo.script.arrivals.values() for _ in one]) - 1
        yield from says(twice, reports.count(), "reports, the repeated file counted once")


def monday(demo: Demo) -> Iterator[str]:
    """The Monday brought tens of thousands of rows, a third of them without a constituent."""
    fact = demo.script.story["monday"]
    with acting(DESK):
        reports = Report.objects.visible_to(DESK).filter(period=demo.script.monday)
        yield from says(fact["rows"], reports.aggregate(rows=Sum("rows"))["rows"], "rows")
        strangers = StrangerCount.objects.visible_to(DESK)
        today = strangers.filter(report__in=reports).aggregate(rows=Sum("rows"))["rows"]
        yield from says(fact["without_constituent"], today, "rows without a constituent")
        total = strangers.aggregate(rows=Sum("rows"))["rows"]
    yield from says(demo.script.story["counts"]["without_constituent"], total, "rows without a constituent in all")


def silent_source(demo: Demo) -> Iterator[str]:
    """The city desk of Linhai has been silent for five days: its findings are neither closed nor counted as unseen."""
    source = next(one for one in demo.script.story["sources"] if one["silent_from"])
    silent_from = date.fromisoformat(source["silent_from"])
    with acting(DESK):
        reports = Report.objects.visible_to(DESK).filter(source__name=source["name"])
        yield from says(source["last_delivery"], str(reports.aggregate(day=Max("period"))["day"]), "last delivery")
        covered = Coverage.objects.visible_to(DESK).filter(source=source["name"], day__gte=silent_from)
        yield from says({Strength.NONE}, set(covered.values_list("strength", flat=True)), "coverage since then")
        closed = Finding.objects.visible_to(DESK).filter(
            problem=source["problem"], source=source["name"], closed_at__date__gt=silent_from, closing="verified"
        )
        yield from says(0, closed.count(), "findings closed by a silence that proves nothing")


def ragged(demo: Demo) -> Iterator[str]:
    """Rows with too few or too many cells are events with a flag, not refused."""
    with acting(DESK):
        report = _report(demo.script.facts["ragged"]["path"])
    yield from says((report.rows, 0), (report.events, report.quarantined), "events, quarantined")


def broken(demo: Demo) -> Iterator[str]:
    """The record that was cut off lies in quarantine with its line and the reason; the rest of its file went in."""
    fact = demo.script.facts["broken"]
    with acting(DESK):
        report = _report(fact["path"])
        found = list(QuarantinedRow.objects.visible_to(DESK).filter(report=report))
    yield from says((fact["rows"], fact["quarantined"]), (report.rows, report.quarantined), "rows, quarantined")
    yield from says([fact["line"]], [row.line for row in found], "lines")
    yield from ("it has no reason" for row in found if not row.reason)


def header_only(demo: Demo) -> Iterator[str]:
    """A file with a header alone is a report that proves nothing."""
    with acting(DESK):
        report = _report(demo.script.facts["header_only"]["path"])
        looked = Coverage.objects.visible_to(DESK).get(report_type=report.report_type, day=report.period)
    yield from says(0, report.rows, "rows")
    yield from says((Strength.WEAK, CoverageWhy.HEADER_ONLY), (looked.strength, looked.why), "coverage")


def twice(demo: Demo) -> Iterator[str]:
    """The same file on two days changed nothing the second time."""
    name = PurePosixPath(demo.script.facts["twice"]["path"]).name
    with acting(DESK):
        found = Report.objects.visible_to(DESK).filter(file_name=name)
        yield from says([demo.script.facts["twice"]["first"]], [f"{one.received_at:%Y-%m-%d}" for one in found], "came")


def census(demo: Demo) -> Iterator[str]:
    """The census, as large as it is, is counted and told to nobody."""
    with acting(DESK):
        rows = Finding.objects.visible_to(DESK).filter(report_type=demo.script.facts["census"]["report_type"])
        yield from says({"inventory"}, set(rows.values_list("kind", flat=True)), "kind")
        yield from says(0, NoticeItem.objects.visible_to(DESK).filter(finding__in=rows).count(), "lines in notices")


CLAIMS = (rows_add_up, monday, silent_source, ragged, broken, header_only, twice, census)
