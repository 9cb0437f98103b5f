"""Reads what uv.lock, pyproject.toml and the requirement files say, and the licences of what is installed."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from tests.house.source import REPOSITORY

PROJECT = "tocsin"
#: Licences under which a library may not be imported here; the Lesser GPL may.
FORBIDDEN = re.compile(r"\b(AGPL|GPL)|(?<!Lesser )(?<!Library )(General Public License)", re.IGNORECASE)
PERMITTED_NAMES = re.compile(
    r"\bLGPL\S*|\bLesser General Public License|\bLibrary General Public License", re.IGNORECASE
)


@dataclass
class Pinned:
    """One name of a lock with every version that some Python gets (they may differ) and the hashes of their files."""

    versions: set[str] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / name).read_text())


def closure(lock: Mapping[str, Any], *, dev: bool) -> dict[str, Pinned]:
    """Walk from the project to everything that it needs, extras included, whatever the platform."""
    packages: dict[str, list[dict[str, Any]]] = {}
    for package in lock["package"]:
        packages.setdefault(package["name"], []).append(package)
    root = packages[PROJECT][0]
    waiting = list(root.get("dependencies", []))
    if dev:
        waiting += [need for group in root.get("dev-dependencies", {}).values() for need in group]
    seen: set[tuple[str, str]] = set()
    found: dict[str, Pinned] = {}
    while waiting:
        need = waiting.pop()
        for extra in ("", *need.get("extra", [])):
            if (need["name"], extra) in seen:
                continue
            seen.add((need["name"], extra))
            for package in packages[need["name"]]:
                pinned = found.setdefault(package["name"], Pinned())
                pinned.versions.add(package["version"])
                files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
                pinned.hashes |= {file["hash"] for file in files}
                waiting += (
                    package.get("optional-dependencies", {}).get(extra, [])
                    if extra
                    else package.get("dependencies", [])
                )
    return found


def requirements(text: str) -> dict[str, Pinned]:
    """Read a requirement file with hashes."""
    found: dict[str, Pinned] = {}
    pinned = Pinned()
    for line in text.splitlines():
        if match := re.match(r"([a-z0-9][a-z0-9-]*)==(\S+)", line):
            pinned = found.setdefault(match[1], Pinned())
            pinned.versions.add(match[2])
        pinned.hashes |= set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line))
    return found


def unbounded(needs: Iterable[str]) -> list[str]:
    """Give the requirements that name no lowest version."""
    return [need for need in needs if not re.search(r">=|==|~=", need.split(";")[0])]


def forbidden_licence(*, expression: str, text: str, classifiers: Iterable[str]) -> bool:
    """Tell whether a distribution can be had under no other licence than the (A)GPL."""
    stated = expression or "; ".join(name for name in classifiers if name.startswith("License ::")) or text[:200]
    choices = re.split(r"\bOR\b|;", stated) if expression or "OSI Approved" in stated else [stated]
    relevant = [choice for choice in choices if choice.strip(" ()") not in {"", "License :: OSI Approved"}]
    return bool(relevant) and all(FORBIDDEN.search(PERMITTED_NAMES.sub("", choice)) for choice in relevant)


def licence_of(name: str) -> dict[str, Any]:
    found = metadata.metadata(name)
    return {
        "expression": "".join(found.get_all("License-Expression") or []),
        "text": "".join(found.get_all("License") or []),
        "classifiers": found.get_all("Classifier") or [],
    }
