"""What people fill in about the constituency."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.kernel.errors import DomainError
from tocsin.kernel.words import Language
from tocsin.registry.queries.places import Node, Places
from tocsin.registry.rules import TIERS, AssetKind, AssetState, ContactRole
from tocsin.registry.services import ContactFacts, OrganisationFacts
from tocsin.registry.tables import LENGTHS, read_moment
from tocsin.registry.web.words import FIELDS, KINDS, LANGUAGES, ROLES, STATES
from tocsin.web.phrases import Phrase

#: Bytes of one upload that a page takes; more goes by `tocsin registry import`.
MOST_UPLOADED = 64 * 1024 * 1024

Choices = list[tuple[str, Phrase]]


class MomentField(forms.CharField):
    """A day (its first moment) or a time, in the zone of the instance; empty is null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Read it."""
        text = super().clean(value)
        if not text:
            return None
        moment = read_moment(text, _zone())
        if moment is None:
            raise ValidationError(_("Write it as 2026-03-01 or 2026-03-01 08:00."))
        return moment

    def prepare_value(self, value: Any) -> Any:
        """Write it as it is read."""
        if not isinstance(value, datetime):
            return value
        local = value.astimezone(_zone())
        return local.strftime("%Y-%m-%d") if local.time() == time(0) else local.replace(tzinfo=None).isoformat(sep=" ")


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_default_timezone_name())


def _choices(words: Iterable[tuple[str, Phrase]], empty: Phrase | None = None) -> Choices:
    return [*([("", empty)] if empty is not None else []), *((str(word), phrase) for word, phrase in words)]


def place_choices(nodes: Sequence[Node], language: str, empty: Phrase | None = None) -> Choices:
    """Give a tree as choices, each level further in."""
    return _choices(((node.code, "\u2003" * node.depth + node.name(language)) for node in nodes), empty)


class OrganisationFilterForm(forms.Form):
    """What the list is cut down to."""

    q = forms.CharField(
        label=_("Name, code, or what it owns"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    sector = forms.ChoiceField(label=FIELDS["sector"], required=False)
    region = forms.ChoiceField(label=FIELDS["region"], required=False)
    tier = forms.ChoiceField(
        label=FIELDS["tier"], required=False, choices=_choices(((str(tier), str(tier)) for tier in TIERS), _("any"))
    )
    critical = forms.ChoiceField(
        label=FIELDS["critical"], required=False, choices=[("", _("any")), ("yes", _("yes")), ("no", _("no"))]
    )

    def set_places(self, places: Places, language: str) -> None:
        """Offer what there is; the choices come with the list itself, so that both take one reading."""
        for name, nodes in (("sector", places.sectors), ("region", places.regions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = place_choices(nodes, language, _("any"))


class OrganisationForm(forms.Form):
    """The facts of an organisation; its code is asked for once."""

    code = forms.CharField(
        label=FIELDS["code"],
        max_length=LENGTHS["code"],
        help_text=_("Letters, digits, '.', '_', '-'. It stays for ever."),
    )
    name_en = forms.CharField(label=FIELDS["name_en"], max_length=LENGTHS["name_en"], required=False)
    name_zh = forms.CharField(label=FIELDS["name_zh"], max_length=LENGTHS["name_zh"], required=False)
    sector = forms.ChoiceField(label=FIELDS["sector"])
    region = forms.ChoiceField(label=FIELDS["region"])
    tier = forms.TypedChoiceField(
        label=FIELDS["tier"],
        coerce=int,
        choices=_choices((str(tier), str(tier)) for tier in TIERS),
        help_text=_("1 is the most important; with severity it sets the deadline."),
    )
    critical = forms.BooleanField(label=FIELDS["critical"], required=False)
    coordinator = forms.ChoiceField(label=FIELDS["coordinator"])
    sector_coordinator = forms.ChoiceField(label=FIELDS["sector_coordinator"], required=False)
    language = forms.ChoiceField(label=FIELDS["language"], choices=_choices(LANGUAGES.items()))

    def __init__(self, *args: Any, places: Places, shown_in: str, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]
        for name, nodes, empty in (
            ("sector", places.sectors, None),
            ("region", places.regions, None),
            ("coordinator", places.coordinators, None),
            ("sector_coordinator", places.coordinators, _("none")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = place_choices(nodes, shown_in, empty)

    def facts(self) -> OrganisationFacts:
        """Give what was filled in."""
        given = self.cleaned_data
        return OrganisationFacts(
            name_en=given["name_en"],
            name_zh=given["name_zh"],
            sector=given["sector"],
            region=given["region"],
            tier=given["tier"],
            critical=given["critical"],
            coordinator=given["coordinator"],
            sector_coordinator=given["sector_coordinator"] or None,
            language=Language(given["language"]),
        )


class ContactForm(forms.Form):
    """Whom to write to."""

    role = forms.ChoiceField(label=FIELDS["role"], choices=_choices(ROLES.items()))
    name = forms.CharField(
        label=FIELDS["name"], max_length=LENGTHS["name"], required=False, help_text=_("Of a person, better of a desk.")
    )
    email = forms.CharField(
        label=FIELDS["email"], max_length=LENGTHS["email"], widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(label=FIELDS["phone"], max_length=LENGTHS["phone"], required=False)
    language = forms.ChoiceField(label=FIELDS["language"], choices=_choices(LANGUAGES.items()))

    def facts(self) -> ContactFacts:
        """Give what was filled in."""
        given = self.cleaned_data
        return ContactFacts(
            role=ContactRole(given["role"]),
            name=given["name"],
            email=given["email"],
            phone=given["phone"],
            language=Language(given["language"]),
        )


_DAY_HELP = _("A day as 2026-03-01, or a time as 2026-03-01 08:00.")


class AssetForm(forms.Form):
    """Something an organisation owns; what it is, is asked for once."""

    value = forms.CharField(
        label=FIELDS["value"],
        max_length=LENGTHS["value"],
        help_text=_("198.51.100.0/24, 2001:db8::/32, AS64500, example.org, www.example.org or a URL."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=FIELDS["kind"],
        required=False,
        choices=_choices(KINDS.items(), _("find out from the asset")),
        help_text=_("A domain holds all names below it, a host is that name alone."),
    )
    state = forms.ChoiceField(
        label=FIELDS["state"],
        choices=_choices(STATES.items()),
        initial=AssetState.ENTERED,
        help_text=_("Only proven assets and those that the desk entered get reports."),
    )
    valid_from = MomentField(label=FIELDS["valid_from"], required=False, help_text=_DAY_HELP)
    valid_until = MomentField(
        label=FIELDS["valid_until"], required=False, help_text=_("The first day that it is no longer theirs.")
    )
    note = forms.CharField(label=FIELDS["note"], max_length=LENGTHS["note"], required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["value"], self.fields["kind"]

    def chosen_kind(self) -> AssetKind | None:
        """Give the kind that was chosen; null: find out."""
        chosen = self.cleaned_data["kind"]
        return AssetKind(chosen) if chosen else None


class EndForm(forms.Form):
    """From when an asset is no longer its owner's."""

    at = MomentField(label=_("No longer theirs from"), help_text=_DAY_HELP)
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)


class MoveForm(forms.Form):
    """To whom an asset goes, from when and why."""

    organisation = forms.CharField(label=_("Code of the new owner"), max_length=LENGTHS["code"])
    at = MomentField(label=_("Theirs from"), required=False, help_text=_DAY_HELP)
    always = forms.BooleanField(label=_("It was always theirs; the entry was a mistake"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=500)

    def clean(self) -> dict[str, Any]:
        """Want a moment, or that it was always so, and not both."""
        given = super().clean() or {}
        if "at" in given and (given["at"] is None) != given.get("always", False):
            raise ValidationError({"at": _("Give the day from which it is theirs, or tick that it always was.")})
        return given


class ManyFiles(forms.ClearableFileInput):
    """Take several files at once."""

    allow_multiple_selected = True


class UploadField(forms.FileField):
    """Several files of one import."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file, and all together."""
        check: Callable[[Any, Any], Any] = super().clean
        files = [check(one, initial) for one in (data if isinstance(data, list | tuple) and data else [None])]
        sizes = [one.size or 0 for one in files if isinstance(one, UploadedFile)]
        if sum(sizes) > MOST_UPLOADED:
            raise ValidationError(_("This is too much for a page; use the command tocsin registry import."))
        return files


class UploadForm(forms.Form):
    """The files of an import."""

    uploads = UploadField(
        label=_("Files"),
        help_text=_("CSV files, a workbook (.xlsx, .ods) or a zip of these. Several may be chosen at once."),
        error_messages={"required": _("Choose one or more files.")},
    )
    remove_missing = forms.BooleanField(
        label=_("Remove contacts and end assets that the files lack"),
        required=False,
        help_text=_("Only for files that hold everything. Organisations stay in any case."),
    )

    def contents(self) -> dict[str, bytes]:
        """Read the files, by name."""
        return {str(one.name): one.read() for one in self.cleaned_data["uploads"]}


def show_error(form: forms.Form, error: DomainError, *, otherwise: str | None = None) -> None:
    """Put what a service refused beside the field it is about; `otherwise` where it does not say."""
    field = error.fields.get("field", otherwise)
    form.add_error(str(field) if field in form.fields else None, error.message)
