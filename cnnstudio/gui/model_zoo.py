"""What the window knows of the model zoo: the state of each network, and fetching, importing and removing them.

One for the whole window, handed to panels in their `Studio`, so that a download that one panel began is seen by all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cnnstudio.errors import StudioError
from cnnstudio.gui.engine_bridge import EngineBridge

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model


@dataclass(frozen=True)
class ModelState:
    """A network as the window shows it.

    size: bytes on disk once it is here, else to download from its first source. done, total: bytes of the running
    download, both None while there is none. error: why the last attempt failed.
    """

    name: str
    title: str
    task: str
    licence: str
    size: int
    installed: bool
    done: int | None = None
    total: int | None = None
    error: str = ""

    @property
    def fetching(self) -> bool:
        """Whether a download runs."""
        return self.done is not None


class ModelZoo(QObject):
    """Networks by name.

    Signals: `changed(name)` when the state of a network is another one, also while it is fetched.
    """

    changed = Signal(str)

    def __init__(self, bridge: EngineBridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._running: dict[str, tuple[int, int]] = {}
        self._errors: dict[str, str] = {}

    def state(self, name: str) -> ModelState:
        """The network's present state; raises UsageError when there is none of this name."""
        from cnnstudio.models import place
        from cnnstudio.models.catalogue import model_named

        model = model_named(name)
        here = place.installed(model)
        done, total = self._running.get(model.name, (None, None))
        size = model.size if here else model.sources[0].size or model.size
        error = self._errors.get(model.name, "")
        return ModelState(model.name, model.title, model.task, model.licence, size, here, done, total, error)

    def recommended(self) -> list[str]:
        """The names of the networks that make every panel work."""
        from cnnstudio.models.catalogue import recommended

        return [each.name for each in recommended()]

    def installed(self, name: str) -> bool:
        """Whether the network can be used now."""
        return self.state(name).installed

    def fetch(self, name: str) -> None:
        """Get a network in the background; a second request while it is fetched changes nothing."""
        from cnnstudio.models.getting import get

        model = self._model(name)
        if model.name in self._running:
            return
        self._begin(model)
        self._bridge.submit(
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
        if error:
            self._errors[model.name] = error
        else:
            self._errors.pop(model.name, None)
        self.changed.emit(model.name)
