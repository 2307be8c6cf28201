"""Numbers as they are written in cells that cannot grow: one size of type for all, and never a digit cut off.

A number that is cut off reads as another number. Where the usual form is too long, a very large or very small one is
written as 1.2e5, and only when the smallest type is still too wide are digits behind the point given up.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.gui import fonts, numbers_text

LARGE, SMALL, TINY = 1e4, 5e-3, 5e-4
"""Beyond LARGE and TINY two digits with an exponent say more than the usual form; below SMALL it needs a digit more."""


def fitted(
    values: Sequence[float], width: float, height: float, roles: Sequence[str], *, decimals: Sequence[int] = (2, 1, 0)
) -> tuple[str, list[str]] | None:
    """The role, of `roles` from large to small, and the texts in which all `values` fit cells of this size.

    Digits behind the point are given up in the order of `decimals`; before that, the 0 before the point is.
    None when the smallest type is too large, and colour alone must do.
    """
    low = [role for role in roles if fonts.ROLES[role].line - 2 <= height]
    for places in decimals:
        for bare in (False, True):
            forms = {value: _forms(value, places, bare) for value in values}
            for role in low:
                texts = {v: _first_that_fits(some, role, width) for v, some in forms.items()}
                if all(texts.values()):
                    return role, [texts[value] for value in values]
    return None


def _forms(value: float, decimals: int, bare: bool) -> list[str]:
    """The ways to write a value, the best first; `bare` without the 0 before the point."""
    if abs(value) < 10:
        decimals = max(decimals, 1)  # the only digit is not given up
    usual = numbers_text.number(value, 3 if abs(value) < SMALL else decimals, trim=True)
    if bare:
        usual = usual.replace("0.", ".", 1) if abs(value) < 1 else usual
    if TINY <= abs(value) < LARGE or value == 0:
        return [usual]
    short = [_exponent(value, 1), _exponent(value, 0)]
    return [usual, *short] if abs(value) >= LARGE else short


def _exponent(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", numbers_text.MINUS)


def _first_that_fits(forms: Sequence[str], role: str, width: float) -> str:
    return next((form for form in forms if fonts.width(role, form) <= width), "")
