"""Numbers as the grids write them: short, with the true minus sign, brackets round negatives inside sums."""

from __future__ import annotations

from cnnstudio.gui.numbers_text import MINUS


def number(value: float, places: int = 3) -> str:
    """A value in at most about six characters: others than whole with `places` figures."""
    if value != value:
        return "not a number"
    rounded = round(value)
    if abs(value - rounded) < 1e-5 * max(1.0, abs(value)) and abs(rounded) < 1_000_000:
        text = str(rounded)
    elif abs(value) >= 1e6 or 0 < abs(value) < 1e-3:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        text = _trimmed(value, places)
    return text.replace("-", MINUS)


def _trimmed(value: float, places: int) -> str:
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:.{max(places - whole, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_sum(value: float) -> str:
    """The value as a summand: negatives in brackets."""
    text = number(value)
    return f"({text})" if text.startswith(MINUS) else text


def size(rows: int, columns: int, channels: int = 1) -> str:
    """Rows × columns, with the channels when there are several; no-break spaces."""
    text = f"{rows}\u00a0×\u00a0{columns}"
    return f"{text}\u00a0×\u00a0{channels}" if channels > 1 else text
