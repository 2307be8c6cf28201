"""The values of the design tokens, dark and light; `cnnstudio.gui.theme` says which of them hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor

from cnnstudio.gui.widgets.colour import Stops

# The maps of the imaging room, repeated here because that room loads NumPy; a test holds both equal.
DIVERGING: Stops = (
    (-1.0, "#9AD4FF"),
    (-0.66, "#4A9BE0"),
    (-0.33, "#2D6296"),
    (0.0, "#3C3C3C"),
    (0.33, "#8F5222"),
    (0.66, "#DB8433"),
    (1.0, "#FFD09A"),
)
SEQUENTIAL: Stops = (
    (0.0, "#151515"),
    (0.2, "#20364A"),
    (0.4, "#356A80"),
    (0.6, "#6FA08F"),
    (0.8, "#D2C27C"),
    (1.0, "#FFF4D6"),
)
CELLS_LIGHT: Stops = (
    (-1.0, "#2F7FC4"),
    (-0.5, "#A3CBEE"),
    (0.0, "#E9E9E9"),
    (0.5, "#F2C08F"),
    (1.0, "#D97B22"),
)
CLASS_COLOURS = (
    "#5CB8F2",
    "#F2B84B",
    "#E6467D",
    "#3DF2EB",
    "#5A9123",
    "#F8EA9E",
    "#6582F2",
    "#DD8EB8",
    "#BADAB7",
    "#4D9991",
    "#B567B0",
    "#B3A872",
)
LABEL_TEXT = "#0A0A0A"


@dataclass(frozen=True, eq=False, repr=False)  # less code to generate at start
class Tokens:
    """Every colour of one theme; greys are strictly neutral so that they never tint the picture."""

    dark: bool
    canvas: QColor
    bg: QColor
    panel: QColor
    raised: QColor
    segment: QColor
    field: QColor
    field_line: QColor
    formula: QColor
    trough: QColor
    line: QColor
    line_strong: QColor
    hover: QColor
    pressed: QColor
    text1: QColor
    text2: QColor
    text3: QColor
    caption: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_pressed: QColor
    on_accent: QColor
    accent_text: QColor
    tint: QColor
    info: QColor
    info_bar: QColor
    warning: QColor
    warning_bar: QColor
    error: QColor
    error_bar: QColor
    success: QColor
    track: QColor
    switch_off: QColor
    thumb: QColor
    thumb_ring: QColor
    menu: QColor
    tip: QColor
    shadow: QColor
    cell_zero: QColor
    cell_scale: float
    cell_stops: Stops
    chart_grid: QColor
    chart_other: QColor
    series: tuple[QColor, ...]


# One row a token, dark and light, in the order of the fields after `dark`.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("canvas", "#121212", "#C9C9C9"), ("bg", "#1A1A1A", "#E8E8E8"), ("panel", "#1F1F1F", "#F1F1F1"),
    ("raised", "#2B2B2B", "#FFFFFF"), ("segment", "#3B3B3B", "#FFFFFF"), ("field", "#151515", "#FFFFFF"),
    ("field_line", "#3A3A3A", "#C2C2C2"), ("formula", "#151515", "#E6E6E6"),
    ("trough", "#151515", "#DCDCDC"), ("line", "#2C2C2C", "#D6D6D6"),
    ("line_strong", "#404040", "#BCBCBC"), ("hover", "#333333", "#DFDFDF"),
    ("pressed", "#242424", "#D0D0D0"), ("text1", "#E8E8E8", "#1B1B1B"), ("text2", "#B8B8B8", "#444444"),
    ("text3", "#9C9C9C", "#5C5C5C"), ("caption", "#A6A6A6", "#3F3F3F"),
    ("disabled", "#6A6A6A", "#9A9A9A"), ("accent", "#3DB8A9", "#0B766B"),
    ("accent_hover", "#56C9BB", "#0A675E"), ("accent_pressed", "#2FA093", "#085850"),
    ("on_accent", "#08211E", "#FFFFFF"), ("accent_text", "#63CDC0", "#0A6A60"),
    ("tint", "#17332F", "#CFE6E2"), ("info", "#7DB4F5", "#1C5FAE"), ("info_bar", "#1B2836", "#DBE8F7"),
    ("warning", "#E6B656", "#7D5600"), ("warning_bar", "#332A17", "#F6E8C8"),
    ("error", "#F28A86", "#B3261E"), ("error_bar", "#391F1F", "#F8DCDA"),
    ("success", "#86CF8B", "#2B7232"), ("track", "#454545", "#BDBDBD"),
    ("switch_off", "#454545", "#7D7D7D"), ("thumb", "#D4D4D4", "#FFFFFF"),
    ("thumb_ring", "#00000000", "#73000000"), ("menu", "#2A2A2A", "#FFFFFF"),
    ("tip", "#303030", "#FFFFFF"), ("shadow", "#80000000", "#38000000"),
    ("cell_zero", "#333333", "#E4E4E4"), ("chart_grid", "#333333", "#D6D6D6"),
    ("chart_other", "#8D8D8D", "#8D8D8D"),
)  # fmt: skip


@cache
def tokens_for(dark: bool) -> Tokens:
    """The colours of the dark or the light theme."""
    colours = {name: QColor(d if dark else w) for name, d, w in _TABLE}
    series = (
        ("#3DB8A9", "#E0E0E0", "#F2A35C", "#6FB4EE") if dark else ("#0B766B", "#1B1B1B", "#A85A10", "#1C5FAE")
    )
    return Tokens(
        dark=dark,
        cell_scale=0.43 if dark else 0.62,
        cell_stops=DIVERGING if dark else CELLS_LIGHT,
        series=tuple(QColor(s) for s in series),
        **colours,
    )
