"""`tocsin registry`: files in, files out, and exit codes that a script can rely on."""

import argparse
import json
from pathlib import Path

import pytest

from tests.registry.test_import_service import FILES
from tocsin.access.scope import acting
from tocsin.kernel.actor import system
from tocsin.project.commands.registry import COMMAND
from tocsin.project.registry_files import NoFiles, run
from tocsin.registry.models import Asset, Organisation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "constituency"
    target.mkdir()
    for name, content in FILES.items():
        (target / name).write_bytes(content)
    return target


def call(*words: object) -> int:
    parser = argparse.ArgumentParser()
    COMMAND.arguments(parser)
    return run(parser.parse_args([str(word) for word in words]))


def count() -> int:
    with acting(system("test")):
        return Organisation.objects.count()


def test_a_folder_goes_in_and_the_same_again_changes_nothing(
    database: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("import", folder) == 0
    assert "11 rows changed" in capsys.readouterr().out

    assert call("import", folder) == 0
    assert "Nothing to change" in capsys.readouterr().out
    assert count() == 2


def test_a_dry_run_names_what_would_change_and_changes_nothing(
    database: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("import", folder)
    (folder / "assets.csv").write_bytes(FILES["assets.csv"].replace(b"claimed", b"proven"))
    capsys.readouterr()

    assert call("import", folder, "--dry-run") == 0

    written = capsys.readouterr().out
    assert "assets h2 domain h2.example: state: 'claimed' -> 'proven'" in written
    assert "1 rows would change" in written
    with acting(system("test")):
        assert Asset.objects.get(value="h2.example").state == "claimed"


def test_bad_rows_are_all_printed_and_refuse_everything(
    database: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "assets.csv").write_bytes(FILES["assets.csv"] + b"h1,,com,,,,\nh9,,h9.example,,,,\n")

    assert call("import", folder) == 2

    written = capsys.readouterr().out
    assert "assets.csv, line 5, value: 'com': " in written
    assert "assets.csv, line 6, organisation: 'h9': " in written
    assert "Refused: 2 bad rows" in written
    assert count() == 0


def test_json_is_one_object_with_the_bad_rows(database: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "assets.csv").write_bytes(FILES["assets.csv"] + b"h1,,com,,,,\n")

    assert call("import", folder, "--json") == 2

    told = json.loads(capsys.readouterr().out)
    assert told["applied"] is False
    assert told["tables"]["organisations"]["added"] == 2
    assert [(row["file"], row["line"], row["column"], row["value"]) for row in told["bad"]] == [
        ("assets.csv", 5, "value", "com")
    ]


@pytest.mark.parametrize("name", ["all.zip", "all.xlsx", "all"])
def test_what_it_exports_it_imports_without_a_change(
    database: str, folder: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call("import", folder)

    assert call("export", tmp_path / name, "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["tables"]["assets"] == 3
    assert call("import", tmp_path / name, "--json") == 0
    assert json.loads(capsys.readouterr().out)["changes"] == 0


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoFiles, match=r"nowhere\.csv cannot be read: No such file"):
        call("import", tmp_path / "nowhere.csv")


def test_a_folder_without_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoFiles, match="has no CSV file, workbook or zip"):
        call("import", tmp_path)


def test_a_folder_with_tables_and_the_same_as_a_workbook_is_read_once(
    database: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "constituency.xlsx").write_bytes(b"not read")

    assert call("import", folder) == 0
