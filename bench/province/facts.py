"""The manifest: what is true of the files, by name, so that the demo can test that its product found it."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from bench.province import cast, oddities
from bench.province import story as plot
from bench.province.acts import Act
from bench.province.constituency import Constituency
from bench.province.days import DAYS, LAST, Calendar
from bench.province.details import NEVER_KEPT
from bench.province.reports import WINDOW_S
from bench.province.story import Story, seen_facts
from bench.province.volumes import (
    CENSUS,
    CENSUS_DAYS,
    CITY_DESK,
    CITY_DESK_LAST_DAY,
    FAULT_DAY,
    FAULT_TYPE,
    FLOOD_TYPE,
    NEWTHING,
)

#: A file as in deliveries.json.
Entry = Mapping[str, Any]


def facts(story: Story, deliveries: Sequence[Entry], acts: Sequence[Act], seed: int) -> dict[str, object]:
    """Return the manifest; every date is a day of the history, every count comes from the files as written."""
    calendar = Calendar(story.until)
    return {
        "seed": seed,
        "province": {"name_en": "Linjiang Province", "name_zh": "临江省", "zone": "Asia/Shanghai"},
        "first_day": calendar.text(0),
        "last_day": calendar.text(LAST),
        "times": {"rows_utc": ["00:00:00", f"00:{WINDOW_S // 60 - 1}:59"], "arrives_utc": "01:00:00"},
        "sources": _sources(calendar),
        "counts": _counts(story.constituency, deliveries, acts),
        "monday": _monday(calendar, deliveries),
        "facts": {
            **_hospital(story, calendar),
            **_university(story, calendar),
            **_owners(story, calendar),
            **_attribution(story, calendar),
            **_answers(story, calendar),
            **_files(calendar, deliveries),
        },
        "never_kept": list(NEVER_KEPT),
    }


def _sources(calendar: Calendar) -> list[dict[str, object]]:
    return [
        {
            "name": "Shadowserver",
            "folder": "shadowserver",
            "format": "shadowserver",
            "last_delivery": calendar.text(LAST),
            "silent_from": None,
        },
        {
            "name": "City desk, Linhai",
            "folder": "linhai",
            "format": "shadowserver",
            "last_delivery": calendar.text(CITY_DESK_LAST_DAY),
            "silent_from": calendar.text(CITY_DESK_LAST_DAY + 1),
            "report_type": CITY_DESK.report_type,
            "problem": CITY_DESK.problem,
        },
    ]


def _counts(people: Constituency, deliveries: Sequence[Entry], acts: Sequence[Act]) -> dict[str, int]:
    first = [one for one in deliveries if not one["repeats"]]
    return {
        "organisations": len(people.organisations),
        "contacts": len(people.contacts),
        "assets": len(people.assets),
        "days": DAYS,
        "files": len(deliveries),
        "rows": sum(one["rows"] for one in first),
        "broken": sum(one["broken"] for one in first),
        "ragged": sum(len(one["ragged"] or {}) for one in first),
        "without_constituent": sum(one["rows"] - one["broken"] - one["owned"] for one in first),
        "acts": len(acts),
    }


def _monday(calendar: Calendar, deliveries: Sequence[Entry]) -> dict[str, object]:
    today = [one for one in deliveries if one["day"] == calendar.text(LAST)]
    window = {calendar.text(day) for day in range(LAST - 28, LAST)}
    usual = median(one["rows"] for one in deliveries if one["report_type"] == FLOOD_TYPE and one["day"] in window)
    flood = next(one for one in today if one["report_type"] == FLOOD_TYPE)
    strange = next(one for one in today if one["report_type"] == NEWTHING.report_type)
    return {
        "day": calendar.text(LAST),
        "files": len(today),
        "rows": sum(one["rows"] for one in today),
        "without_constituent": sum(one["rows"] - one["owned"] for one in today),
        "flood": {
            "report_type": FLOOD_TYPE,
            "path": flood["path"],
            "rows": flood["rows"],
            "median_28_days": usual,
            "times": flood["rows"] / usual,
        },
        "unknown_type": {"report_type": NEWTHING.report_type, "path": strange["path"], "rows": strange["rows"]},
        "silent_source": "City desk, Linhai",
    }


def _named(story: Story, code: str) -> dict[str, object]:
    one = story.constituency.organisation(code)
    return {"organisation": code, "name_en": one.name_en, "name_zh": one.name_zh}


def _hospital(story: Story, calendar: Calendar) -> dict[str, object]:
    scenes = [story.scene(f"hospital {address}") for address in plot.HOSPITAL_ADDRESSES]
    first, second = plot.HOSPITAL_CLAIMS
    return {
        "hospital": {
            **seen_facts(scenes[0], calendar),
            **_named(story, cast.HOSPITAL),
            "addresses": list(plot.HOSPITAL_ADDRESSES),
            "claims_fixed": [calendar.text(first), calendar.text(second)],
            "still_seen_after_first_claim": [calendar.text(day) for day in range(first + 1, plot.HOSPITAL_GONE)],
            "ends": "verified",
        },
        "misleading_name": {
            "address": scenes[0].address,
            "hostname": plot.MISLEADING_NAME,
            "organisation": cast.HOSPITAL,
            "not": cast.WATER,
            "not_name_en": story.constituency.organisation(cast.WATER).name_en,
        },
    }


def _university(story: Story, calendar: Calendar) -> dict[str, object]:
    families = {}
    for family in plot.FAMILY_DAYS:
        families[family] = seen_facts(story.scene(f"university {family}"), calendar)
    return {"university": {**_named(story, cast.UNIVERSITY), "families": families, "ends": "quiet", "never": "fixed"}}


def _owners(story: Story, calendar: Calendar) -> dict[str, object]:
    moved = calendar.text(cast.MOVED_ON)
    return {
        "wrong_owner": {
            **seen_facts(story.scene("wrong owner"), calendar),
            "prefix": cast.WRONG_PREFIX,
            "from": cast.WRONG_OWNER,
            "to": cast.RIGHT_OWNER,
            "not_ours": calendar.text(plot.WRONG_REFUSED),
            "corrected": calendar.text(plot.WRONG_CORRECTED),
            "ends": "handed_over",
            "then_ends": "verified",
        },
        "moved": {
            **seen_facts(story.scene("moved"), calendar),
            "prefix": cast.MOVED_PREFIX,
            "from": cast.OLD_TENANT,
            "to": cast.NEW_TENANT,
            "moved": moved,
            "ends": "handed_over",
        },
        "relapse": {
            **seen_facts(story.scene("relapse"), calendar),
            **_named(story, cast.RELAPSING),
            "back": calendar.text(plot.RELAPSE_BACK),
            "in_work": calendar.text(plot.RELAPSE_IN_WORK[0]),
            "in_work_until": calendar.text(plot.RELAPSE_IN_WORK[1]),
        },
    }


def _attribution(story: Story, calendar: Calendar) -> dict[str, object]:
    hosted = story.scene("hosted school")
    return {
        "shared_hosting": {
            **seen_facts(hosted, calendar),
            **_named(story, cast.HOSTED_SCHOOL),
            "host": hosted.host,
            "url": f"http://{hosted.host}{hosted.path}",
            "address_owner": cast.UNIVERSITY,
            "attributed_by": "domain",
        },
        "claimed": {
            **seen_facts(story.scene("claimed"), calendar),
            "prefix": cast.CLAIMED_PREFIX,
            "claimed_by": cast.CLAIMANT,
        },
        "by_asn": {
            **seen_facts(story.scene("grid"), calendar),
            "asn": cast.OWN_ASNS[cast.POWER_GRID],
            "attributed_by": "asn",
        },
    }


def _answers(story: Story, calendar: Calendar) -> dict[str, object]:
    return {
        "silent_office": {
            **seen_facts(story.scene("silent office"), calendar),
            **_named(story, cast.SILENT_OFFICE),
            "sibling": cast.SIBLING,
        },
        "sibling": {**seen_facts(story.scene("sibling"), calendar), **_named(story, cast.SIBLING)},
        "confirmed": {
            **seen_facts(story.scene("confirmed"), calendar),
            "family": story.scene("confirmed").family,
            "claims_fixed": calendar.text(plot.CONFIRMED_ANSWER),
            "confirmed": calendar.text(plot.CONFIRMED_DAY),
            "ends": "confirmed",
        },
        "dispute": {**seen_facts(story.scene("dispute"), calendar), "disputed": calendar.text(plot.DISPUTE_DAY)},
    }


def _files(calendar: Calendar, deliveries: Sequence[Entry]) -> dict[str, object]:
    by_place = {(one["day"], one["report_type"]): one for one in deliveries if not one["repeats"]}

    def entry(place: tuple[int, str]) -> Entry:
        return by_place[calendar.text(place[0]), place[1]]

    fault = entry((FAULT_DAY, FAULT_TYPE))
    ragged, broken = entry(oddities.RAGGED), entry(oddities.BROKEN)
    again = next(one for one in deliveries if one["repeats"])
    return {
        "ragged": {"path": ragged["path"], "lines": {str(line): cells for line, cells in ragged["ragged"].items()}},
        "broken": {"path": broken["path"], "line": broken["broken_line"], "rows": broken["rows"], "quarantined": 1},
        "header_only": {"path": entry(oddities.HEADER_ONLY)["path"], "rows": 0},
        "twice": {
            "path": again["repeats"],
            "again": again["path"],
            "first": calendar.text(oddities.TWICE[0]),
            "second": again["day"],
        },
        "scanner_fault": {"path": fault["path"], "day": fault["day"], "rows": fault["rows"], "dropped": True},
        "census": {
            "report_type": CENSUS.report_type,
            "days": [calendar.text(day) for day in CENSUS_DAYS],
        },
    }
