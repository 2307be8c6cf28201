"""Tables on standard output: on a terminal as wide as it is, into a file or pipe as wide as they need to be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

_WIDE = 1000


def print_table(table: Table, title: str = "") -> None:
    """Print a table under its title; names are cut off on a narrow terminal, never broken, and whole in a pipe."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    if title:
        console.print(title, markup=False, soft_wrap=True)
    console.print(table)
