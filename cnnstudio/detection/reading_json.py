"""JSON that comes from outside: read within bounds, and every refusal names the file and the entry."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from cnnstudio.errors import StudioError

LARGEST_FILE = 2_000_000_000
"""Bytes; COCO's own training annotations have 450 million."""
LARGEST_ID = 2**62


def read_text(path: Path, largest: int = LARGEST_FILE) -> str:
    """The text of a file; StudioError when it cannot be read, is larger than `largest` bytes or no UTF-8."""
    try:
        if path.stat().st_size > largest:
            raise StudioError(f"{path} has more than {largest // 1_000_000} megabytes; that is no list of boxes.")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise StudioError(f"{path} cannot be read ({error.strerror or error}). Name another file.") from error
    except ValueError as error:
        raise StudioError(f"{path} is no text in UTF-8. Name another file.") from error


def read_json(path: Path) -> Any:
    """What a JSON file holds; StudioError when it is none."""
    text = read_text(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StudioError(f"{path} is no JSON ({_line(error)}). Name another file.") from error


def entries(value: Any, where: str) -> list[dict[str, Any]]:
    """A list of tables; StudioError naming the first entry that is none."""
    if not isinstance(value, list):
        raise StudioError(f"{where} must be a list of entries.")
    for number, each in enumerate(value):
        if not isinstance(each, dict):
            raise StudioError(f"{where}: entry {number} is no table of names and values.")
    return value


def number(row: dict[str, Any], name: str, where: str, *, finite: bool = True) -> float:
    """A number of an entry; StudioError when it is missing, no number, or (`finite`) NaN or infinite."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise StudioError(f"{where}: {name} is {_short(value)}; it must be a number.")
    return _as_float(value, f"{where}: {name}", finite)


def whole(row: dict[str, Any], name: str, where: str) -> int:
    """A whole number of an entry, such as an id; StudioError when it is none."""
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_ID:
        raise StudioError(f"{where}: {name} is {_short(value)}; it must be a whole number.")
    return value


def four(row: dict[str, Any], name: str, where: str, *, finite: bool = True) -> list[float]:
    """Four numbers of an entry; StudioError when they are not."""
    value = row.get(name)
    plain = isinstance(value, list) and len(value) == 4
    if not plain or any(isinstance(each, bool) or not isinstance(each, (int, float)) for each in value or ()):
        raise StudioError(f"{where}: {name} is {_short(value)}; it must be four numbers.")
    return [_as_float(each, f"{where}: {name}", finite) for each in value or ()]


def _as_float(value: float, where: str, finite: bool) -> float:
    try:
        made = float(value)
    except OverflowError:
        made = math.inf
    if finite and not math.isfinite(made):
        raise StudioError(f"{where} is {_short(value)}; it must be finite.")
    return made


def _short(value: Any) -> str:
    if value is None:
        return "missing"
    words = repr(value) if isinstance(value, (str, float, int, bool)) and len(str(value)) < 60 else type(value).__name__
    return " ".join(words.split())


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
