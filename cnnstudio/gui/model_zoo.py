"""What the window knows of the model zoo: the state of each network, and fetching, importing and removing them.

One for the whole window, handed to panels in their `Studio`, so that a download that one panel began is seen by all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio import global_options
from cnnstudio.errors import StudioError
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.model_state import OFF, OFF_BY_COMMAND, ModelState

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
        self._imports: dict[str, list[Path]] = {}
        self._errors: dict[str, str] = {}
        # Said on the command line or by the variable: no switch of the window undoes it.
        self._forced = global_options.offline()

    def state(self, name: str) -> ModelState:
        """The network's present state; raises UsageError when there is none of this name."""
        from cnnstudio.models import place

        model = self._model(name)
        here = place.installed(model)
        done, total = self._running.get(model.name, (None, None))
        handle = self._handles.get(model.name)
        return ModelState(
            model.name, model.title, model.task, model.licence,
            size=model.size if here else model.sources[0].size or model.size,
            installed=here, done=done, total=total,
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

    def fetching(self) -> list[str]:
        """The names of the networks that are being fetched."""
        return [name for name in self._running if name not in self._imports]

    def when_known(self, name: str, then: Callable[[], object]) -> None:
        """Call `then` once `state(name)` answers at once: reading torchvision's list may take seconds."""
        from cnnstudio.models.catalogue import registered

        if any(each.name == name for each in registered()):
            then()
        else:
            self.list_all(lambda _models: then())

    def list_all(
        self, then: Callable[[tuple[Model, ...]], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Call `then` with every network there is, the registry's first, once torchvision's are known."""
        from cnnstudio.models.catalogue import torchvision_is_listed
        from cnnstudio.models.getting import list_all

        self._bridge.submit(
            ("models", object()), list_all, lane="long", quiet=True, needs_torch=not torchvision_is_listed(),
            done=then, failed=failed,
        )  # fmt: skip

    @property
    def offline(self) -> bool:
        """Whether fetching is forbidden."""
        return global_options.offline()

    @property
    def off(self) -> str:
        """Why fetching is off, in words for a button; empty while it is allowed."""
        return "" if not self.offline else OFF_BY_COMMAND if self._forced else OFF

    def set_offline(self, forbidden: bool) -> None:
        """Forbid or allow fetching, as far as `--offline` leaves a choice; what is being fetched is stopped."""
        forbidden = forbidden or self._forced
        if forbidden != self.offline:
            global_options.set_offline(forbidden)
            for name in self.fetching() if forbidden else ():
                self.cancel(name)
            self.offline_changed.emit()

    def fetch(self, name: str) -> None:
        """Get a network in the background; a second request while it is fetched changes nothing."""
        from cnnstudio.models.getting import get

        model = self._model(name)
        if model.name not in self._running:
            self._run(model, f"Get {model.title}", get, model)

    def cancel(self, name: str) -> None:
        """Stop fetching; what is here already is used when it is fetched again."""
        self._bridge.cancel(("model", name))

    def import_file(self, name: str, path: Path) -> None:
        """Take in a network's file in the background, one after another; the state tells what came of it."""
        model = self._model(name)
        if model.name in self._imports:
            self._imports[model.name].append(path)
            return
        self._imports[model.name] = []
        self._import(model, path)

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

    def _import(self, model: Model, path: Path) -> None:
        from cnnstudio.models.getting import take_in

        self._run(model, f"Import {path.name}", take_in, model, path)

    def _run(self, model: Model, title: str, work: Callable[..., Any], *args: object) -> None:
        """Let the engine work for a network. What ran for it before is superseded and has nothing more to say."""
        name = model.name
        self._running[name] = (0, model.size)
        self._errors.pop(name, None)

        def end(error: str) -> None:
            if self._handles.get(name) is handle:
                self._end(model, error)

        handle = self._handles[name] = self._bridge.submit(
            ("model", name), work, *args, lane="long", title=title,
            done=lambda missing: end(f"Still missing: {', '.join(missing)}." if missing else ""),
            failed=end, progress=lambda done, total: self._progress(name, int(done), int(total)),
            ended=lambda: end(""),
        )  # fmt: skip
        self.changed.emit(name)

    def _progress(self, name: str, done: int, total: int) -> None:
        if name in self._running:
            self._running[name] = (done, total)
            self.changed.emit(name)

    def _end(self, model: Model, error: str) -> None:
        self._running.pop(model.name, None)
        self._handles.pop(model.name, None)
        self._errors.pop(model.name, None)
        if error:
            self._errors[model.name] = error
        if waiting := self._imports.get(model.name):
            self._import(model, waiting.pop(0))
            return
        self._imports.pop(model.name, None)
        self.changed.emit(model.name)
