"""The options that window and command line share, checked without importing anything heavy."""

from __future__ import annotations

import os
import re

from cnnstudio.errors import UsageError

DEFAULT_MEGAPIXELS = 300.0
OFFLINE_VARIABLE = "CNNSTUDIO_OFFLINE"
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def checked_device(name: str) -> str:
    """The device's name if it is one that torch could know; UsageError otherwise. Imports no torch."""
    if not _DEVICE.fullmatch(name.lower()):
        raise UsageError(f"--device is {name!r}; use auto, cpu, mps, cuda or cuda:N.")
    return name.lower()


def checked_megapixels(words: str) -> float:
    """The limit in megapixels, above 0; UsageError otherwise."""
    try:
        limit = float(words)
    except ValueError:
        limit = 0.0
    if not 0 < limit < float("inf"):
        raise UsageError(f"--max-megapixels is {words!r}; use a number above 0, such as 500.")
    return limit


def offline() -> bool:
    """Whether fetching networks is forbidden, by `--offline`, the preferences or the variable."""
    return os.environ.get(OFFLINE_VARIABLE, "").lower() not in ("", "0", "no", "false", "off")


def set_offline(forbidden: bool) -> None:
    """Forbid or allow fetching in this process and those it starts."""
    os.environ[OFFLINE_VARIABLE] = "1" if forbidden else "0"
