"""Kernels as text: what a person types on the command line, and the small JSON files that are shared.

A kernel file holds {"format": "cnnstudio-kernel", "version": 1, "name": …, "slices": [[[…], …]]}, or nothing but
rows of weights, [[1, 0, -1], …], or three such tables.
"""

from __future__ import annotations

import json
import re

from cnnstudio.errors import UsageError
from cnnstudio.filters.kernels import checked_slices, weights
from cnnstudio.filters.settings import Kernel

FORMAT = "cnnstudio-kernel"
VERSION = 1


def parse_kernel(text: str, name: str = "") -> Kernel:
    """The kernel written as "1,0,-1;1,0,-1;1,0,-1": `;` or line breaks end a row, `,` or spaces part the
    weights.

    Three slices are parted by `|`. Raises UsageError for empty, ragged, not finite or oversized kernels.
    """
    slices = [_rows(part) for part in text.strip().split("|")]
    return Kernel(preset="own", slices=checked_slices(slices), name=name)


def _rows(text: str) -> list[list[float]]:
    lines = [line.strip() for line in re.split(r"[;\n]", text.strip().rstrip(";"))]
    if lines == [""]:
        return []
    return [[_number(cell) for cell in _cells(line)] for line in lines]


def _cells(line: str) -> list[str]:
    if "," in line:
        return [cell.strip() for cell in line.split(",")]
    return line.split()


def _number(cell: str) -> float:
    if not cell:
        raise UsageError("The kernel has a gap between two commas; write a weight there.")
    try:
        return float(cell)
    except ValueError:
        raise UsageError(f"The kernel holds {cell!r}, which is not a number.") from None


def kernel_to_json(kernel: Kernel) -> str:
    """The kernel's effective weights as a small JSON text; rotation, normalise and divisor are worked in."""
    slices = [[[_short(value) for value in row] for row in part] for part in weights(kernel)]
    rows = ",\n  ".join("[" + ",\n   ".join(json.dumps(row) for row in part) + "]" for part in slices)
    name = json.dumps(kernel.name or kernel.preset, ensure_ascii=False)
    return (
        f'{{"format": "{FORMAT}", "version": {VERSION}, "name": {name},\n'
        f' "slices": [\n  {rows}]}}\n'
    )  # fmt: skip


def _short(value: float) -> float | int:
    # The shortest decimal that is still this float32, so that 0.1 does not become 0.10000000149.
    number = float(str(value))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def kernel_from_json(text: str | bytes, source: str = "The kernel file") -> Kernel:
    """The kernel in a JSON text: as `kernel_to_json` writes it, or a bare list of rows or of three tables.

    `source` names it in the message of a UsageError.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(
            f"{source} is not JSON; it must be a kernel saved by CNN Studio, or rows such as [[1, 0, -1]]."
        ) from None
    if isinstance(read, list):
        return _of_slices(read if _is_stack(read) else [read], "", source)
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise UsageError(
            f'{source} is not a kernel; it must hold "format": "{FORMAT}", or rows such as [[1, 0, -1], [1, 0, -1]].'
        )
    version = read.get("version")
    if version != VERSION:
        raise UsageError(f"{source} has version {version!r}; this program reads version {VERSION}.")
    name = read.get("name", "")
    if not isinstance(name, str):
        raise UsageError(f"{source} has a name that is not text.")
    return _of_slices(read.get("slices"), name[:200], source)


def _is_stack(read: list[object]) -> bool:
    """Whether a list holds tables, not rows."""
    return any(isinstance(row, list) and any(isinstance(cell, list) for cell in row) for row in read)


def _of_slices(slices: object, name: str, source: str) -> Kernel:
    try:
        return Kernel(preset="own", slices=checked_slices(slices), name=name)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from None
