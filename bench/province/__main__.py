"""`python -m bench.province constituency|history|bulk --out DIR`: write the files, print the facts as JSON."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from bench.province.bulk import bulk
from bench.province.bulk_constituency import bulk_constituency
from bench.province.constituency import constituency
from bench.province.days import MONDAY
from bench.province.history import history
from bench.province.streams import SEED


def _constituency(options: argparse.Namespace) -> dict[str, object]:
    people = constituency(options.seed, options.until)
    people.write(options.out)
    counts = {name: len(getattr(people, name)) for name in ("organisations", "contacts", "assets")}
    return {"out": str(options.out), **counts}


def _history(options: argparse.Namespace) -> dict[str, object]:
    written = history(out=options.out, seed=options.seed, until=options.until)
    return {"out": str(options.out), "counts": written.facts["counts"], "monday": written.facts["monday"]}


def _bulk(options: argparse.Namespace) -> dict[str, object]:
    sizes = {name: getattr(options, name) for name in ("prefixes", "domains", "organisations", "seed")}
    bulk_constituency(**sizes).write(options.out / "constituency")
    folder = options.out / f"day-{options.day}"
    shares = {"share_inside": options.share_inside, "known_share": options.known_share}
    reports = bulk(rows=options.rows, out=folder, day=options.day, **shares, **sizes)
    return {
        "constituency": str(options.out / "constituency"),
        "reports": str(folder),
        "files": len(reports.files),
        "rows": reports.rows,
        "inside": reports.inside,
        "known": reports.known,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.province", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    people = commands.add_parser("constituency", help="the registry's import files")
    people.set_defaults(run=_constituency)
    days = commands.add_parser("history", help="the constituency, ninety days of reports, acts.json and story.json")
    days.set_defaults(run=_history)
    for command in (people, days):
        command.add_argument("--until", type=date.fromisoformat, default=MONDAY, help="the last day, a Monday")
    large = commands.add_parser("bulk", help="a large constituency and one day of many rows, for benches")
    large.add_argument("--rows", type=int, default=1_000_000)
    large.add_argument("--day", type=int, default=1, help="day 2 repeats most of day 1, with new times")
    large.add_argument("--prefixes", type=int, default=50_000)
    large.add_argument("--domains", type=int, default=50_000)
    large.add_argument("--organisations", type=int, default=10_000)
    large.add_argument("--share-inside", type=float, default=0.7)
    large.add_argument("--known-share", type=float, default=0.95)
    large.set_defaults(run=_bulk)
    for command in (people, days, large):
        command.add_argument("--out", type=Path, required=True, metavar="DIR")
        command.add_argument("--seed", type=int, default=SEED)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when its files are written, 2 when what was asked for is impossible."""
    options = _parser().parse_args(arguments)
    try:
        facts = options.run(options)
    except (ValueError, OSError) as error:
        print(f"bench.province {options.command}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(facts, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
