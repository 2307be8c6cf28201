"""Which classifiers can be chosen: the registry's, and those of torchvision whose files are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.gui.panels.base import Studio

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

KEY = "classification.networks"
TASK = "classification"


class Networks(QObject):
    """The choices, pairs of name and title.

    Signals: `changed()` when there are others.
    """

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._others: tuple[tuple[str, str], ...] = ()
        studio.models.changed.connect(lambda name: name not in self._shipped() and self.refresh())
        self.refresh()

    def choices(self, chosen: str) -> tuple[tuple[str, str], ...]:
        """The registry's classifiers, then the others that are here, and the chosen one in any case."""
        from cnnstudio.models.catalogue import registered

        known = (*((each.name, each.title) for each in registered() if each.task == TASK), *self._others)
        return known if chosen in dict(known) else (*known, (chosen, chosen))

    def refresh(self) -> None:
        """Look again at what is here. Only where files of other networks lie is torchvision's list worth its import."""
        names = tuple(name for name in folders_here() if name not in self._shipped())
        if names:
            self._studio.engine.submit(
                KEY, classifiers_among, names, lane="long", quiet=True, needs_torch=True,
                done=self._arrived, failed=self._studio.messages.error,
            )  # fmt: skip
        elif self._others:
            self._arrived(())

    def _arrived(self, found: tuple[Model, ...]) -> None:
        self._others = tuple((each.name, each.title) for each in found)
        self.changed.emit()

    def _shipped(self) -> set[str]:
        from cnnstudio.models.catalogue import registered

        return {each.name for each in registered()}


def folders_here() -> tuple[str, ...]:
    """The names of all networks of which there are files."""
    from cnnstudio.models.place import models_dir

    try:
        return tuple(sorted(each.name for each in models_dir().iterdir() if each.is_dir()))
    except OSError:
        return ()


def classifiers_among(names: tuple[str, ...], job: Any) -> tuple[Model, ...]:
    """The installed classifiers among networks; names that no network has are left out."""
    from cnnstudio.errors import StudioError
    from cnnstudio.models import place
    from cnnstudio.models.catalogue import model_named

    found = []
    for name in names:
        job.checkpoint()
        try:
            model = model_named(name)
        except StudioError:
            continue
        if model.task == TASK and place.installed(model):
            found.append(model)
    return tuple(found)
