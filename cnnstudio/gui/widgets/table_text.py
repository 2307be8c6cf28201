"""Number tables as spreadsheets copy and paste them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnnstudio.errors import UsageError
from cnnstudio.gui import numbers_text

Matrix = tuple[tuple[float, ...], ...]
LARGEST = 31


def read_table(text: str, largest: int = LARGEST) -> Matrix:
    """Rows of numbers from pasted text: cells apart by tabs, semicolons, commas or spaces; brackets are
    ignored.

    Raises UsageError for ragged rows, words and more than `largest` rows or columns.
    """
    lines = [re.sub(r"[\[\](){}]", " ", line).strip(" ,") for line in text.strip().splitlines()]
    rows = [_cells(line) for line in lines if line]
    if not rows:
        raise UsageError("The clipboard holds no table; copy rows of numbers first.")
    table = []
    for number, row in enumerate(rows, 1):
        try:
            table.append(tuple(numbers_text.parse(cell) for cell in row))
        except ValueError as error:
            raise UsageError(f"Row {number} of the pasted table cannot be read: {error}.") from None
        if len(row) != len(rows[0]):
            raise UsageError(
                f"Row {number} of the pasted table has {len(row)} cells, row 1 has {len(rows[0])}."
            )
    if len(table) > largest or len(table[0]) > largest:
        raise UsageError(
            f"The pasted table is {len(table)} × {len(table[0])}; at most {largest} × {largest} fits."
        )
    return tuple(table)


def _cells(line: str) -> list[str]:
    for apart in ("\t", ";"):
        if apart in line:
            return [cell for cell in (part.strip() for part in line.split(apart)) if cell]
    return [cell for cell in re.split(r"[,\s]+", line) if cell]


def write_table(weights: Sequence[Sequence[float]]) -> str:
    """Tab-separated rows that a spreadsheet takes."""
    return "\n".join("\t".join(repr(float(w)).removesuffix(".0") for w in row) for row in weights)
