"""Draws a component by its template, and writes any other value as the house does."""

from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.template import Engine
from django.template.context import Context
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.web import writing
from tocsin.web.components.chips import TlpChip, severity_chip


def draw(value: object, context: Context | None) -> SafeString:
    """Draw a component, or write a value.

    None and the empty text become a dash, numbers get thousands, a datetime becomes `<time>`, lists are drawn item by
    item, severities and TLP labels become chips, text is escaped unless it is a SafeString.

    Args:
        value: anything a cell may hold.
        context: of the page, for its CSRF token; a component without forms needs none.
    """
    if value is None or value == "":
        return format_html('<span class="nothing">{}</span>', writing.NOTHING)
    if isinstance(value, Severity):
        return draw(severity_chip(value), context)
    if isinstance(value, Tlp):
        return draw(TlpChip(tlp=value), context)
    if isinstance(value, Promise):
        return conditional_escape(str(value))
    if isinstance(value, str):
        return conditional_escape(value)
    if isinstance(value, tuple | list):
        return format_html_join(" ", "{}", ((draw(item, context),) for item in value))
    if is_dataclass(value) and hasattr(value, "template"):
        return _draw_component(value, context)
    return _write(value)


def _write(value: object) -> SafeString:
    """Write a plain value."""
    language = get_language() or "en"
    if isinstance(value, bool):
        return conditional_escape(gettext("yes") if value else gettext("no"))
    if isinstance(value, int):
        return format_html("{}", writing.thousands(value))
    if isinstance(value, float | Decimal):
        return format_html("{}", writing.thousands(value, decimals=1))
    if isinstance(value, datetime):
        zone, now = timezone.get_current_timezone(), timezone.now()
        text = writing.moment(value, language=language, zone=zone, now=now)
        return format_html(
            '<time datetime="{}" title="{}">{}</time>', value.isoformat(), writing.exact(value, zone=zone), text
        )
    if isinstance(value, date):
        return format_html(
            '<time datetime="{}">{}</time>',
            value.isoformat(),
            writing.day(value, language=language, today=timezone.localdate()),
        )
    if isinstance(value, timedelta):
        return format_html("{}", writing.duration(value, language=language))
    return conditional_escape(str(value))


def _draw_component(component: object, context: Context | None) -> SafeString:
    """Render a component's template with the component as `c`: of the page it sees the CSRF token alone."""
    engine = Engine.get_default() if context is None or context.template is None else context.template.engine
    template = engine.get_template(getattr(component, "template"))  # noqa: B009
    inner = Context({"c": component}) if context is None else context.new({"c": component})
    if context is not None:
        inner["csrf_token"] = context.get("csrf_token")
        inner["table_form"] = context.get("table_form", "")
    return template.render(inner)
