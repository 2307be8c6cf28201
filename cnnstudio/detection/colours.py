"""A colour for each class: always the same, and told apart by colour-blind eyes too.

The hues are those of M. Okabe and K. Ito, "Color Universal Design", 2008; after seven classes they come again lighter,
then darker. Eighty classes cannot differ by colour alone, so a box always carries its name.
"""

from __future__ import annotations

Colour = tuple[int, int, int]

HUES: tuple[Colour, ...] = (
    (86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66), (204, 121, 167), (213, 94, 0), (0, 114, 178),
)  # fmt: skip
_SHADES = (0.0, 0.45, -0.35)


def class_colour(class_id: int) -> Colour:
    """sRGB 0…255 of a class."""
    shade = _SHADES[class_id // len(HUES) % len(_SHADES)]
    towards = 255 if shade > 0 else 0
    red, green, blue = (round(each + (towards - each) * abs(shade)) for each in HUES[class_id % len(HUES)])
    return red, green, blue


def text_colour(ground: Colour) -> Colour:
    """Black or white, whichever has the higher contrast on this ground (WCAG 2)."""
    light = sum(weight * _linear(each) for weight, each in zip((0.2126, 0.7152, 0.0722), ground, strict=True))
    return (0, 0, 0) if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else (255, 255, 255)


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
