"""What the documents at the root promise is there, and what is there is named in them."""

import configparser
import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, REPOSITORY

ROOT = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"]
LAYERS = {"web", "api", "tasks", "services", "queries", "models", "permissions", "rules", "errors"}


def packages() -> list[str]:
    return sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())


def dead_links(text: str, folder: Path) -> list[str]:
    """Find Markdown links and images to files that are not there."""
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    return [target for target in targets if not re.match(r"[a-z]+:", target) and not (folder / target).exists()]


def unnamed(names: list[str], text: str) -> list[str]:
    return [name for name in names if not re.search(rf"(?<![\w/]){re.escape(name)}/", text)]


def test_the_rules_find_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "here.md").write_text("")

    assert dead_links("[a](here.md#part) [b](gone.md) ![c](https://x.example/)", tmp_path) == ["gone.md"]
    assert unnamed(["events", "audit"], "`events/` holds; preaudit/ not") == ["audit"]


@pytest.mark.parametrize("name", ROOT)
def test_the_document_is_there_and_its_links_lead_somewhere(name: str) -> None:
    text = (REPOSITORY / name).read_text()

    assert text.strip()
    assert dead_links(text, REPOSITORY) == []


def test_the_architecture_names_every_package() -> None:
    assert unnamed(packages(), (REPOSITORY / "ARCHITECTURE.md").read_text()) == []


def test_the_readme_names_the_two_commands() -> None:
    text = (REPOSITORY / "README.md").read_text()

    assert [name for name in ("script/demo", "script/test") if name not in text] == []


def test_every_recipe_of_the_justfile_runs_something_that_is_there() -> None:
    text = (REPOSITORY / "justfile").read_text()
    programs = re.findall(r"(?:^|\s)((?:script|bench|\.ci)/[\w-]+)", text)

    assert programs
    assert [program for program in programs if not (REPOSITORY / program).exists()] == []


def test_the_import_contract_covers_every_app() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(REPOSITORY / ".importlinter")
    covered = set(contracts["importlinter:contract:inside"]["containers"].split())
    apps = {
        f"tocsin.{name}"
        for name in packages()
        if len(LAYERS & {path.stem for path in (PACKAGE / name).iterdir()}) > 1 and name not in {"project", "kernel"}
    }

    assert sorted(apps - covered) == []
