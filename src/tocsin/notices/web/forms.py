"""What owners fill in when they answer."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.notices.rules import NEEDS_COMMENT, Reply

_LONGEST = 4_000


class Choice(forms.Form):
    """What was ticked and which button was pressed."""

    answer = forms.ChoiceField(choices=[(reply.value, reply.value) for reply in Reply])
    findings = forms.TypedMultipleChoiceField(coerce=int)
    submission = forms.UUIDField()

    def __init__(self, *args: object, known: tuple[int, ...], **kwargs: object) -> None:
        """Take in which findings may be ticked; all others are not there."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, handed on
        field = self.fields["findings"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(finding_id), str(finding_id)) for finding_id in known]


class Details(forms.Form):
    """What an answer needs beside the button: a day, a reason, a name."""

    until = forms.DateField(
        label=_("Until when are you working on it?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day as 2026-11-30.")},
    )
    comment = forms.CharField(
        label=_("What should we know?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=_LONGEST,
        required=False,
        error_messages={"required": _("Say why in a sentence.")},
    )
    said_by = forms.CharField(
        label=_("Who told you so?"),
        max_length=150,
        help_text=_("Name, office and how, such as: Ms Wang, IT office, by telephone"),
        error_messages={"required": _("Say who told you so.")},
    )
    #: Reply -> what the comment is called.
    _COMMENT_LABELS: ClassVar[dict[Reply, object]] = {
        Reply.NOT_OURS: _("How do you know that it is not yours? Whose may it be?"),
        Reply.DISPUTED: _("What is not right?"),
    }

    def __init__(self, *args: object, reply: Reply, on_behalf: bool, **kwargs: object) -> None:
        """Keep the fields that this reply needs."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, handed on
        if reply is not Reply.IN_WORK:
            del self.fields["until"]
        if reply in NEEDS_COMMENT:
            self.fields["comment"].required = True
            self.fields["comment"].label = self._COMMENT_LABELS[reply]  # type: ignore[assignment]  # a lazy text does as well
        if not on_behalf:
            del self.fields["said_by"]

    @property
    def asks(self) -> bool:
        """Tell whether anything must be filled in."""
        return any(field.required for field in self.fields.values())
