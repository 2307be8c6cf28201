"""Having what a piece of work needs: fetched if it is missing, unless fetching is forbidden."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.errors import ModelError
from cnnstudio.global_options import OFFLINE_VARIABLE, offline, set_offline
from cnnstudio.models import place
from cnnstudio.models.fetching import fetch
from cnnstudio.models.registry import Model

__all__ = ["OFFLINE_VARIABLE", "ensure", "offline", "set_offline"]


def ensure(
    model: Model,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    waiting: Callable[[str], None] = lambda words: None,
) -> None:
    """Make a network's files available, as `fetch` does; ModelError that says how, where it is forbidden."""
    if place.installed(model):
        return
    if offline():
        raise ModelError(
            f"{model.name} is not here and fetching is off. Run `cnnstudio models fetch {model.name}` without "
            f"--offline, or `cnnstudio models import {model.name} FILE`."
        )
    fetch(model, progress=progress, waiting=waiting)
