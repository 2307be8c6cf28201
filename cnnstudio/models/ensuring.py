"""Having what a piece of work needs: fetched if it is missing, unless fetching is forbidden."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.errors import ModelError
from cnnstudio.global_options import OFFLINE_VARIABLE, offline, set_offline
from cnnstudio.models import place
from cnnstudio.models.fetching import fetch
from cnnstudio.models.registry import Model

__all__ = ["OFFLINE_VARIABLE", "check_allowed", "ensure", "offline", "set_offline"]


def ensure(
    model: Model,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    waiting: Callable[[str], None] = lambda words: None,
) -> None:
    """Make a network's files available, as `fetch` does; ModelError that says how, where it is forbidden."""
    if not place.installed(model):
        check_allowed(model)
        fetch(model, progress=progress, waiting=waiting)


def check_allowed(model: Model) -> None:
    """Raise ModelError, which says how to get the network, where it is missing and fetching is forbidden."""
    if offline() and not place.installed(model):
        raise ModelError(
            f"{model.name} is not here and fetching is off (--offline, the preferences or {OFFLINE_VARIABLE}). Allow "
            f"it and run `cnnstudio models fetch {model.name}`, or run `cnnstudio models import {model.name} FILE`."
        )
