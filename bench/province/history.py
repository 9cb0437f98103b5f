"""Ninety days of report files, the acts of people on each day, and the facts of the story: written into one folder.

<out>/constituency/*.csv                         the registry's import files
<out>/shadowserver/YYYY-MM-DD-<type>-linjiang.csv  one file a type and day
<out>/shadowserver/again/...                     a file that is delivered a second time
<out>/linhai/YYYY-MM-DD-<type>-linhai.csv         the second source, silent in the last days
<out>/deliveries.json                            every file in order of arrival, with its rows
<out>/acts.json  <out>/story.json                what people do; what is true
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from bench.province import oddities
from bench.province.acts import Act, acts
from bench.province.constituency import constituency
from bench.province.days import DAYS, LAST, MONDAY, Calendar
from bench.province.exposures import Lives, census_lives, flood, lives, seen_on, table
from bench.province.facts import facts
from bench.province.files import write_report
from bench.province.ground import ABROAD, Ground, ground
from bench.province.oddities import Oddity
from bench.province.reports import report
from bench.province.story import Story, story
from bench.province.streams import SEED, stream
from bench.province.volumes import (
    CENSUS,
    CENSUS_DAYS,
    CENSUS_SIZES,
    CITY_DESK,
    CITY_DESK_LAST_DAY,
    FAULT_DAY,
    FAULT_EXTRA,
    FAULT_TYPE,
    FLOOD_TIMES,
    FLOOD_TYPE,
    NEWTHING,
    NEWTHING_ROWS,
    VOLUME,
    VOLUMES,
)

_WINDOW_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file that arrives on one day."""

    day: str
    #: `shadowserver` or `linhai`: the folder, and which source sent it.
    source: str
    #: Below the output folder.
    path: str
    report_type: str
    #: Records after the header, the broken one included: rows = events + quarantined.
    rows: int
    #: Rows at addresses and names that an organisation owns on that day, as a person who knew everything would say.
    owned: int
    broken: int = 0
    broken_line: int | None = None
    ragged: Mapping[int, int] | None = None
    #: The file was delivered before, byte for byte.
    repeats: str | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """What was written; the same as in deliveries.json, acts.json and story.json."""

    out: Path
    deliveries: tuple[Delivery, ...]
    acts: tuple[Act, ...]
    facts: dict[str, object] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """What the days are written from."""

    out: Path
    calendar: Calendar
    seed: int
    #: Report type -> exposures by chance and of the story.
    exposures: Mapping[str, pl.DataFrame]

    def deliver(self, day: int, report_type: str, source: str = "shadowserver") -> Delivery:
        """Write one file of one day."""
        exposures = self.exposures[report_type]
        seen = seen_on(exposures, day)
        if (day, report_type) == oddities.HEADER_ONLY:
            seen = seen.clear()
        random = stream(self.seed, "report", report_type, day)
        frame = report(report_type, seen, self.calendar.day(day), random)
        suffix = "linhai" if source == "linhai" else "linjiang"
        path = self.out / source / f"{self.calendar.day(day)}-{report_type}-{suffix}.csv"
        write_report(path, frame)
        oddity = self._spoil(path, day, report_type)
        return Delivery(
            day=self.calendar.text(day),
            source=source,
            path=str(path.relative_to(self.out)),
            report_type=report_type,
            rows=frame.height + oddity.broken,
            owned=_owned(frame, seen),
            broken=oddity.broken,
            broken_line=oddity.broken_line,
            ragged=oddity.ragged,
        )

    def _spoil(self, path: Path, day: int, report_type: str) -> Oddity:
        if (day, report_type) == oddities.RAGGED:
            return oddities.make_ragged(path)
        if (day, report_type) == oddities.BROKEN:
            return oddities.make_broken(path, self.calendar.text(day))
        return Oddity()


def _owned(frame: pl.DataFrame, seen: pl.DataFrame) -> int:
    """Count the rows of a file whose exposure has an owner (an infection has several rows a day)."""
    if not frame.height:
        return 0
    owners = seen.filter(pl.col("owner").is_not_null())
    column = next(name for name in ("src_ip", "ip") if name in frame.columns)
    return frame.filter(pl.col(column).is_in(owners["address"].implode())).height


def _chance(land: Ground, seed: int) -> dict[str, pl.DataFrame]:
    """Make the exposures by chance of every type, the census, the fault and the second source included."""
    found = {v.report_type: table(v, land, seed, lives(v, stream(seed, "lives", v.report_type))) for v in VOLUMES}
    census = census_lives(CENSUS_SIZES, stream(seed, "lives", CENSUS.report_type))
    found[CENSUS.report_type] = table(CENSUS, land, seed, census)
    once = Lives(np.full(NEWTHING_ROWS, LAST), np.full(NEWTHING_ROWS, DAYS))
    found[NEWTHING.report_type] = table(NEWTHING, land, seed, once)
    fault = Lives(np.full(FAULT_EXTRA, FAULT_DAY), np.full(FAULT_EXTRA, FAULT_DAY + 1))
    extra = table(VOLUME[FAULT_TYPE], land, seed, fault, "fault")
    used = found[FAULT_TYPE]["address"].implode()
    found[FAULT_TYPE] = pl.concat([found[FAULT_TYPE], extra.filter(~pl.col("address").is_in(used))])
    span = lives(CITY_DESK, stream(seed, "lives", CITY_DESK.report_type))
    found[CITY_DESK.report_type] = table(CITY_DESK, _linhai(land), seed, span)
    return found


def _linhai(land: Ground) -> Ground:
    """Return the part of the ground that the city desk of Linhai looks at."""
    there = np.array([city == "linhai" for city in land.cities])[land.owners]
    return Ground(
        organisations=land.organisations,
        places=land.places[there],
        owners=land.owners[there],
        nobody=land.nobody[land.nobody < ABROAD],
        six_owners=land.six_owners,
        six_networks=land.six_networks,
        cities=land.cities,
    )


def _with_flood(exposures: dict[str, pl.DataFrame], land: Ground, seed: int) -> dict[str, pl.DataFrame]:
    """Add to the flooded type as many rows on the Monday as make it exactly six times its median."""
    usual = exposures[FLOOD_TYPE]
    sizes = [seen_on(usual, day).height for day in range(LAST - _WINDOW_DAYS, LAST)]
    rows = round(median(sizes) * FLOOD_TIMES) - seen_on(usual, LAST).height
    return {**exposures, FLOOD_TYPE: pl.concat([usual, flood(VOLUME[FLOOD_TYPE], land, seed, rows, usual["address"])])}


def _types_of(day: int) -> Iterator[str]:
    yield from (volume.report_type for volume in VOLUMES)
    if day in CENSUS_DAYS:
        yield CENSUS.report_type
    if day == LAST:
        yield NEWTHING.report_type


def _deliveries(writer: _Writer) -> Iterator[Delivery]:
    repeat_day, repeat_type = oddities.TWICE
    repeated: Delivery | None = None
    for day in range(DAYS):
        for report_type in _types_of(day):
            delivery = writer.deliver(day, report_type)
            yield delivery
            if (day, report_type) == (repeat_day, repeat_type):
                repeated = delivery
        if day <= CITY_DESK_LAST_DAY:
            yield writer.deliver(day, CITY_DESK.report_type, "linhai")
        if repeated is not None and day == repeat_day + 1:
            yield _again(writer, repeated, day)


def _again(writer: _Writer, delivery: Delivery, day: int) -> Delivery:
    """Deliver a file a second time, under the same name, in another folder."""
    original = writer.out / delivery.path
    copy = writer.out / delivery.source / "again" / original.name
    shutil.copyfile(original, copy)
    changed = {"day": writer.calendar.text(day), "path": str(copy.relative_to(writer.out)), "repeats": delivery.path}
    return Delivery(**{**asdict(delivery), **changed})


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def history(*, out: Path, seed: int = SEED, until: date = MONDAY) -> History:
    """Write the constituency, the files of ninety days, the acts and the facts.

    Args:
        out: the folder; made if missing, files of an earlier run are written over.
        seed: another seed gives another background, with the same story.
        until: the last day, a Monday; everything is dated back from it.

    Raises:
        ValueError: `until` is no Monday.
    """
    calendar = Calendar(until)
    people = constituency(seed, until)
    for folder in ("shadowserver/again", "linhai"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    people.write(out / "constituency")
    plot = story(people, until)
    land = ground(people, plot.addresses)
    chance = _chance(land, seed)
    writer = _Writer(out=out, calendar=calendar, seed=seed, exposures=_with_flood(_staged(chance, plot), land, seed))
    deliveries = tuple(_deliveries(writer))
    script = tuple(acts(plot, chance, seed))
    known = facts(plot, [asdict(one) for one in deliveries], script, seed)
    _json(out / "deliveries.json", [asdict(one) for one in deliveries])
    _json(out / "acts.json", [asdict(act) for act in script])
    _json(out / "story.json", known)
    return History(out=out, deliveries=deliveries, acts=script, facts=known)


def _staged(exposures: Mapping[str, pl.DataFrame], plot: Story) -> dict[str, pl.DataFrame]:
    return {name: pl.concat([frame, plot.exposures(name)]) for name, frame in exposures.items()}
