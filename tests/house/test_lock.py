"""What we stand on: named with a lowest version, locked for uv and pip alike, and under licences we may import."""

from importlib import metadata

import pytest

from tests.house import lock
from tests.house.lock import Pinned
from tests.house.source import REPOSITORY

HASH = "sha256:" + "0" * 64

LOCK = {
    "package": [
        {
            "name": "tocsin",
            "version": "0",
            "dependencies": [{"name": "a", "extra": ["x"]}],
            "dev-dependencies": {"dev": [{"name": "d"}]},
        },
        {
            "name": "a",
            "version": "1",
            "dependencies": [{"name": "b", "marker": "sys_platform == 'win32'"}],
            "optional-dependencies": {"x": [{"name": "c"}], "y": [{"name": "unused"}]},
            "wheels": [{"hash": HASH}],
        },
        *({"name": name, "version": "2"} for name in ("b", "c", "d", "unused")),
        {"name": "b", "version": "3"},
    ]
}


def test_the_closure_follows_extras_and_forks() -> None:
    found = lock.closure(LOCK, dev=False)

    assert sorted(found) == ["a", "b", "c"]
    assert found["a"] == Pinned({"1"}, {HASH})
    assert found["b"].versions == {"2", "3"}
    assert sorted(lock.closure(LOCK, dev=True)) == ["a", "b", "c", "d"]


def test_a_requirement_file_is_read_with_its_hashes() -> None:
    text = f"# made\na==1 ; python_version < '3.12' \\\n    --hash={HASH}\na==2\n"

    assert lock.requirements(text) == {"a": Pinned({"1", "2"}, {HASH})}


@pytest.mark.parametrize(("name", "dev"), [("requirements.txt", False), ("requirements-dev.txt", True)])
def test_pip_gets_what_uv_gets(name: str, dev: bool) -> None:
    locked = lock.closure(lock.read_toml("uv.lock"), dev=dev)
    listed = lock.requirements((REPOSITORY / "script" / name).read_text())

    assert len(locked) > 20
    assert sorted(listed) == sorted(locked), "run script/lock"
    assert [key for key in locked if listed[key] != locked[key]] == [], "run script/lock"


def test_a_need_without_a_lowest_version_is_found() -> None:
    assert lock.unbounded(["django>=5", "x", "y<2; python_version>='3'", "z==1"]) == ["x", "y<2; python_version>='3'"]


def test_every_need_names_its_lowest_version() -> None:
    project = lock.read_toml("pyproject.toml")
    groups = [need for group in project["dependency-groups"].values() for need in group]

    assert lock.unbounded([*project["project"]["dependencies"], *groups]) == []


@pytest.mark.parametrize(
    ("expression", "text", "classifiers", "forbidden"),
    [
        ("AGPL-3.0-only", "", [], True),
        ("GPL-2.0-or-later", "", [], True),
        ("MIT AND GPL-3.0-only", "", [], True),
        ("GPL-2.0-only OR MIT", "", [], False),
        ("LGPL-3.0-only", "", [], False),
        ("MIT", "GPL", [], False),
        ("", "GPLv3", [], True),
        ("", "GNU Lesser General Public License v3 (LGPLv3)", [], False),
        ("", "", ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], True),
        ("", "", ["License :: OSI Approved :: GNU Affero General Public License v3"], True),
        ("", "", ["License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)"], False),
        ("", "", ["License :: OSI Approved :: Apache Software License"], False),
        (
            "",
            "",
            ["License :: OSI Approved :: MIT License", "License :: OSI Approved :: GNU General Public License (GPL)"],
            False,
        ),
    ],
)
def test_licences_are_told_apart(expression: str, text: str, classifiers: list[str], forbidden: bool) -> None:
    assert lock.forbidden_licence(expression=expression, text=text, classifiers=classifiers) is forbidden


def test_nothing_we_import_at_run_time_is_gpl_or_agpl() -> None:
    names = lock.closure(lock.read_toml("uv.lock"), dev=False)
    installed = {
        found.metadata["Name"].lower().replace("_", "-").replace(".", "-") for found in metadata.distributions()
    }
    licences = {name: lock.licence_of(name) for name in names if name in installed}

    assert len(licences) > 20
    assert [name for name, licence in licences.items() if lock.forbidden_licence(**licence)] == []
    assert [name for name, licence in licences.items() if not any(licence.values())] == []
