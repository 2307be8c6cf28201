"""What the window knows of the model zoo: the state of each network, and fetching, importing and removing them.

One for the whole window, handed to panels in their `Studio`, so that a download that one panel began is seen by all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio import global_options
from cnnstudio.errors import StudioError
from cnnstudio.gui.engine_bridge import EngineBridge, Summary
from cnnstudio.gui.fetch_trouble import Trouble, trouble_of
from cnnstudio.gui.model_damage import Damage
from cnnstudio.gui.model_pace import Pace
from cnnstudio.gui.model_state import OFF, OFF_BY_COMMAND, Batch, ModelState, Together
from cnnstudio.gui.models_on_disk import state_on_disk

if TYPE_CHECKING:
    from cnnstudio.engine.jobs import Handle
    from cnnstudio.models.registry import Model


class ModelZoo(QObject):
    """Networks by name.

    Signals: `changed(name)` when the state of a network is another one, also while it is fetched,
    `offline_changed()` when fetching was forbidden or allowed, `manager_requested(name)` when somebody wants to see
    the page with all networks, at this one if it is not empty, `settings_requested()` when somebody wants to allow
    fetching.
    """

    changed = Signal(str)
    offline_changed = Signal()
    manager_requested = Signal(str)
    settings_requested = Signal()

    def __init__(self, bridge: EngineBridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._running: dict[str, tuple[int, int]] = {}
        self._expected: dict[str, int] = {}
        self._paces: dict[str, Pace] = {}
        self._handles: dict[str, Handle] = {}
        self._imports: dict[str, list[Path]] = {}
        self._troubles: dict[str, Trouble] = {}
        self._batch, self._batched = Batch(), dict[str, None]()
        self._damage = Damage(bridge, self.changed.emit)
        # Said on the command line or by the variable: no switch of the window undoes it.
        self._forced = global_options.offline()

    def state(self, name: str) -> ModelState:
        """The network's present state; raises UsageError when there is none of this name."""
        model = self._model(name)
        state = replace(state_on_disk(model, self._damage.known(model)), trouble=self._troubles.get(model.name))
        if model.name not in self._running:
            return state
        done, total = self._running[model.name]
        expected = self._expected[model.name]
        return replace(
            state, done=done, total=total, seconds_left=self._paces[model.name].seconds_left(total), stopped=0,
            stopped_of=0, least=expected, most=max(expected, total),
        )  # fmt: skip

    def together(self) -> Together:
        """Everything that is being fetched as one, with what came to an end meanwhile: what all places show."""
        return self._batch.look([self.state(name) for name in self._batched])

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

    @property
    def may_allow(self) -> bool:
        """Whether fetching is off by the switch in Settings alone."""
        return self.offline and not self._forced

    def troubles(self) -> dict[str, Trouble]:
        """What failed, by the titles of the networks."""
        return {self._model(name).title: trouble for name, trouble in self._troubles.items()}

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
        if model.name in self._running:
            return
        if self.offline:
            self._troubles[model.name] = Trouble("Fetching is off. Allow it in Settings, or import a file.")
            self.changed.emit(model.name)
            return
        if not self.fetching():
            self._batch, self._batched = Batch(), {}
        self._batched[model.name] = None
        self._run(model, f"Get {model.title}", get, model, summary=self._summary)

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
        self._end(model, Trouble(error) if error else None)

    def discard(self, name: str) -> None:
        """Throw away what a stopped download left."""
        from cnnstudio.models import unfinished

        model, trouble = self._model(name), None
        try:
            unfinished.discard(model)
        except StudioError as problem:
            trouble = Trouble(str(problem))
        self._end(model, trouble)

    def inspect(self, models: Iterable[Model]) -> None:
        """Compare the files of these networks with their hashes, in the background; `changed` tells what is wrong."""
        self._damage.look([each for each in models if each.name not in self._running])

    def explain(self, name: str, words: str, otherwise: Callable[[str], object]) -> None:
        """A job with this network failed: were its files damaged, its state says so; else `otherwise(words)` does."""
        try:
            model = self._model(name)
        except StudioError:  # that may be why
            otherwise(words)
            return
        self._damage.look([model], lambda damaged: None if damaged else otherwise(words))

    def _model(self, name: str) -> Model:
        from cnnstudio.models.catalogue import model_named

        return model_named(name)

    def _import(self, model: Model, path: Path) -> None:
        from cnnstudio.models.getting import take_in

        self._run(model, f"Import {path.name}", take_in, model, path)

    def _run(
        self, model: Model, title: str, work: Callable[..., Any], *args: object,
        summary: Callable[[], Summary] | None = None,
    ) -> None:  # fmt: skip
        """Let the engine work for a network. What ran for it before is superseded and has nothing more to say."""
        name = model.name
        disk = state_on_disk(model)
        self._expected[name] = disk.stopped_of or disk.least or model.size
        self._running[name] = (disk.stopped, self._expected[name])
        self._paces[name] = Pace()
        self._troubles.pop(name, None)

        def end(trouble: Trouble | None = None) -> None:
            if self._handles.get(name) is handle:
                self._end(model, trouble)

        handle = self._handles[name] = self._bridge.submit(
            ("model", name), work, *args, lane="long", title=title, summary=summary,
            done=lambda _: end(), failed=lambda words: end(trouble_of(handle.exception, words)),
            progress=lambda done, total: self._progress(name, int(done), int(total)), ended=end,
        )  # fmt: skip
        self.changed.emit(name)

    def _summary(self) -> Summary:
        now = self.together()
        names = self.fetching()
        title = f"Get {self.state(names[0]).title}" if len(names) == 1 else f"Get {len(names)} networks"
        return title, now.done, now.total, now.seconds_left

    def _progress(self, name: str, done: int, total: int) -> None:
        if name in self._running:
            self._running[name] = (done, total)
            self._paces[name].tell(done)
            self.changed.emit(name)

    def _end(self, model: Model, trouble: Trouble | None) -> None:
        self._running.pop(model.name, None)
        self._handles.pop(model.name, None)
        self._paces.pop(model.name, None)
        self._troubles.pop(model.name, None)
        self._damage.forget(model.name)
        if trouble:
            self._troubles[model.name] = trouble
        if waiting := self._imports.get(model.name):
            self._import(model, waiting.pop(0))
            return
        self._imports.pop(model.name, None)
        self.changed.emit(model.name)
