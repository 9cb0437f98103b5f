"""What the code declares, the reference pages list."""

import re

import pytest

from tests.house.source import REPOSITORY
from tocsin.access.permissions import grants
from tocsin.project.documents import pages
from tocsin.project.env import VARIABLES

PAGES = pages()


@pytest.mark.parametrize("path", PAGES)
def test_the_page_says_what_the_code_does(path: str) -> None:
    assert (REPOSITORY / path).read_text() == PAGES[path], "run script/reference"


def test_every_setting_and_permission_has_its_line() -> None:
    settings, permissions = PAGES["docs/reference/settings.md"], PAGES["docs/reference/permissions.md"]

    assert re.findall(r"^\| `(\w+)` \|", settings, re.MULTILINE) == [variable.name for variable in VARIABLES]
    assert len(re.findall(r"^\| `[\w.]+` \|", permissions, re.MULTILINE)) == len(grants())
