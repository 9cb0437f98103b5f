"""What the columns of a delimited file are called."""

from collections.abc import Sequence

from tocsin.formats.errors import BadHeader

#: Columns that the reader adds; a column of the file with such a name is numbered as a duplicate.
RESERVED = ("_row", "_line", "_flags", "_extra")


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Trim and lower-case header cells; number duplicates (`tag_2`) and name empty ones (`column_7`).

    Raises:
        BadHeader: no cell has a name.
    """
    if not any(cell.strip() for cell in cells):
        raise BadHeader("The header row names no column.")
    taken = set(RESERVED)
    names = []
    for number, cell in enumerate(cells, start=1):
        wanted = cell.strip().lower() or f"column_{number}"
        name, copy = wanted, 1
        while name in taken:
            copy += 1
            name = f"{wanted}_{copy}"
        taken.add(name)
        names.append(name)
    return tuple(names)
