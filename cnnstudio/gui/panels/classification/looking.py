"""Asking a network what it sees: which photo and network are wanted, and what came of it. The newest request wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.gui.engine_bridge import nothing
from cnnstudio.gui.panels.base import Studio

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.models.registry import Model

MOST = 20
"""Classes that are always asked for, so that another number of them needs no second pass through the network."""

KEY, WARMING = "classification.look", "classification.warm"


@dataclass(frozen=True)
class Waiting:
    """The network was asked. for_torch: it cannot answer before PyTorch is loaded."""

    for_torch: bool


@dataclass(frozen=True)
class Missing:
    """The network of this name has to be fetched first."""

    name: str


@dataclass(frozen=True)
class Failed:
    """There will be no answer, for the reason in `message`."""

    message: str


@dataclass(frozen=True)
class Seen:
    """The answer: the `MOST` best classes."""

    classes: Classes


State = Waiting | Missing | Failed | Seen | None


class Looking(QObject):
    """At most one request, of the network and photo that were wanted last.

    Signals: `changed()` when `state` is another one, `network_known()` when `network` is.
    """

    changed = Signal()
    network_known = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._name = ""
        self._picture: Picture | None = None
        self.state: State = None
        self.network: Model | None = None
        studio.models.changed.connect(self._network_changed)
        studio.engine.torch_ready.connect(self._torch_arrived)

    def want(self, name: str, picture: Picture | None) -> None:
        """Have the network of this name look at the photo; None wants nothing any more."""
        if (name, picture) == (self._name, self._picture) and self.state is not None:
            return
        if name != self._name:
            self._learn(shipped_row(name))
        self._name, self._picture = name, picture
        self._look()

    def warm_up(self, name: str) -> None:
        """Load the network in the background, if it is here, so that the first photo need not wait for that."""
        network = shipped_row(name)
        if network is not None and self._studio.models.installed(name):
            from cnnstudio.models.warming import warm

            self._studio.engine.submit(
                WARMING, warm, network, lane="long", quiet=True, needs_torch=True,
                failed=nothing,  # whoever asks the network will be told
            )  # fmt: skip

    def _look(self) -> None:
        engine, picture = self._studio.engine, self._picture
        engine.cancel(KEY)
        if picture is None:
            self._set(None)
        elif self.network is not None and not self._studio.models.installed(self.network.name):
            self._set(Missing(self.network.name))
        else:
            engine.submit(
                KEY, look, self._name, picture.pixels, title=f"Classifying {picture.name}", needs_torch=True,
                done=self._set, failed=self._failed, preview=self._learn,
            )  # fmt: skip
            self._set(Waiting(not engine.engine.torch_ready))

    def _failed(self, words: str) -> None:
        """A damaged file makes the network a missing one, which can be got again."""
        self._studio.models.explain(self._name, words, lambda words: self._set(Failed(words)))

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()

    def _learn(self, network: Model | None) -> None:
        self.network = network
        self.network_known.emit()

    def _network_changed(self, name: str) -> None:
        """Fetched or removed meanwhile; progress of a download changes nothing here."""
        if self.network is None or name != self.network.name or self._picture is None:
            return
        if self._studio.models.installed(name) == isinstance(self.state, Missing):
            self._look()

    def _torch_arrived(self, _error: str) -> None:
        if isinstance(self.state, Waiting) and self.state.for_torch:
            self._set(Waiting(for_torch=False))


def shipped_row(name: str) -> Model | None:
    """The network's row if the registry has it; torchvision's cannot be known before torch is loaded."""
    from cnnstudio.models.catalogue import registered

    return next((each for each in registered() if each.name == name), None)


def look(name: str, pixels: Any, job: Any) -> Seen | Missing:
    """The best classes of a picture (H, W, 1 or 3); a work for the engine that previews the network's row."""
    from cnnstudio.classification import ClassifySettings, classifier_named, classify
    from cnnstudio.models import place
    from cnnstudio.models.warming import warm

    network = classifier_named(name)
    job.preview(network)
    if not place.installed(network):
        return Missing(network.name)
    warm(network, job)
    return Seen(classify(ClassifySettings(name, MOST), pixels, job))
