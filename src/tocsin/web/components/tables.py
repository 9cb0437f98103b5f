"""Tables: columns, rows, cells, selection. On a phone each row becomes a card."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from tocsin.web.address import Address
from tocsin.web.components.actions import Action
from tocsin.web.components.chips import Chip
from tocsin.web.components.lists import Pager
from tocsin.web.components.notes import Empty
from tocsin.web.phrases import Phrase


class ColumnKind(StrEnum):
    """How the cells of a column are set: numbers right, codes in the fixed-width face."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    CODE = "code"


@dataclass(frozen=True, kw_only=True)
class Column:
    """Name a column."""

    key: str
    label: Phrase
    kind: ColumnKind = ColumnKind.TEXT
    #: Whether its head sorts, by `key`.
    sort: bool = False
    #: The first click on the head sorts from the top down (numbers, times, severity).
    descending_first: bool = False
    #: The label is only spoken, not shown (marks, sparklines).
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Hold a value with what stands beside and under it. A plain value does where none of this is needed."""

    value: object
    url: str = ""
    note: object = ""
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row:
    """Hold one row: as many cells as the table has columns."""

    key: str
    cells: tuple[object, ...]
    actions: tuple[Action, ...] = ()
    #: What the check box and the row are called when spoken; the first cell when empty.
    label: Phrase = ""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Let rows be picked, and acted on together. Keys are sent under `name`."""

    name: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Head:
    """Describe the head of one column, as drawn."""

    column: Column
    sort: Literal["ascending", "descending", "none", ""]
    url: str


@dataclass(frozen=True, kw_only=True)
class DrawnCell:
    """Describe one cell, as drawn."""

    column: Column
    cell: Cell
    first: bool


@dataclass(frozen=True, kw_only=True)
class DrawnRow:
    """Describe one row, as drawn."""

    row: Row
    cells: tuple[DrawnCell, ...]
    label: object


@dataclass(frozen=True, kw_only=True)
class Table:
    """Show rows under columns; sorted and paged by links that keep the filters."""

    template: ClassVar[str] = "tocsin/c/table.html"
    id: str
    #: Says what the table lists; spoken, and shown when `show_caption`.
    caption: Phrase
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    show_caption: bool = False
    #: The column sorted by, with a minus when from the top down: `-severity`.
    sort: str = ""
    #: Where the list stands; needed for sorting.
    address: Address | None = None
    selection: Selection | None = None
    empty: Empty | None = None
    pager: Pager | None = None
    #: J and K move in it; row actions answer to their key.
    desk: bool = False

    @property
    def has_actions(self) -> bool:
        """Tell whether any row carries a button."""
        return any(row.actions for row in self.rows)

    @property
    def needs_form(self) -> bool:
        """Tell whether something in it posts: then the table has one form, that all its buttons share."""
        posts = any(action.method == "post" for row in self.rows for action in row.actions)
        return posts or self.selection is not None

    @property
    def form_id(self) -> str:
        """Name the form that its buttons and check boxes belong to."""
        return f"{self.id}-form"

    def heads(self) -> Iterator[Head]:
        """Give the heads with their sort links.

        Raises:
            ValueError: a column sorts and the table has no address.
        """
        for column in self.columns:
            if not column.sort:
                yield Head(column=column, sort="", url="")
                continue
            if self.address is None:
                raise ValueError(f"Table {self.id!r}: column {column.key!r} sorts, so the table needs an `address`.")
            up, down = column.key, f"-{column.key}"
            state: Literal["ascending", "descending", "none"] = (
                "ascending" if self.sort == up else "descending" if self.sort == down else "none"
            )
            after = {"ascending": down, "descending": up, "none": down if column.descending_first else up}[state]
            yield Head(column=column, sort=state, url=self.address.changed(sort=after, cursor=None))

    def body(self) -> Iterator[DrawnRow]:
        """Give the rows with each cell beside its column.

        Raises:
            ValueError: a row has more or fewer cells than the table has columns.
        """
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"Table {self.id!r}, row {row.key!r}: {len(row.cells)} cells under {len(self.columns)} columns."
                )
            cells = tuple(cell if isinstance(cell, Cell) else Cell(value=cell) for cell in row.cells)
            drawn = tuple(
                DrawnCell(column=column, cell=cell, first=place == 0)
                for place, (column, cell) in enumerate(zip(self.columns, cells, strict=True))
            )
            yield DrawnRow(row=row, cells=drawn, label=row.label or cells[0].value)
