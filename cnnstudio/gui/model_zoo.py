"""What the window knows of the model zoo: the state of each network, and fetching, importing and removing them.

One for the whole window, handed to panels in their `Studio`, so that a download that one panel began is seen by all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cnnstudio.errors import StudioError
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.model_state import ModelState

if TYPE_CHECKING:
    from cnnstudio.engine.jobs import Handle
    from cnnstudio.models.registry import Model


class ModelZoo(QObject):
    """Networks by name.

    Signals: `changed(name)` when the state of a network is another one, also while it is fetched,
    `offline_changed()` when fetching was forbidden or allowed, `manager_requested(name)` when somebody wants to see
    the page with all networks, at this one if it is not empty.
    """

    changed = Signal(str)
    offline_changed = Signal()
    manager_requested = Signal(str)

    def __init__(self, bridge: EngineBridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._running: dict[str, tuple[int, int]] = {}
        self._handles: dict[str, Handle] = {}
        self._errors: dict[str, str] = {}

    def state(self, name: str) -> ModelState:
        """The network's present state; raises UsageError when there is none of this name."""
        from cnnstudio.models import place
        from cnnstudio.models.catalogue import model_named

        model = model_named(name)
        here = place.installed(model)
        done, total = self._running.get(model.name, (None, None))
        size = model.size if here else model.sources[0].size or model.size
        handle = self._handles.get(model.name)
        return ModelState(
            model.name, model.title, model.task, model.licence, size, here, done, total,
            error=self._errors.get(model.name, ""),
            seconds_left=handle.seconds_left if handle else None,
            partial=0 if here or done is not None else place.partial_bytes(model.name),
            removable=any(place.own_path(model, file).is_file() for file in model.files),
            licence_from=model.licence_from,
        )  # fmt: skip

    def recommended(self) -> list[str]:
        """The names of the networks that make every panel work."""
        from cnnstudio.models.catalogue import recommended

        return [each.name for each in recommended()]

    def installed(self, name: str) -> bool:
        """Whether the network can be used now."""
        return self.state(name).installed

    def when_known(self, name: str, then: Callable[[], object]) -> None:
        """Call `then` once `state(name)` answers at once: torchvision's list may take seconds, on the engine's side."""
        from cnnstudio.models.catalogue import registered

        if any(each.name == name for each in registered()):
            then()
        else:
            self.list_all(lambda _models: then())

    def list_all(self, then: Callable[[tuple[Model, ...]], object]) -> None:
        """Call `then` with every network there is, the registry's first, once torchvision's are known."""
        self._bridge.submit(("models", object()), _every_model, needs_torch=True, quiet=True, done=then)

    @property
    def offline(self) -> bool:
        """Whether fetching is forbidden."""
        from cnnstudio.models.ensuring import offline

        return offline()

    def set_offline(self, forbidden: bool) -> None:
        """Forbid or allow fetching; what is being fetched is stopped."""
        from cnnstudio.models.ensuring import set_offline

        if forbidden != self.offline:
            set_offline(forbidden)
            for name in list(self._running) if forbidden else ():
                self.cancel(name)
            self.offline_changed.emit()

    def running(self) -> list[str]:
        """The names of the networks that are being fetched or imported."""
        return list(self._running)

    def fetch(self, name: str) -> None:
        """Get a network in the background; a second request while it is fetched changes nothing."""
        from cnnstudio.models.getting import get

        model = self._model(name)
        if model.name in self._running:
            return
        self._begin(model)
        self._handles[model.name] = self._bridge.submit(
            ("model", model.name), get, model, lane="long", title=f"Get {model.title}",
            done=lambda _result: self._end(model, ""),
            failed=lambda message: self._end(model, message),
            progress=lambda done, total: self._progress(model, int(done), int(total)),
            ended=lambda: self._end(model, self._errors.get(model.name, "")),
        )  # fmt: skip

    def cancel(self, name: str) -> None:
        """Stop fetching; what is here already is used when it is fetched again."""
        self._bridge.cancel(("model", name))

    def import_file(self, name: str, path: Path) -> None:
        """Take in a network's file in the background; the state tells what came of it."""
        from cnnstudio.models.getting import take_in

        model = self._model(name)

        def taken(missing: tuple[str, ...]) -> None:
            words = f"Still missing: {', '.join(missing)}." if missing else ""
            self._end(model, words)

        self._begin(model)
        self._bridge.submit(
            ("model", model.name), take_in, model, path, lane="long", title=f"Import {path.name}",
            done=taken, failed=lambda message: self._end(model, message),
            ended=lambda: self._end(model, self._errors.get(model.name, "")),
        )  # fmt: skip

    def remove(self, name: str) -> None:
        """Delete what was fetched, imported or converted for a network; the state tells why it was not possible."""
        from cnnstudio.models import keeping, place

        model = self._model(name)
        try:
            place.remove(model)
            error = ""
        except StudioError as problem:
            error = str(problem)
        keeping.forget(model.name)
        self._end(model, error)

    def _model(self, name: str) -> Model:
        from cnnstudio.models.catalogue import model_named

        return model_named(name)

    def _begin(self, model: Model) -> None:
        self._running[model.name] = (0, model.size)
        self._errors.pop(model.name, None)
        self.changed.emit(model.name)

    def _progress(self, model: Model, done: int, total: int) -> None:
        if model.name in self._running:
            self._running[model.name] = (done, total)
            self.changed.emit(model.name)

    def _end(self, model: Model, error: str) -> None:
        self._running.pop(model.name, None)
        self._handles.pop(model.name, None)
        if error:
            self._errors[model.name] = error
        else:
            self._errors.pop(model.name, None)
        self.changed.emit(model.name)


def _every_model(job: object) -> tuple[Model, ...]:
    from cnnstudio.models.catalogue import every_model

    return every_model()
