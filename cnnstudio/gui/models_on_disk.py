"""What the disk says of a network, read without opening a file: what is here, what is stopped, what is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.gui.model_state import ModelState

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model


def state_on_disk(model: Model, damaged: bool = False) -> ModelState:
    """The network's state but for what runs. damaged: a file of the right size was found to be wrong."""
    from cnnstudio.models import place
    from cnnstudio.models.unfinished import to_fetch, unfinished

    missing = place.missing(model)
    damaged = damaged or any(place.own_path(model, file).is_file() for file in missing)
    here = not missing and not damaged
    part = None if here else unfinished(model)
    amounts = [to_fetch(model, source) for source in model.sources if source.kind != "shipped"]
    if part:
        amounts = [part.total - part.here]
    return ModelState(
        model.name, model.title, model.task, model.licence, size=model.size, installed=here,
        least=amounts[0] if amounts else 0, most=max(amounts, default=0),
        stopped=part.here if part else 0, stopped_of=part.total if part else 0,
        files=len(model.files), files_here=len(model.files) - len(missing), damaged=damaged,
        removable=any(place.own_path(model, file).is_file() for file in model.files),
        licence_from=model.licence_from,
    )  # fmt: skip
