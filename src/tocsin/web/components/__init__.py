"""What pages are made of: frozen dataclasses, each drawn by its own template. READ THIS BEFORE WRITING A PAGE.

A view asks one query, makes components, and hands them to a template that extends the frame::

    def held(request: HttpRequest) -> HttpResponse:
        address = Address.of(request)
        groups = held_groups(actor=request.actor)
        return render(request, "findings/held.html", {
            "heading": Heading(title=ngettext(...), primary=Action(label=_("Send all"), url=reverse("..."), method="post")),
            "table": Table(id="held", caption=_("Held for you"), columns=(Column(key="problem", label=_("Problem")), ...),
                           rows=tuple(Row(key=str(g.id), cells=(Cell(value=g.title, url=..., chips=(severity_chip(g.severity),)), g.rows)) for g in groups),
                           desk=True, empty=Empty(title=_("Nothing waits."), text=_("New groups appear when a source delivers."))),
        })

    {% extends "tocsin/frame.html" %}{% load tocsin i18n %}
    {% block title %}{% translate "Held" %}{% endblock %}
    {% block main %}
      {% show heading %}
      {% panel title=_("Held for you") note=_("Nothing here is sent until someone decides.") %}{% show table %}{% endpanel %}
    {% endblock %}

**`{% show x %}`** draws any component, and any value as the house writes it: None is a dash, numbers get thousands, a datetime
becomes `<time>` in the instance's zone, text is escaped, a tuple is drawn item by item. Cells, facts and definitions take the
same values, so views hand over numbers and times, never formatted text. Only `SafeString` goes through unescaped.

**Frames.** `tocsin/frame.html` has the rail and the top bar: blocks `title`, `main`, `foot`. `tocsin/bare.html` has neither
(sign-in, the owner's answer): blocks `title`, `sender`, `mark` (a TLP chip), `main`, `foot`. In a bare page the primary act stands at the
end (`<div class="answer-buttons">`). Never write a style or script into a page: the content security policy forbids both.

**Layout**: `<div class="columns">` (wide and narrow), `columns columns-even`, `<div class="stack">` for panels under each other,
`<div class="prose">` for text of the catalogue. The spaces between parts come from the frame; set none.

**Words**: the heading says the state ("3 groups wait for you"); one primary action a page; a dangerous act goes to a page with
`Confirm`, which says what will happen and to how many. No right: `Action(disabled_because=...)` rather than a button that fails.
Every string through gettext, English as the key, Chinese in your app's `locale/` (`script/messages make <app>`, fill in, `compile`).
Sentences with values are one string with named places, never glued; glue lists with the filter `joined`.

**Lists**: `Address` keeps filters, sort and cursor in the address; `paging.take()` gives a slice, `Pager.of(slice, address)` its pager;
`Filters` shows active filters as removable words with the form behind a button. `Table(id=...)` swaps itself by htmx when sorted or paged,
and works by plain links without. Rows are put into one form, so `Action(method="post")` in a row needs no form of its own.
**Keyboard**: `Table(desk=True)` gives J and K; `Action(key="s")` in a row is pressed by S. Nothing else is needed.

**Forms**: `<form class="form" method="post">{% csrf_token %}{% fields form %}{% button ... %}</form>`; one field: `{% field form.name %}`.

Tags: `show`, `panel`, `icon "send"` (lucide), `severity`, `tlp`, `moment at`, `since at`, `button`, `field`, `fields`.
Filters: `thousands`, `moment`, `day`, `long_day`, `duration`, `size`, `since`, `percent`, `joined`. See them all, in every state, at `/design/`.
"""

from tocsin.web.components.actions import Action, Confirm, Crumb, Heading, Link, StepUp
from tocsin.web.components.charts import BarItem, BarList, HeatGrid, HeatRow, Sparkline, Survival
from tocsin.web.components.chips import Chip, Mode, TlpChip, Tone, mode_chip, severity_chip, status_chip
from tocsin.web.components.figures import Better, Comparison, Direction, Figure, Figures
from tocsin.web.components.lists import Filters, FilterWord, Pager
from tocsin.web.components.notes import Banner, Empty, KeyHint, Toast
from tocsin.web.components.panels import Code, Definition, Definitions, Diff, DiffRow, Entry, Legend, Letter, Side, TextDiff, ThreeSides, Timeline, Who
from tocsin.web.components.tables import Cell, Column, ColumnKind, Row, Selection, Table

__all__ = [
    "Action",
    "Banner",
    "BarItem",
    "BarList",
    "Better",
    "Cell",
    "Chip",
    "Code",
    "Column",
    "ColumnKind",
    "Comparison",
    "Confirm",
    "Crumb",
    "Definition",
    "Definitions",
    "Diff",
    "DiffRow",
    "Direction",
    "Empty",
    "Entry",
    "Figure",
    "Figures",
    "FilterWord",
    "Filters",
    "Heading",
    "HeatGrid",
    "HeatRow",
    "KeyHint",
    "Legend",
    "Letter",
    "Link",
    "Mode",
    "Pager",
    "Row",
    "Selection",
    "Side",
    "Sparkline",
    "StepUp",
    "Survival",
    "Table",
    "TextDiff",
    "ThreeSides",
    "Timeline",
    "TlpChip",
    "Toast",
    "Tone",
    "Who",
    "mode_chip",
    "severity_chip",
    "status_chip",
]
