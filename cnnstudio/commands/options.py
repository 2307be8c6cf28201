"""Command-line options made from what a settings field declares about itself: nothing is declared twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import typer

from cnnstudio.errors import UsageError
from cnnstudio.global_options import DEFAULT_MEGAPIXELS, checked_device, checked_megapixels, set_offline
from cnnstudio.settings import Setting, declared

DEVICE = typer.Option(
    "--device", metavar="cpu|auto|cuda|cuda:N|mps", help="What computes.", show_default=False
)
MAX_MEGAPIXELS = typer.Option(
    "--max-megapixels", metavar="N",
    help=f"Largest picture that is opened. Default: {DEFAULT_MEGAPIXELS:g}.",
)  # fmt: skip
JSON = typer.Option("--json", help="Machine-readable output.")
OFFLINE = typer.Option("--offline", help="Never fetch weights.")
SKIP_EXISTING = typer.Option("--skip-existing", help="Leave results that exist.")


@dataclass(frozen=True)
class Common:
    """What may stand before any command and behind it; None where nothing was said.

    offline: `--offline` was said. What fetches looks at `global_options.offline`, which knows the variable too.
    """

    device: str | None = None
    max_megapixels: float | None = None
    offline: bool = False

    @classmethod
    def of(
        cls, context: typer.Context, device: str | None, max_megapixels: str | None, offline: bool = False
    ) -> Common:
        """The command's own words, else those before the command. UsageError for values that cannot be.

        With `offline` fetching is forbidden from now on.
        """
        before = context.obj if isinstance(context.obj, Common) else cls()
        if offline:
            set_offline(True)
        return cls(
            before.device if device is None else checked_device(device),
            before.max_megapixels if max_megapixels is None else checked_megapixels(max_megapixels),
            offline or before.offline,
        )


@cache
def field(settings: type, name: str) -> Setting:
    """The declaration of one field; KeyError when the class has none of this name."""
    return {each.name: each for each in declared(settings)}[name]


def default(settings: type, name: str) -> Any:
    """The declared default of a field."""
    return field(settings, name).default


def option(settings: type, name: str, *, note: str = "", flag: str = "") -> Any:
    """A Typer option --name with the field's help, formula, unit, choices and range, in its group's panel.

    `note` is added to the help; `flag` replaces --name.
    """
    one = field(settings, name)
    limits: dict[str, Any] = {}
    flag = flag or f"--{name.replace('_', '-')}"
    if one.choices:
        limits = {"parser": one_of(flag, (value.value for value in one.choices)), "metavar": _choices(one)}
    elif one.kind in (int, float):
        limits = {"parser": number(flag, one), "metavar": f"{_plain(one.minimum)}…{_plain(one.maximum)}"}
    elif one.kind is str:
        limits = {"metavar": "NAME"}
    return typer.Option(
        flag, help=" ".join(filter(None, (described(one), note))), rich_help_panel=one.group or None, **limits
    )


def described(one: Setting) -> str:
    """Help and formula in one text, as the window's tool tip has them."""
    words = one.help or one.label
    words += f" In {one.unit}." if one.unit else ""
    # Square brackets would be read as markup by the help's renderer.
    return (words + (f" ({one.formula})" if one.formula else "")).replace("[", r"\[")


def number(flag: str, one: Setting) -> Callable[[str], float]:
    """A parser for a number within the field's limits, whole where the field is; UsageError otherwise."""
    what = "a whole number" if one.kind is int else "a number"
    allowed = f"{what} between {_plain(one.minimum)} and {_plain(one.maximum)}"

    def parse(words: str) -> float:
        try:
            value = float(words)
        except ValueError:
            value = math.nan
        inside = math.isfinite(value) and _low(one) <= value <= _high(one)
        if not inside or (one.kind is int and not value.is_integer()):
            raise UsageError(f"{flag} is {words}; it must be {allowed}.")
        return int(value) if one.kind is int else value

    return parse


def one_of(flag: str, values: Iterable[str]) -> Callable[[str], str]:
    """A parser that lets exactly these words through, in any case; UsageError for others."""
    allowed = tuple(values)

    def parse(words: str) -> str:
        if words.lower() not in allowed:
            raise UsageError(f"{flag} is {words!r}; use one of: {', '.join(allowed)}.")
        return words.lower()

    return parse


def _choices(one: Setting) -> str:
    return "|".join(choice.value for choice in one.choices)


def _low(one: Setting) -> float:
    return -math.inf if one.minimum is None else one.minimum


def _high(one: Setting) -> float:
    return math.inf if one.maximum is None else one.maximum


def _plain(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"
