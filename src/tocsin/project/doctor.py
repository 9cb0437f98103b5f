"""Runs `tocsin doctor`: each check says what it found, and what to do about it."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module

from tocsin.project import databases, env
from tocsin.project.embedded import ClusterError

DONE, FAILED = 0, 1


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found."""

    check: str
    ok: bool
    found: str
    #: Empty where all is well.
    way_out: str = ""


def run(arguments: argparse.Namespace) -> int:
    """Check everything that can be reached. Returns 1 when something is at fault."""
    findings = _findings()
    well = all(finding.ok for finding in findings)
    if arguments.json:
        print(json.dumps({"ok": well, "checks": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{'ok   ' if finding.ok else 'FAULT'}  {finding.check}: {finding.found}")
            if finding.way_out:
                print(f"       {finding.way_out}")
        faults = sum(not finding.ok for finding in findings)
        print("All is well." if well else f"{faults} of {len(findings)} checks found a fault.")
    return DONE if well else FAILED


def _findings() -> Sequence[Finding]:
    environment = env.read(os.environ)
    os.environ.setdefault("TOCSIN_PROCESS", "command")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.project.settings"
    try:
        databases.start(home=environment.home, database_url=environment.database_url)
    except ClusterError as error:
        return (
            Finding(check="database", ok=False, found=str(error), way_out="Without it nothing else can be checked."),
        )
    found: Sequence[Finding] = import_module("tocsin.project.checks").all_checks()
    return found
