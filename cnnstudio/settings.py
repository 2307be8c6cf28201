"""Settings are values: a panel's whole state is one frozen dataclass whose fields declare themselves once.

`setting()` declares label, range, unit, choices, help and formula beside the default. From that one declaration
come the control in the window, the command-line option, the undo step, the session file and the recipe in a saved
PNG. Values are plain: bool, int, float, str, tuples of these, or tuples of further settings classes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from cnnstudio.errors import UsageError

S = TypeVar("S")


@dataclass(frozen=True)
class Choice:
    """One allowed value of a setting, with the words the window shows for it."""

    value: str
    label: str


@dataclass(frozen=True)
class Setting:
    """What a field declares about itself; `name`, `kind` and `default` are filled in by `declared`."""

    label: str
    help: str = ""
    formula: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    group: str = ""
    hidden: bool = False
    name: str = ""
    kind: type = str
    default: Any = None


def setting(
    default: Any,
    label: str,
    *,
    help: str = "",
    formula: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    unit: str = "",
    choices: Mapping[str, str] | None = None,
    group: str = "",
    hidden: bool = False,
) -> Any:
    """Declare one field of a settings dataclass; `choices` maps each value to the words shown for it.

    For tuples, `minimum` and `maximum` are how many items there may be.
    """
    made = Setting(
        label, help, formula, minimum, maximum, step, unit,
        tuple(Choice(value, words) for value, words in (choices or {}).items()), group, hidden,
    )  # fmt: skip
    return field(default=default, metadata={"setting": made})


@cache
def declared(cls: type) -> tuple[Setting, ...]:
    """The declarations of a settings class, in the order of its fields."""
    out = []
    for each in fields(cls):
        made = each.metadata["setting"]
        kind = type(each.default)
        out.append(Setting(**{**made.__dict__, "name": each.name, "kind": kind, "default": each.default}))
    return tuple(out)


def check(settings: object) -> None:
    """Raise UsageError naming the first field whose value lies outside its declaration.

    A settings class may add a method `check_together()` for what concerns several fields.
    """
    for each in declared(type(settings)):  # type: ignore[arg-type]
        _check_value(each, getattr(settings, each.name))
    together = getattr(settings, "check_together", None)
    if together is not None:
        together()


def _check_value(one: Setting, value: Any) -> None:
    if one.choices and value not in {c.value for c in one.choices}:
        allowed = ", ".join(c.value for c in one.choices)
        raise UsageError(f"{one.label} is {value!r}; use one of: {allowed}.")
    if one.kind in (int, float):
        if isinstance(value, bool) or not isinstance(value, int if one.kind is int else (int, float)):
            raise UsageError(f"{one.label} is {value!r}; it must be a number.")
        if not math.isfinite(value):
            raise UsageError(f"{one.label} is {value}; it must be finite.")
        if (one.minimum is not None and value < one.minimum) or (
            one.maximum is not None and value > one.maximum
        ):
            raise UsageError(f"{one.label} is {value}; it must lie between {one.minimum} and {one.maximum}.")
    elif one.kind in (bool, str) and not isinstance(value, one.kind):
        raise UsageError(f"{one.label} is {value!r}; it must be of type {one.kind.__name__}.")
    elif one.kind is tuple:
        if (one.minimum is not None and len(value) < one.minimum) or (
            one.maximum is not None and len(value) > one.maximum
        ):
            raise UsageError(f"{one.label}: there are {len(value)}; use {one.minimum:.0f} to {one.maximum:.0f}.")
        for item in value:
            if is_dataclass(item):
                check(item)


def to_plain(settings: Any) -> dict[str, Any]:
    """Settings as JSON-ready dictionaries and lists."""
    return {f.name: _plain(getattr(settings, f.name)) for f in fields(settings)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_plain(value)
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value


def from_plain(cls: type[S], plain: Any) -> S:
    """Rebuild settings from `to_plain`'s form; unknown names are ignored, missing ones take their default.

    Raises UsageError for values outside their declaration, so a damaged file can never enter the program.
    """
    if not isinstance(plain, Mapping):
        raise UsageError(f"{cls.__name__} must be a table of names and values, not {type(plain).__name__}.")
    hints = get_type_hints(cls)
    known = {
        f.name: _revive(hints[f.name], plain[f.name], f.name)
        for f in fields(cls)  # type: ignore[arg-type]
        if f.name in plain
    }
    try:
        made = cls(**known)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{cls.__name__} cannot be made: {error}") from None
    check(made)
    return made


def _revive(hint: Any, value: Any, name: str) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return from_plain(hint, value)
    if getattr(hint, "__origin__", None) is tuple:
        if not isinstance(value, (list, tuple)):
            raise UsageError(f"{name} must be a list.")
        args = get_args(hint)
        inner = args[0] if len(args) == 2 and args[1] is Ellipsis else None
        if inner is None and len(args) != len(value):
            raise UsageError(f"{name} must hold {len(args)} values.")
        return tuple(
            _revive(inner if inner is not None else args[i], item, name) for i, item in enumerate(value)
        )
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint in (int, float, str, bool) and type(value) is not hint:
        raise UsageError(f"{name} is {value!r}; it must be of type {hint.__name__}.")
    return value
