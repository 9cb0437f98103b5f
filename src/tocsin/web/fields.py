"""Form fields: label, help, error, in that order and joined for those who listen."""

from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tocsin.web.icons import mark


def draw_field(bound: BoundField, *, say_optional: bool = True) -> SafeString:
    """Draw one field; a check box stands before its label, a group of choices in a fieldset."""
    if bound.is_hidden:
        return SafeString(str(bound))
    widget = bound.field.widget
    shape = (
        "group"
        if isinstance(widget, RadioSelect | CheckboxSelectMultiple)
        else "check"
        if isinstance(widget, CheckboxInput)
        else "line"
    )
    described = " ".join(
        name
        for name, there in ((f"{bound.auto_id}_helptext", bound.help_text), (f"{bound.auto_id}_error", bound.errors))
        if there
    )
    attributes: dict[str, str | bool] = {}
    if described and shape != "group":
        attributes["aria-describedby"] = described
    if bound.errors and shape != "group":
        attributes["aria-invalid"] = "true"
    return SafeString(
        render_to_string(
            "tocsin/c/field.html",
            {
                "bound": bound,
                "shape": shape,
                "control": bound.as_widget(attrs=attributes),
                "described": described,
                "optional": say_optional and not bound.field.required and shape != "check",
            },
        )
    )


def draw_fields(form: BaseForm) -> SafeString:
    """Draw the errors of the form as a whole, then every field."""
    errors = form.non_field_errors()
    whole = (
        format_html(
            '<div class="banner banner-critical" role="alert">{}<div class="banner-text">{}</div></div>',
            mark("diamond"),
            lines,
        )
        if (lines := format_html_join("", "<p>{}</p>", ((error,) for error in errors)))
        else SafeString("")
    )
    return format_html("{}{}", whole, format_html_join("", "{}", ((draw_field(bound),) for bound in form)))
