"""One pass of a photo through a network: which are wanted, and what came of it. The newest request wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.gui.engine_bridge import nothing
from cnnstudio.gui.panels.activations.works import Seen, look, warm
from cnnstudio.gui.panels.base import Studio

if TYPE_CHECKING:
    from cnnstudio.activations import Subject
    from cnnstudio.imaging.picture import Picture

KEY, WARMING = "activations.look", "activations.warm"


@dataclass(frozen=True)
class Waiting:
    """The pass was asked for. for_torch: it cannot begin before PyTorch is loaded."""

    for_torch: bool


@dataclass(frozen=True)
class Missing:
    """The network of this name has to be fetched first."""

    name: str


@dataclass(frozen=True)
class Failed:
    """There will be no maps, for the reason in `message`."""

    message: str


State = Waiting | Missing | Failed | Seen | None


class Looking(QObject):
    """At most one pass, of the network and photo that were wanted last.

    `subject` is the network, as soon as it is loaded. Signals: `changed()` when `state` is another one,
    `subject_known()` when `subject` is.
    """

    changed = Signal()
    subject_known = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._name = ""
        self._picture: Picture | None = None
        self.state: State = None
        self.subject: Subject | None = None
        studio.models.changed.connect(self._network_changed)
        studio.engine.torch_ready.connect(self._torch_arrived)

    def want(self, name: str, picture: Picture | None) -> None:
        """Send the photo through the network of this name; None wants nothing any more."""
        if (name, picture) == (self._name, self._picture) and self.state is not None:
            return
        if name != self._name:
            self._learn(None)
        self._name, self._picture = name, picture
        self._look()

    def warm_up(self, name: str) -> None:
        """Load the network in the background, if it is here, so that the first photo need not wait for that."""
        if registered_name(name) and self._studio.models.installed(registered_name(name)):
            self._studio.engine.submit(
                WARMING, warm, name, lane="long", quiet=True, needs_torch=True,
                failed=nothing,  # whoever asks the network will be told
            )  # fmt: skip

    def _look(self) -> None:
        engine, picture, shipped = self._studio.engine, self._picture, registered_name(self._name)
        engine.cancel(KEY)
        if picture is None:
            self._set(None)
        elif shipped and not self._studio.models.installed(shipped):
            self._set(Missing(shipped))
        else:
            self._set(Waiting(not engine.engine.torch_ready))
            engine.submit(
                KEY, look, self._name, picture.pixels, title=f"Looking at {picture.name}", needs_torch=True,
                done=self._set, failed=lambda words: self._set(Failed(words)), preview=self._learn,
            )  # fmt: skip

    def _set(self, state: State) -> None:
        self.state = state
        if isinstance(state, Seen) and state.made.subject is not self.subject:
            self._learn(state.made.subject)
        self.changed.emit()

    def _learn(self, subject: Any) -> None:
        self.subject = subject
        self.subject_known.emit()

    def _network_changed(self, name: str) -> None:
        """Fetched or removed meanwhile; progress of a download changes nothing here."""
        if name != self._name.partition("/")[0] or self._picture is None:
            return
        here = self._studio.models.installed(name)
        used = isinstance(self.state, (Seen, Waiting)) and (self.subject is None or self.subject.trained)
        if here != used:
            self._learn(None)
            self._look()

    def _torch_arrived(self, _error: str) -> None:
        if isinstance(self.state, Waiting) and self.state.for_torch:
            self._set(Waiting(for_torch=False))


def registered_name(name: str) -> str:
    """The registry's name of the network, "" for one that it does not have: torchvision's may be shown untrained."""
    from cnnstudio.models.catalogue import registered

    wanted = name.partition("/")[0].strip().lower()
    return wanted if any(each.name == wanted for each in registered()) else ""
