"""Looking inside: the maps of every layer, the patches that excite a unit most, and the evidence for a class.

May import `models`, `networks`, `imaging` and settings. Must not import Qt, the engine, or another capability. Names
are imported when first used, so that window and command line can read the settings without loading NumPy or torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "subjects": ("Subject", "subject_named"),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*_WHERE]

if TYPE_CHECKING:
    from cnnstudio.activations.subjects import Subject as Subject
    from cnnstudio.activations.subjects import subject_named as subject_named


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = made
    return made
