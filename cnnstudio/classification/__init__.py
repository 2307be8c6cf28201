"""Classification: which classes a trained network sees in a picture, and how sure it is.

May import `models`, `networks`, `imaging` and settings. Must not import Qt, the engine, or another capability. Names
are imported when first used, so that window and command line can read the settings without loading NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnstudio.classification.settings import ClassifySettings

_COMPUTED = ("Classes", "Crop", "classifier_named", "classify", "members_of")

__all__ = ["Classes", "ClassifySettings", "Crop", "classifier_named", "classify", "members_of"]

if TYPE_CHECKING:
    from cnnstudio.classification.computing import Classes as Classes
    from cnnstudio.classification.computing import Crop as Crop
    from cnnstudio.classification.computing import classifier_named as classifier_named
    from cnnstudio.classification.computing import classify as classify
    from cnnstudio.classification.computing import members_of as members_of


def __getattr__(name: str) -> Any:
    if name not in _COMPUTED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.computing"), name)
