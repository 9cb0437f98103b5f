"""What people fill in about findings."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.catalogue.queries import problems
from tocsin.findings.queries.filters import Group
from tocsin.findings.rules import ACTIONS, Action, Status
from tocsin.findings.rules.clocks import DUE_HOUR, DeadlineRow, Unit
from tocsin.findings.web.words import GROUPS, UNITS, of_rules, severity_word, title
from tocsin.kernel.severity import Severity
from tocsin.kernel.words import GateMode
from tocsin.registry.queries.places import Node, Places
from tocsin.registry.rules import TIERS
from tocsin.web.entry import reader_language

_LONGEST = 4_000
_ANY = ("", _("any"))


class FilterForm(forms.Form):
    """What a list of findings is cut down to."""

    q = forms.CharField(label=_("Address, network, name or id"), required=False, max_length=200)
    group = forms.ChoiceField(
        label=_("Which"), required=False, choices=[(str(word), text) for word, text in GROUPS.items()]
    )
    status = forms.ChoiceField(label=_("Status"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    problem = forms.ChoiceField(label=_("Problem"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    source = forms.CharField(label=_("Source"), required=False, max_length=64)
    overdue = forms.ChoiceField(label=_("Late"), required=False, choices=[_ANY, ("1", _("only what is late"))])

    def __init__(self, *args: Any, places: Places | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("status", ((str(status), of_rules(status)) for status in Status))
        self._choose("severity", ((step.word, severity_word(step.word)) for step in reversed(Severity)))
        self._choose("problem", ((code, title(code)) for code in problems()))
        if places is None:
            # Its own places an organisation knows.
            del self.fields["sector"], self.fields["region"], self.fields["source"]
            return
        self._choose("sector", _named(places.sectors))
        self._choose("region", _named(places.regions))

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_ANY, *choices]


def _named(nodes: Iterable[Node]) -> Iterable[tuple[str, str]]:
    return ((node.code, node.name(reader_language())) for node in nodes)


class ActForm(forms.Form):
    """What an action needs: a reason, a date, as its row of the table says."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = ACTIONS[action]
        self.fields["reason"].required = rule.reason_required
        if rule.until_required:
            self.fields["until"].required = True
        else:
            del self.fields["until"]

    def moment(self) -> datetime | None:
        """Give the close of the day that was given, in the instance's zone."""
        day: date | None = self.cleaned_data.get("until")
        return closing_time(day) if day is not None else None


def closing_time(day: date) -> datetime:
    """Give the close of a day in the instance's zone."""
    return datetime.combine(day, time(DUE_HOUR), timezone.get_default_timezone())


class DecisionForm(forms.Form):
    """Why a group is dropped, or held on."""

    reason = forms.CharField(label=_("Reason"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class GateModeForm(forms.Form):
    """What the gate does with a problem from now on."""

    problem = forms.ChoiceField(label=_("Problem"))
    source = forms.CharField(label=_("Source"), required=False, max_length=64, help_text=_("Empty: from every source."))
    mode = forms.ChoiceField(label=_("What happens to new findings"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("problem", [(code, title(code)) for code in problems()]),
            ("mode", [("", _("as the catalogue says")), *((str(mode), of_rules(mode)) for mode in GateMode)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class DeadlinesForm(forms.Form):
    """A whole table of deadlines: one field an amount and one its unit, for each severity, tier and criticality."""

    source = forms.CharField(
        label=_("Where they come from"), max_length=500, help_text=_("A law, a decision, with its number.")
    )
    checked_on = forms.DateField(
        label=_("Checked on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for severity, tier, critical in cases():
            name = case_name(severity, tier, critical)
            self.fields[f"{name}_amount"] = forms.IntegerField(required=False, min_value=1, max_value=9_999)
            self.fields[f"{name}_unit"] = forms.ChoiceField(
                required=False, choices=[(str(unit), text) for unit, text in UNITS.items()]
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a table without any deadline."""
        cleaned = super().clean() or {}
        if not any(value for name, value in cleaned.items() if name.endswith("_amount")):
            raise ValidationError(_("A table of deadlines needs at least one."))
        return cleaned

    def rows(self) -> tuple[DeadlineRow, ...]:
        """Give the deadlines that were filled in."""
        found = []
        for severity, tier, critical in cases():
            name = case_name(severity, tier, critical)
            amount = self.cleaned_data.get(f"{name}_amount")
            if amount:
                unit = Unit(self.cleaned_data.get(f"{name}_unit") or Unit.WORKING_DAYS)
                found.append(DeadlineRow(severity=severity, tier=tier, critical=critical, amount=amount, unit=unit))
        return tuple(found)

    @classmethod
    def initial_of(cls, rows: Iterable[DeadlineRow]) -> dict[str, object]:
        """Give what the form begins with."""
        given: dict[str, object] = {}
        for row in rows:
            name = case_name(row.severity, row.tier, row.critical)
            given[f"{name}_amount"], given[f"{name}_unit"] = row.amount, str(row.unit)
        return given


def cases() -> Iterable[tuple[Severity, int | None, bool]]:
    """Give what a table of deadlines may tell apart, the worst first: severity, tier (null: any), criticality."""
    for severity in reversed(Severity):
        if severity is not Severity.INFO:
            yield severity, None, False
            yield severity, None, True
            yield from ((severity, tier, False) for tier in TIERS)


def case_name(severity: Severity, tier: int | None, critical: bool) -> str:
    """Name the fields of one case."""
    return f"{severity.word}_{'critical' if critical else tier or 'any'}"


def group_of(text: str) -> Group:
    """Read the group; the open ones where it means nothing."""
    return Group(text) if text in set(Group) else Group.OPEN
