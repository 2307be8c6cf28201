"""Having what a piece of work needs: fetched if it is missing, unless fetching is forbidden."""

from __future__ import annotations

import os
from collections.abc import Callable

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.fetching import fetch
from cnnstudio.models.registry import Model

OFFLINE_VARIABLE = "CNNSTUDIO_OFFLINE"


def offline() -> bool:
    """Whether fetching is forbidden, by `--offline`, the preferences or the variable."""
    return os.environ.get(OFFLINE_VARIABLE, "").lower() not in ("", "0", "no", "false", "off")


def set_offline(forbidden: bool) -> None:
    """Forbid or allow fetching in this process and those it starts."""
    os.environ[OFFLINE_VARIABLE] = "1" if forbidden else "0"


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
