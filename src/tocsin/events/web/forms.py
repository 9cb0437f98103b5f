"""What people fill in about sources and reports."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tocsin.events.queries.quarantine import STATES
from tocsin.events.queries.strangers import By, WhyNobody
from tocsin.events.web.words import BY, COVERAGE_MODES, GATES, RELIABILITY, WHY_NOBODY
from tocsin.events.web.words import STATES as STATE_CHIPS
from tocsin.kernel.tlp import Tlp

#: Bytes of all files of one upload; larger deliveries go by `tocsin ingest`.
MOST_UPLOADED = 256 * 1024 * 1024
_ANY = ("", _("any"))
#: Hours of a year: nothing that sends more rarely has a rhythm.
_MOST_HOURS = 24 * 366


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """One file or several."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file, and all of them together."""
        single = super().clean
        if not data:
            single(data, initial)
        files: list[UploadedFile] = [single(one, initial) for one in data]
        if sum(one.size or 0 for one in files) > MOST_UPLOADED:
            raise ValidationError(
                _("Together these are more than %(most)s MB. Send them in parts, or by `tocsin ingest`.")
                % {"most": MOST_UPLOADED // 2**20}
            )
        return files


class UploadForm(forms.Form):
    """Report files to take in."""

    reports = _Files(
        label=_("Report files"),
        help_text=_("CSV with a header row, plain, as gzip, or many in one zip. The name says type and day."),
        error_messages={"required": _("Choose at least one file."), "empty": _("The file is empty.")},
    )
    source = forms.ChoiceField(
        label=_("Source"), required=False, help_text=_("Decides marking, gate and what silence proves.")
    )
    new_source = forms.CharField(
        label=_("Or a new source"), required=False, max_length=64, help_text=_("Only if it is none of the above.")
    )

    def __init__(self, *args: Any, sources: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("by the format of the file")), *((name, name) for _id, name in sources)]

    @property
    def source_name(self) -> str | None:
        """Name the chosen source; null: by the format."""
        return self.cleaned_data["new_source"].strip() or self.cleaned_data["source"] or None


class SourceForm(forms.Form):
    """What a source means."""

    provider = forms.CharField(label=_("Who provides it"), max_length=200)
    tlp = forms.ChoiceField(
        label=_("Marking of what it sends"), choices=[(step.value, step.label) for step in reversed(Tlp)]
    )
    reliability = forms.ChoiceField(label=_("Reliability"), choices=list(RELIABILITY.items()))
    gate = forms.ChoiceField(
        label=_("New findings"),
        choices=[(mode.value, phrase) for mode, phrase in GATES.items()],
        help_text=_("The stricter of this and the problem's own rule counts."),
    )
    coverage_mode = forms.ChoiceField(
        label=_("What a delivery holds"),
        choices=list(COVERAGE_MODES.items()),
        help_text=_("Decides whether \u201cnot in it\u201d may count as \u201cfixed\u201d."),
    )
    expected_every_h = forms.IntegerField(
        label=_("Hours between deliveries"),
        required=False,
        min_value=1,
        max_value=_MOST_HOURS,
        help_text=_("Longer than this and a quarter, and it counts as silent. Empty: it has no rhythm."),
    )


class MendForm(forms.Form):
    """A row as somebody has mended it."""

    text = forms.CharField(
        label=_("The row"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "translate": "no"}),
        strip=False,
        max_length=200_000,
        help_text=_("Commas between cells, in the order of the header; several records on several lines."),
    )


def _choices(pairs: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [_ANY, *pairs]


class DeliveredForm(forms.Form):
    """Which reports: of a source, a type, some days."""

    source = forms.ChoiceField(label=_("Source"), required=False)
    type = forms.ChoiceField(label=_("Report type"), required=False)
    since = forms.DateField(
        label=_("For days from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, sources: Iterable[tuple[int, str]], types: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "source", [(str(pk), name) for pk, name in sources])
        _offer(self, "type", [(name, name) for name in types])


class ReportFilterForm(DeliveredForm):
    """What the list of reports can be cut down to."""

    quarantine = forms.BooleanField(label=_("Only with rows in quarantine"), required=False)


class QuarantineFilterForm(forms.Form):
    """What quarantine can be cut down to."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[_ANY, *((word, STATE_CHIPS[word].text) for word in STATES)]
    )
    source = forms.ChoiceField(label=_("Source"), required=False)
    type = forms.ChoiceField(label=_("Report type"), required=False)

    def __init__(self, *args: Any, sources: Iterable[tuple[int, str]], types: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "source", [(str(pk), name) for pk, name in sources])
        _offer(self, "type", [(name, name) for name in types])


class StrangerFilterForm(DeliveredForm):
    """What the rows without a constituent can be cut down to, and what they are counted by."""

    by = forms.ChoiceField(
        label=_("Counted by"), required=False, choices=[(by.value, phrase) for by, phrase in BY.items()]
    )
    why = forms.ChoiceField(
        label=_("Why"), required=False, choices=[_ANY, *((why.value, phrase) for why, phrase in WHY_NOBODY.items())]
    )
    asn = forms.IntegerField(label=_("AS number"), required=False, min_value=1, max_value=2**32 - 1)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        error_messages={"invalid": _("Two letters, such as CN.")},
    )

    @property
    def chosen_by(self) -> By:
        """Say what is counted by; AS numbers where nothing was chosen."""
        return By(self.cleaned_data.get("by") or By.ASN)

    @property
    def chosen_why(self) -> WhyNobody | None:
        """Say which reason was chosen."""
        why = self.cleaned_data.get("why")
        return WhyNobody(why) if why else None


class ArchiveForm(forms.Form):
    """Which address to look up, and over which time."""

    address = forms.CharField(label=_("Address"), max_length=64)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _offer(form: forms.Form, name: str, pairs: Sequence[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = _choices(pairs)
