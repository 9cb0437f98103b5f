"""What spreadsheet programs run instead of showing it."""

#: A cell that begins so is a formula to some program, in full width too (OWASP, CSV Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """Keep a cell from being a formula, by an apostrophe before it: programs take it for text and do not show it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
