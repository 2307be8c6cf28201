"""The fonts that come with the application: Inter for everything, JetBrains Mono for formulas.

A bare machine has no font at all, so both files are loaded from their packages before the first widget.
The packages are located, not imported. Weights go through the variable axis, because `QFont.setWeight`
does nothing to these files.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

SANS, MONO = "Inter", "JetBrains Mono"


class Role(NamedTuple):
    """One row of the type table: sizes in pixels at 100 % scale."""

    pixels: int
    line: int
    weight: int
    tracking: float = 0.0
    mono: bool = False


ROLES: dict[str, Role] = {
    "empty-title": Role(20, 28, 600),
    "title": Role(15, 20, 600),
    "card": Role(13, 20, 400),
    "body": Role(12, 16, 400),
    "button": Role(12, 16, 500),
    "name": Role(12, 16, 600),
    "hint": Role(11, 16, 400),
    "hint-strong": Role(11, 16, 600),
    "formula": Role(11, 16, 400, mono=True),
    "formula-result": Role(11, 16, 500, mono=True),
    "rail": Role(10, 12, 500, tracking=-0.15),
    "cell": Role(18, 24, 500),
    "cell-editor": Role(14, 20, 500),
    "cell-small": Role(11, 14, 500),
    "cell-tiny": Role(9, 12, 500),
}


@cache
def files() -> dict[str, Path]:
    """The upright font file of each family; raises FileNotFoundError naming the package that brings
    it."""
    found = {}
    for family, package in ((SANS, "fontpkg_inter"), (MONO, "fontpkg_jetbrains_mono")):
        spec = find_spec(package)
        folders = [Path(f) for f in (spec.submodule_search_locations or [])] if spec else []
        candidates = [p for f in folders for p in sorted(f.rglob("*.[to]tf")) if "Italic" not in p.name]
        if not candidates:
            raise FileNotFoundError(
                f"The font {family} is missing; install the package {package.replace('_', '-')}."
            )
        found[family] = candidates[0]
    return found


@cache
def load() -> None:
    """Make both families known to Qt; needs a QGuiApplication, does its work once."""
    for path in files().values():
        QFontDatabase.addApplicationFont(str(path))


@cache
def font(role: str) -> QFont:
    """The font of a role in the type table (`ROLES`); one object for all who paint in the window."""
    return fresh(ROLES[role])


def fresh(row: Role) -> QFont:
    """A font of this size and weight, tabular figures on, what joins or swaps characters off: a file called
    tall_1x5000.png is not written with ×, nor -> as an arrow.

    Made anew at each call: for sizes that are no role, and for painting on another thread than the window's.
    """
    load()
    made = QFont(MONO if row.mono else SANS)
    made.setPixelSize(row.pixels)
    made.setVariableAxis(QFont.Tag("wght"), row.weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in ("liga", "calt"):
        made.setFeature(QFont.Tag(feature), 0)
    if not row.mono:
        made.setFeature(QFont.Tag("tnum"), 1)
    if row.tracking:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, row.tracking)
    return made


@cache
def metrics(role: str) -> QFontMetricsF:
    """Fractional metrics of a role's font."""
    return QFontMetricsF(font(role))


def width(role: str, text: str) -> float:
    """Advance of a line of text in pixels."""
    return metrics(role).horizontalAdvance(text)
