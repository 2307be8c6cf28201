"""Subjects stay in memory between looks: following all fields of a deep network takes longer than one pass."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from cnnstudio.activations.subjects import Subject, subject_named
from cnnstudio.models import place
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.hashing import nothing

KEPT = 4

_kept: OrderedDict[tuple[str, str], Subject] = OrderedDict()
_lock = threading.Lock()


def kept_subject(name: str, *, device: str = "cpu", checkpoint: Callable[[], None] = nothing) -> Subject:
    """As `subject_named`, with what it found out of its layers before.

    Weights that arrived, went or were replaced in between are noticed.
    """
    key = (name.strip().lower(), device)
    model = model_named(key[0].partition("/")[0])
    with _lock:
        before = _kept.get(key)
    if before is not None and not before.trained and not place.installed(model):
        return before
    made = subject_named(name, device=device, checkpoint=checkpoint)
    if before is not None and before.network is made.network:
        made = before
    with _lock:
        _kept[key] = made
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made
