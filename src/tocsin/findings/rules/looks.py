"""How often something was looked for without being seen: full looks in a row, by day, from what deliveries covered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

#: A type that came within so many days before a day is expected on it.
EXPECTED_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a report of one type could have seen of one problem on one day."""

    source: str
    report_type: str
    problem: str
    day: date
    window_from: datetime
    window_until: datetime
    full: bool
    #: Whether the type usually has rows: one that mostly does not come proves nothing by staying away, and hides
    #: nothing either.
    usual: bool


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The full looks that count for findings of one problem, opened and seen by the same sources."""

    #: Begins of the windows, one a day, oldest first.
    begins: Sequence[datetime]
    #: Begin of the newest full look of the source that has looked least lately; null: one has never looked.
    all_looked_from: datetime | None
    #: End of the newest window; null without looks.
    until: datetime | None


@dataclass
class Watches:
    """Answers which looks count for whom. Made once from all coverage of the time that matters."""

    _by_place: dict[tuple[str, str], dict[date, dict[str, Look]]] = field(default_factory=dict)
    _known: dict[tuple[str, str, str, tuple[str, ...]], Watch] = field(default_factory=dict)

    @classmethod
    def of(cls, looks: Iterable[Look]) -> "Watches":
        """Sort looks by source, problem and day."""
        made = cls()
        for look in looks:
            place = made._by_place.setdefault((look.source, look.problem), {})
            place.setdefault(look.day, {})[look.report_type] = look
        return made

    def watch(self, *, problem: str, source: str, report_type: str, sources: tuple[str, ...]) -> Watch:
        """Give the looks for findings that `report_type` of `source` opened and `sources` have seen.

        A day of a source counts when every type that may show the problem, and usually has rows, came in full; of the
        opening source the opening type in any case. So no short, late or missing report closes anything.
        """
        key = (problem, source, report_type, sources)
        if key not in self._known:
            self._known[key] = self._watch(*key)
        return self._known[key]

    def _watch(self, problem: str, source: str, report_type: str, sources: tuple[str, ...]) -> Watch:
        begins: dict[date, datetime] = {}
        newest: list[datetime | None] = []
        until: datetime | None = None
        for name in sources:
            full = self._full_days(name, problem, report_type if name == source else None)
            newest.append(max((look.window_from for look in full.values()), default=None))
            for day, look in full.items():
                begins[day] = min(begins.get(day, look.window_from), look.window_from)
                until = max(until or look.window_until, look.window_until)
        known = [begin for begin in newest if begin is not None]
        return Watch(
            begins=sorted(begins.values()),
            all_looked_from=min(known) if known and len(known) == len(newest) else None,
            until=until,
        )

    def _full_days(self, source: str, problem: str, opened_by: str | None) -> Mapping[date, Look]:
        """Give the days on which a source looked fully, each with the earliest of its windows."""
        days = self._by_place.get((source, problem), {})
        usual = {
            report_type: sorted(day for day, looks in days.items() if report_type in looks and looks[report_type].usual)
            for report_type in {name for looks in days.values() for name in looks}
        }
        full: dict[date, Look] = {}
        for day, looks in days.items():
            needed = {
                name
                for name, seen in usual.items()
                if name == opened_by or any(day - EXPECTED_FOR <= before <= day for before in seen)
            }
            if opened_by is not None:
                needed.add(opened_by)
            came = [look for look in looks.values() if look.full]
            if came and all(name in looks and looks[name].full for name in needed):
                full[day] = min(came, key=lambda look: look.window_from)
        return full
