"""What every panel is: a title, an icon, settings that are values, a centre, an inspector, and a result to offer.

A panel is handed a `Studio`: the few services it may use. It never sees the window or another panel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cnnstudio.gui.actions import Action
    from cnnstudio.gui.engine_bridge import EngineBridge
    from cnnstudio.gui.model_zoo import ModelZoo
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.recipes import Recipe


class Messages(Protocol):
    """Where a panel says something to the person."""

    def error(self, text: str) -> None: ...
    def warning(self, text: str) -> None: ...
    def info(self, text: str) -> None: ...
    def status(self, text: str) -> None: ...
    def clear(self) -> None: ...


@dataclass(frozen=True)
class Pictures:
    """The pictures that a person brought in.

    `files()` are theirs, from left to right on the shelf; `open(path)` puts one there and makes it current.
    """

    files: Callable[[], tuple[Path, ...]]
    open: Callable[[Path], object]


@dataclass(frozen=True)
class Studio:
    """The services of the application that a panel may use."""

    engine: EngineBridge
    messages: Messages
    models: ModelZoo
    pictures: Pictures


@dataclass(frozen=True)
class Result:
    """What a panel offers for saving, copying and the shelf.

    `work` runs on the engine and returns the full-size picture: uint8 (H, W, 3) or (H, W, 1).
    """

    name: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    recipe: Recipe


class Panel(QObject):
    """Base of all panels.

    Signals: `settings_changed(before, after, final)` for every change a person makes (`final` is False while a
    slider is dragged), `view_changed(view id)`, `title_changed()` when the words in the header should be asked for
    again, `zoom_changed(percent, fitted)`, `hovered(words)` for the place and values under the pointer,
    `drag_requested(QImage)` when the result is being dragged out.
    """

    ID: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    ICON: ClassVar[str] = ""
    SETTINGS: ClassVar[type]
    VIEWS: ClassVar[tuple[tuple[str, str], ...]] = ()
    GROUPS: ClassVar[tuple[str, ...]] = ()
    FILES: ClassVar[tuple[str, ...]] = ()
    """Extensions, such as ".json", of the files that are no pictures and that the panel takes."""

    settings_changed = Signal(object, object, bool)
    view_changed = Signal(str)
    title_changed = Signal()
    zoom_changed = Signal(float, bool)
    hovered = Signal(str)
    drag_requested = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio

    @property
    def settings(self) -> Any:
        """The panel's whole state as one value."""
        raise NotImplementedError

    def set_settings(self, settings: Any) -> None:
        """Take over settings from undo, session or recipe, without reporting a change."""
        raise NotImplementedError

    def centre(self) -> QWidget:
        """The widget in the middle; made at the first call."""
        raise NotImplementedError

    def inspector(self) -> QWidget:
        """The controls on the right; made at the first call."""
        raise NotImplementedError

    def take_file(self, path: Path) -> None:
        """A person opened a file with one of the extensions in FILES."""

    def prepare(self) -> None:
        """Build what the first picture will need; called in an idle moment after the window is painted."""

    def set_picture(self, picture: Picture | None) -> None:
        """The shelf's current picture changed."""
        raise NotImplementedError

    def view(self) -> str:
        """The view shown now (one of VIEWS)."""
        raise NotImplementedError

    def set_view(self, view: str) -> None:
        """Show another view."""
        raise NotImplementedError

    def needs_picture(self) -> bool:
        """Whether the present view is empty without a picture; the window then shows how to open one."""
        return True

    def has_inspector(self) -> bool:
        """Whether the present view is governed by the controls on the right."""
        return True

    def has_zoom(self) -> bool:
        """Whether the present view shows a picture that can be zoomed."""
        return False

    def compare(self, on: bool) -> None:
        """Show the original in the result's place while Space is held."""

    def fit(self) -> None:
        """Show the whole picture."""

    def set_zoom(self, percent: float) -> None:
        """Zoom around the middle; 100 shows one picture pixel per screen pixel."""

    def header(self) -> tuple[str, str]:
        """Name and facts of what is shown, for the header: ("astronaut.png", "512 × 512, 8 bit")."""
        return "", ""

    def result(self) -> Result | None:
        """What Save, Copy and Send to shelf take; None when there is nothing yet."""
        return None

    def actions(self) -> list[Action]:
        """The panel's own actions, for the palette and their shortcuts."""
        return []

    def view_state(self) -> dict[str, Any]:
        """Plain values of the view that the session keeps beside the settings."""
        return {"view": self.view()}

    def set_view_state(self, state: dict[str, Any]) -> None:
        """Restore `view_state`; unknown or damaged entries are ignored."""
        if state.get("view") in {v for v, _ in self.VIEWS}:
            self.set_view(state["view"])
