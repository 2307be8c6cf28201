"""How numbers are written for people: true minus sign, thin thousands, a no-break space before the unit.

`parse` is the way back and takes what people type: hyphen or true minus, decimal comma, fractions, a
unit behind.
"""

from __future__ import annotations

import math
import re

MINUS, NBSP, THIN, TIMES, PLUS_MINUS = "\u2212", "\u00a0", "\u202f", "\u00d7", "\u00b1"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")


def number(value: float, decimals: int | None = None, *, trim: bool | None = None, sign: bool = False) -> str:
    """`value` with at most `decimals` digits behind the point (4 significant ones when None).

    Trailing zeros are trimmed unless `decimals` is given; `trim` overrides that. `sign` prints + for
    positive values.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return ("" if value > 0 else MINUS) + "infinite"
    cut = decimals is None if trim is None else trim
    if decimals is None:
        size = abs(value)
        decimals = 0 if size >= 1000 or size == 0 else max(0, 3 - math.floor(math.log10(size)))
        if decimals > 8:
            return _scientific(value)
    text = f"{abs(value):.{decimals}f}"
    if cut and "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, point, rest = text.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", THIN)
    nonzero = any(c in "123456789" for c in text)
    lead = MINUS if value < 0 and nonzero else "+" if sign and value > 0 and nonzero else ""
    return lead + whole + point + rest


def exact(value: float) -> str:
    """Every digit that `value` has, the shortest text from which `parse` gives the very same float: "0.123456789"."""
    mantissa, e, exponent = repr(float(value)).partition("e")
    return (mantissa.removesuffix(".0") + (f"e{int(exponent)}" if e else "")).replace("-", MINUS)


def _scientific(value: float) -> str:
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", MINUS)


def with_unit(text: str, unit: str) -> str:
    """Number and unit; a degree sign stands close, every other unit behind a no-break space."""
    if not unit:
        return text
    return text + unit if unit == "°" else text + NBSP + unit


def quantity(value: float, unit: str = "", decimals: int | None = None) -> str:
    """`number` with its unit: "6 ms"."""
    return with_unit(number(value, decimals), unit)


def size(width: int, height: int) -> str:
    """ "512 × 512"."""
    return f"{number(width)}{NBSP}{TIMES}{NBSP}{number(height)}"


def percent(fraction: float) -> str:
    """A share of 0 to 1 as "38 %"; rounds down, so that 100 % means done."""
    return f"{math.floor(max(0.0, min(1.0, fraction)) * 100 + 1e-9)}{NBSP}%"


def milliseconds(value: float) -> str:
    """A measured time: "6 ms", "0.4 ms", "1.8 s"."""
    if value >= 1000:
        return quantity(value / 1000, "s", 1)
    return quantity(value, "ms", 0 if value >= 1 else 1)


def duration(seconds: float) -> str:
    """ "48 s", "2 min 18 s", "1 h 5 min"."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole}{NBSP}s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min" + (f" {rest}{NBSP}s" if rest and minutes < 10 else "")
    hours, minutes = divmod(minutes, 60)
    return f"{hours}{NBSP}h" + (f" {minutes}{NBSP}min" if minutes else "")


def time_left(seconds: float) -> str:
    """ "2 min 18 s left"."""
    return duration(seconds) + " left"


def byte_count(count: float) -> str:
    """ "900 B", "4.2 MB", "9 GB" (powers of 1000)."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return (
                quantity(count, unit, 0)
                if count >= 10 or unit == "B"
                else with_unit(number(count, 1, trim=True), unit)
            )
        count /= 1000
    raise AssertionError


def parse(text: str) -> float:
    """The number somebody typed; raises ValueError with a message to show."""
    plain = text.strip().lower()
    for old, new in (
        (MINUS, "-"),
        ("\u2013", "-"),
        (NBSP, ""),
        (THIN, ""),
        ("\u2009", ""),
        (" ", ""),
        (PLUS_MINUS, ""),
    ):
        plain = plain.replace(old, new)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    plain = re.sub(r"(?<=[\d.])(px|ms|min|s|%|°|×)$", "", plain)
    above, slash, below = plain.partition("/")
    if not _NUMBER.fullmatch(above) or (slash and not _NUMBER.fullmatch(below)):
        raise ValueError("A number, such as 0.5 or 1/9" if plain else "A number is missing")
    value = float(above)
    if slash:
        if float(below) == 0:
            raise ValueError("Division by 0")
        value /= float(below)
    if not math.isfinite(value):
        raise ValueError("Too large a number")
    return value


def decimals_of(step: float | None) -> int:
    """Digits behind the point that a step needs: 1 → 0, 0.05 → 2 (at most 4)."""
    if not step:
        return 2
    text = f"{step:.4f}".rstrip("0")
    return len(text.partition(".")[2])


def range_hint(minimum: float | None, maximum: float | None) -> str:
    """What a field accepts: "0 or more", "At most 16", "1 to 16"."""
    if minimum is not None and maximum is not None:
        return f"{number(minimum)} to {number(maximum)}"
    if minimum is not None:
        return f"{number(minimum)} or more"
    return f"At most {number(maximum)}" if maximum is not None else ""


def gigabytes_of(part: float, whole: float) -> str:
    """ "1.2 / 23 GB"."""
    return f"{part / 1e9:.1f} / {whole / 1e9:.0f}\u00a0GB"
