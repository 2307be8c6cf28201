"""One section of a Darknet .cfg as text, and its values checked one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cnnstudio.errors import ModelError

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_REAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_LONGEST_REAL = 32
_LONGEST_SHOWN = 40


class Option(NamedTuple):
    """What stands right of the equals sign, and the number of its line."""

    value: str
    line: int


@dataclass(frozen=True)
class Block:
    """A section: the file's name, its kind as between the brackets, the line it begins in, its options."""

    file: str
    kind: str
    line: int
    options: dict[str, Option] = field(default_factory=dict)

    def error(self, what: str, key: str = "") -> ModelError:
        """An error about this section, or about the line of one of its options."""
        line = self.options[key].line if key in self.options else self.line
        return ModelError(f"{self.file}, line {line}: [{shown(self.kind)}] {what}.")

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`; a default outside of the range makes the option obligatory."""
        value = self._whole(key, self.text(key, str(default)))
        self._check(key, value, low, high)
        return value

    def wholes(self, key: str) -> tuple[int, ...]:
        """Whole numbers parted by commas."""
        return tuple(self._whole(key, part) for part in self._parts(key))

    def real(self, key: str, default: float, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return self._real(key, self.text(key, str(default)), low, high)

    def reals(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """Numbers from `low` to `high`, parted by commas."""
        return tuple(self._real(key, part, low, high) for part in self._parts(key))

    def one_of(self, key: str, default: str, choices: Sequence[str]) -> str:
        """One of a few words."""
        word = self.text(key, default)
        if word not in choices:
            raise self.error(f"has {key}={shown(word)}; known are {', '.join(choices)}", key)
        return word

    def text(self, key: str, default: str) -> str:
        """The option as it stands there."""
        return self.options[key].value if key in self.options else default

    def _parts(self, key: str) -> list[str]:
        return [part for part in self.text(key, "").split(",") if part]

    def _whole(self, key: str, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise self.error(f"has {key}={shown(text)}, which is not a whole number of at most nine digits", key)
        return int(text)

    def _real(self, key: str, text: str, low: float, high: float) -> float:
        if len(text) > _LONGEST_REAL or not _REAL.fullmatch(text):
            raise self.error(f"has {key}={shown(text)}, which is not a number", key)
        value = float(text)
        self._check(key, value, low, high)
        return value

    def _check(self, key: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:
            stated = f"has {key}={value}" if key in self.options else f"needs {key}="
            raise self.error(f"{stated}; it must lie between {low} and {high}", key)


def shown(text: str) -> str:
    """Foreign text fit for a message: short and on one line."""
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(each if each.isprintable() else "�" for each in cut)
