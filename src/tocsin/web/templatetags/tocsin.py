"""Tags and filters of Tocsin's pages: draw components, write numbers and times."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tocsin.kernel.severity import Severity
from tocsin.kernel.tlp import Tlp
from tocsin.kernel.words import in_language
from tocsin.web import icons, writing
from tocsin.web.components import Chip, TlpChip, Tone, severity_chip
from tocsin.web.drawing import draw
from tocsin.web.fields import draw_field, draw_fields

register = template.Library()


def _language() -> str:
    return get_language() or "en"


@register.simple_tag
def house() -> str:
    """Name the centre that runs this, in the reader's language."""
    environment = settings.ENVIRONMENT
    return in_language(_language(), en=environment.name_en, zh=environment.name_zh)


@register.simple_tag(takes_context=True)
def show(context: Context, value: object) -> SafeString:
    """Draw a component, or write a value."""
    return draw(value, context)


@register.simple_block_tag(takes_context=True)
def panel(
    context: Context, content: str, title: object = "", note: object = "", level: int = 2, id: str = ""
) -> SafeString:
    """Put the content on paper under a small heading. Text wants `<div class="panel-body">` round it."""
    head = SafeString("")
    if title:
        side = format_html('<div class="note">{}</div>', draw(note, context)) if note else ""
        head = format_html('<div class="panel-head"><h{0}>{1}</h{0}>{2}</div>', level, title, side)
    name = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="panel"{}>{}{}</section>', name, head, SafeString(content))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a lucide icon."""
    return icons.icon(str(name))


@register.simple_tag
def mark(shape: str) -> SafeString:
    """Draw a mark."""
    return icons.mark(shape)


@register.simple_tag(takes_context=True)
def severity(context: Context, value: Severity | str | int) -> SafeString:
    """Draw the chip of a severity, given as such, as its word or as its number."""
    step = Severity.from_word(value) if isinstance(value, str) else Severity(value)
    return draw(severity_chip(step), context)


@register.simple_tag(takes_context=True)
def tlp(context: Context, value: Tlp | str) -> SafeString:
    """Draw a TLP label."""
    return draw(TlpChip(tlp=value if isinstance(value, Tlp) else Tlp(value)), context)


@register.simple_tag(takes_context=True)
def chip(context: Context, text: str, tone: str = "info") -> SafeString:
    """Draw a chip of a tone."""
    return draw(Chip(text=text, tone=Tone(tone)), context)


@register.simple_tag(takes_context=True)
def button(
    context: Context, label: str, kind: str = "primary", name: str = "", value: str = "", icon: str = ""
) -> SafeString:
    """Draw a button that sends the form it stands in."""
    del context
    classes = "button" if kind == "plain" else f"button button-{kind}"
    sent = format_html(' name="{}" value="{}"', name, value) if name else ""
    picture = icons.icon(icon) if icon else ""
    return format_html('<button type="submit" class="{}"{}>{}{}</button>', classes, sent, picture, label)


@register.simple_tag
def field(bound: BoundField, optional: bool = True) -> SafeString:
    """Draw a form field with label, help, error."""
    return draw_field(bound, say_optional=optional)


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    """Draw what is wrong with a form as a whole, then all its fields."""
    return draw_fields(form)


@register.simple_tag(name="moment")
def moment_tag(value: datetime | None) -> SafeString:
    """Write a time as a `<time>` element with the exact time in its title."""
    return draw(value, None)


@register.simple_tag(name="since")
def since_tag(value: datetime | None) -> SafeString:
    """Write how long ago as a `<time>` element with the exact time in its title."""
    if value is None:
        return draw(None, None)
    exact = writing.exact(value, zone=timezone.get_current_timezone())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, since(value))


@register.filter
def thousands(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """Write a number as `3,482`."""
    return writing.thousands(value, decimals=decimals)


@register.filter
def percent(value: float | None, decimals: int = 0) -> str:
    """Write a share from 0 to 1 as `42 %`."""
    return writing.percent(value, decimals=decimals)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a time in the instance's zone."""
    if value is None:
        return writing.NOTHING
    return writing.moment(value, language=_language(), zone=timezone.get_current_timezone(), now=timezone.now())


def _local_date(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date | None) -> str:
    """Write a day, short."""
    return (
        writing.NOTHING
        if value is None
        else writing.day(_local_date(value), language=_language(), today=timezone.localdate())
    )


@register.filter
def long_day(value: date | None) -> str:
    """Write a day in full."""
    return writing.NOTHING if value is None else writing.long_day(_local_date(value), language=_language())


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Write a length of time; a number is seconds."""
    return writing.NOTHING if value is None else writing.duration(value, language=_language())


@register.filter
def since(value: datetime | None) -> str:
    """Write how long ago, or how far ahead."""
    return writing.NOTHING if value is None else writing.since(value, now=timezone.now(), language=_language())


@register.filter
def size(value: int | None) -> str:
    """Write a number of bytes."""
    return writing.size(value)


@register.filter
def joined(value: Sequence[object]) -> str:
    """Write a list with the commas of the language."""
    return writing.joined([str(item) for item in value], language=_language())
