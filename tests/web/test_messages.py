"""Message catalogues: complete Chinese, compiled, and the tool that makes them."""

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tocsin.web import messages


@pytest.mark.parametrize("app", messages.apps())
def test_every_string_has_chinese_and_the_compiled_file_is_fresh(app: str) -> None:
    assert messages.check(app) == []


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a source with one app of one Python string and one template."""
    app = tmp_path / "tower"
    (app / "templates").mkdir(parents=True)
    (app / "rules.py").write_text('from x import gettext_lazy as _\nWORD = _("bell")\n')
    (app / "templates" / "page.html").write_text(
        '{% load i18n %}\n  <p>{% translate "rope" %}</p>\n'
        "{% blocktranslate count n=n %}{{ n }} ring{% plural %}{{ n }} rings{% endblocktranslate %}"
    )
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    return tmp_path


def test_strings_are_found_in_code_and_templates(source: Path) -> None:
    found = {message.id for message in messages.extracted("tower") if message.id}

    assert found == {"bell", "rope", ("%(n)s ring", "%(n)s rings")}


def test_making_again_keeps_translations_and_changes_nothing(source: Path) -> None:
    assert messages.make("tower") == 3
    path = messages.po_path("tower")
    path.write_text(path.read_text().replace('msgid "bell"\nmsgstr ""', 'msgid "bell"\nmsgstr "钟"'))
    assert messages.make("tower") == 2
    before = path.read_bytes()

    messages.make("tower")

    assert path.read_bytes() == before
    assert "钟" in before.decode()


def test_a_string_gone_from_the_source_goes_from_the_catalogue(source: Path) -> None:
    messages.make("tower")
    (source / "tower" / "rules.py").write_text("")

    messages.make("tower")

    assert "bell" not in messages.po_path("tower").read_text()


def test_check_names_what_is_missing_and_what_is_stale(source: Path) -> None:
    messages.make("tower")

    faults = messages.check("tower")

    assert len(faults) == 4
    assert "'bell' has no Chinese" in "\n".join(faults)
    assert "older than the .po" in faults[-1]


def test_check_refuses_a_translation_with_other_places(source: Path) -> None:
    messages.make("tower")
    path = messages.po_path("tower")
    path.write_text(
        path.read_text()
        .replace('msgstr[0] ""', 'msgstr[0] "响 %(number)s 次"')
        .replace('msgstr ""\n\n', 'msgstr "钟"\n\n')
    )

    faults = messages.lacking("tower")

    assert any("%(n)s ring" in fault for fault in faults)


def test_what_is_compiled_is_what_gettext_reads(source: Path) -> None:
    messages.make("tower")
    path = messages.po_path("tower")
    path.write_text(path.read_text().replace('msgid "bell"\nmsgstr ""', 'msgid "bell"\nmsgstr "钟"'))

    messages.compile_app("tower")

    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("bell") == "钟"


def test_the_catalogue_has_no_times_and_no_lines(source: Path) -> None:
    text = messages.po_bytes(messages.extracted("tower")).decode()

    assert "Date" not in text
    assert "rules.py:" not in text
    assert isinstance(messages.stored("tower"), Catalog)
