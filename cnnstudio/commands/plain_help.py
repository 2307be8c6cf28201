"""Help without programmers' types: no `<list[Path]>` beside a picture, no `<bool>` beside a switch."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


class PlainCommand(TyperCommand):
    """A command whose help shows what to type, not which type it becomes."""

    def get_params(self, ctx: Any) -> Any:
        """All parameters, the help option too."""
        return _plainly(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """As `PlainCommand`, for the program as a whole."""

    def get_params(self, ctx: Any) -> Any:
        """All parameters, the help option too."""
        return _plainly(super().get_params(ctx))


def _plainly(parameters: Any) -> Any:
    for each in parameters:
        if getattr(each, "is_flag", False):
            each.metavar = ""
        elif each.param_type_name == "argument":
            # Its name, which is the metavar, stands in the column before.
            each.display_type_rich = lambda ctx: None
    return parameters
