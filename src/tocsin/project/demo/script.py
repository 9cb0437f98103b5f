"""The script of the story as the generator wrote it: files in order of arrival, acts in order of day, facts by name."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file that arrives."""

    #: Name of its source.
    source: str
    path: Path
    report_type: str


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a person does; `bench.province.acts.Act` says what each field means."""

    day: date
    actor: str
    what: str
    organisation: str
    report_type: str
    problem: str
    address: str
    discriminator: str
    port: int | None
    until: date | None
    asset_kind: str
    asset: str
    from_organisation: str
    to_organisation: str
    text: str
    #: The part of the story that it belongs to; empty: background.
    story: str


@dataclass(frozen=True, kw_only=True)
class Script:
    """Everything that the generator says."""

    folder: Path
    #: story.json
    story: Mapping[str, Any]
    arrivals: Mapping[date, Sequence[Arrival]]
    acts: Mapping[date, Sequence[Act]]

    @property
    def days(self) -> Sequence[date]:
        """Give the days of the history, in order; the last is the Monday."""
        first = date.fromisoformat(self.story["first_day"])
        last = date.fromisoformat(self.story["last_day"])
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    @property
    def monday(self) -> date:
        """Give the Monday on which the story stops."""
        return date.fromisoformat(self.story["last_day"])

    @property
    def sources(self) -> Sequence[str]:
        """Name the sources."""
        return [source["name"] for source in self.story["sources"]]

    @property
    def facts(self) -> Mapping[str, Any]:
        """Give the facts by name."""
        facts: Mapping[str, Any] = self.story["facts"]
        return facts

    @property
    def constituency(self) -> dict[str, bytes]:
        """Read the registry's import files, by name."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / "constituency").glob("*.csv"))}

    @classmethod
    def read(cls, folder: Path) -> "Script":
        """Read what `bench.province history --out FOLDER` wrote."""
        story = _json(folder / "story.json")
        names = {source["folder"]: source["name"] for source in story["sources"]}
        arrivals: dict[date, list[Arrival]] = defaultdict(list)
        for one in _json(folder / "deliveries.json"):
            arrivals[date.fromisoformat(one["day"])].append(
                Arrival(source=names[one["source"]], path=folder / one["path"], report_type=one["report_type"])
            )
        acts: dict[date, list[Act]] = defaultdict(list)
        for one in _json(folder / "acts.json"):
            act = _act(one)
            acts[act.day].append(act)
        return cls(folder=folder, story=story, arrivals=arrivals, acts=acts)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _act(said: Mapping[str, Any]) -> Act:
    texts = {name: value or "" for name, value in said.items() if name not in {"day", "until", "port"}}
    until = date.fromisoformat(said["until"]) if said["until"] else None
    return Act(day=date.fromisoformat(said["day"]), until=until, port=said["port"], **texts)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a moment of a day, in UTC: 01:00 is 09:00 in Linjiang."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour, minutes=minute)
