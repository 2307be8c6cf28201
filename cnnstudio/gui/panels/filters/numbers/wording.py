"""Numbers as the grids write them: short, with the true minus sign, brackets round negatives inside sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from cnnstudio.gui.numbers_text import MINUS

EQUAL, ABOUT = "=", "≈"


def number(value: float, places: int = 3) -> str:
    """A value in at most about six characters: others than whole with `places` figures."""
    if value != value:
        return "not a number"
    rounded = round(value)
    if abs(value - rounded) < 1e-5 * max(1.0, abs(value)) and abs(rounded) < 1_000_000:
        text = str(rounded)
    elif abs(value) >= 1e6 or 0 < abs(value) < 1e-3:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa.removesuffix('.0')}e{int(exponent)}"
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


def summed(values: Sequence[float], result: float) -> tuple[list[str], str, str]:
    """The summands (negatives after the first in brackets), the sum, and "=" or "≈" for between them.

    All have the same number of decimals, as many as the finest of them needs; the sign is "=" only where the
    figures that are written really add up.
    """
    everything = [*values, result]
    if any(not math.isfinite(v) or abs(v) >= 1e6 for v in everything):
        texts = [number(v) for v in everything]
        equal = False
    else:
        places = max((_decimals(number(v)) for v in everything), default=0)
        texts = [f"{v + 0.0:.{places}f}" for v in everything]
        texts = [(t.removeprefix("-") if not float(t) else t).replace("-", MINUS) for t in texts]
        texts = [str(round(v)) if not places or v == 0 else t for v, t in zip(everything, texts, strict=True)]
        texts = [t.replace("-", MINUS) for t in texts]
        shown = [Decimal(t.replace(MINUS, "-")) for t in texts]
        equal = sum(shown[:-1], Decimal(0)) == shown[-1]
    parts = [f"({t})" if k and t.startswith(MINUS) else t for k, t in enumerate(texts[:-1])]
    return parts, texts[-1], EQUAL if equal else ABOUT


def written_value(text: str) -> Decimal | None:
    """The number that a text of `number` stands for; None where it is none."""
    try:
        return Decimal(text.strip("()").replace(MINUS, "-"))
    except InvalidOperation:
        return None


def _decimals(text: str) -> int:
    value = written_value(text)
    exponent = value.as_tuple().exponent if value is not None else 0
    return min(max(-exponent, 0), 4) if isinstance(exponent, int) else 0


def size(rows: int, columns: int, channels: int = 1) -> str:
    """Rows × columns, with the channels when there are several; no-break spaces."""
    text = f"{rows}\u00a0×\u00a0{columns}"
    return f"{text}\u00a0×\u00a0{channels}" if channels > 1 else text
