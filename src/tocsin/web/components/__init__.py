"""What pages are made of: frozen dataclasses, each drawn by its own template. READ THIS BEFORE WRITING A PAGE.

A view asks one query, makes components, and hands them to a template that extends the frame::

    def held(request: HttpRequest) -> HttpResponse:
        groups = held_groups(actor=request.actor)
        rows = tuple(
            Row(
                key=str(group.id),
                cells=(Cell(value=group.title, url=..., chips=(severity_chip(group.severity),)), group.rows),
                actions=(Action(label=_("Send"), url=reverse(...), method="post", key="s", small=True),),
            )
            for group in groups
        )
        columns = (Column(key="problem", label=_("Problem")), Column(key="rows", label=..., kind=ColumnKind.NUMBER))
        table = Table(id="held", caption=_("Held for you"), columns=columns, rows=rows, desk=True, empty=Empty(...))
        heading = Heading(title=ngettext(...), primary=Action(label=_("Send all"), url=...))
        return render(request, "findings/held.html", {"heading": heading, "table": table})

    {% extends "tocsin/frame.html" %}{% load tocsin i18n %}
    {% block title %}{% translate "Held" %}{% endblock %}
    {% block main %}
      {% show heading %}
      {% translate "Held for you" as held %}
      {% panel title=held %}{% show table %}{% endpanel %}
    {% endblock %}

Whole pages to copy from: `web/design/pages.py`, `web/design/case.py`, `templates/tocsin/design/`; every component in
every state stands at `/design/`.

**`{% show x %}`** draws any component, and any value as the house writes it: None is a dash, numbers get thousands, a
datetime becomes `<time>` in the instance's zone, severities and TLP labels become chips, text is escaped, a tuple is
drawn item by item. Cells, facts and definitions take the same values: views hand over numbers and times, never
formatted text. Only a `SafeString` goes through unescaped.

**Frames.** `tocsin/frame.html` has the rail and the top bar: blocks `title`, `main`, `foot`. `tocsin/bare.html` has
neither (sign-in, the owner's answer): blocks `title`, `sender`, `mark` (a TLP chip), `main`, `foot`; there the primary
act stands at the end, in `<div class="answer-buttons">`. No style and no script in a page: the content security policy
forbids both. An app gets into the rail by `web/navigation.py` (see `tocsin.web.navigation`).

**Layout**: `<div class="columns">` (wide, narrow), `columns columns-even`, `<div class="stack">` for panels under each
other; in a panel text wants `<div class="panel-body">`, catalogue text `<div class="panel-body prose">`. Tables,
timelines, definitions and bars stand in a panel directly. Spaces between parts come from the frame; set none.

**Words**: the heading says the state ("3 groups wait for you"); one primary action a page; a dangerous act goes to a
page with `Confirm`, which says what will happen and to how many. No right to act: `Action(disabled_because=...)`, not a
button that fails. Every string goes through gettext, English as the key, Chinese in your app's `locale/`
(`script/messages make <app>`, fill in, `script/messages compile <app>`). A sentence with values is one string with
named places, never glued; lists are glued by the filter `joined`.

**Lists**: `Address` keeps filters, sort and cursor in the address; `paging.take()` gives a slice and `Pager.of(slice,
address, total)` its pager; `Filters` shows active filters as removable words, the form behind a button. A `Table` swaps
itself by htmx when sorted or paged, and works by plain links without. Its buttons and check boxes share one form, so
`Action(method="post")` in a row needs none. **Keyboard**: `desk=True` gives J and K, `Action(key="s")` answers to S on
the current row, `KeyHint` says so in the panel's note. Nothing else is needed.

**Forms**: `<form class="form" method="post">{% csrf_token %}{% fields form %}{% button label %}</form>`, or one
`{% field form.name %}` at a time.

Tags: `show`, `panel`, `icon "send"` (lucide), `mark`, `chip`, `severity`, `tlp`, `moment`, `since`, `button`, `field`,
`fields`. Filters: `thousands`, `percent`, `moment`, `day`, `long_day`, `duration`, `size`, `since`, `joined`.
"""

from tocsin.web.components.actions import Action, Confirm, Crumb, Heading, Link, StepUp
from tocsin.web.components.charts import BarItem, BarList, HeatGrid, HeatRow, Sparkline, Survival
from tocsin.web.components.chips import Chip, Mode, TlpChip, Tone, mode_chip, severity_chip, status_chip
from tocsin.web.components.figures import Better, Comparison, Direction, Figure, Figures
from tocsin.web.components.lists import Filters, FilterWord, Pager
from tocsin.web.components.notes import Banner, Empty, KeyHint, Toast
from tocsin.web.components.panels import (
    Code,
    Definition,
    Definitions,
    Diff,
    DiffRow,
    Entry,
    Legend,
    Letter,
    Side,
    TextDiff,
    ThreeSides,
    Timeline,
    Who,
)
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
