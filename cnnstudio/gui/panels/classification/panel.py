"""The classification panel: a photo goes in, the classes that a trained network is surest of come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cnnstudio.classification import ClassifySettings
from cnnstudio.gui.actions import Action
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.base import Panel, Result, Studio
from cnnstudio.gui.panels.classification.looking import Failed, Looking, Missing, Seen, Waiting
from cnnstudio.gui.panels.classification.takeaway import result_of
from cnnstudio.gui.panels.classification.words import as_csv, as_text

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.gui.panels.classification.inspector import Inspector
    from cnnstudio.gui.panels.classification.networks import Networks
    from cnnstudio.gui.panels.classification.page import ClassifyPage
    from cnnstudio.imaging.picture import Picture

PATIENCE_MS = 150
"""So long the last answer stays while the next one is made, so that a quick one follows without a flicker."""


class ClassificationPanel(Panel):
    """What does a network see in this photo?"""

    ID = "classification"
    TITLE = "Classify"
    ICON = "chart-bar-horizontal"
    SETTINGS = ClassifySettings
    GROUPS = ("Network", "Classes")
    VIEWS = (("photo", "Photo"),)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._settings = ClassifySettings()
        self._picture: Picture | None = None
        self._centre, self._controls = Pages(), Pages()
        self._page: ClassifyPage | None = None
        self._inspector: Inspector | None = None
        self._networks: Networks | None = None
        self._offered = ""
        self._looking = Looking(studio)
        self._looking.changed.connect(self._answered)
        self._looking.network_known.connect(self._show_network)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_answer)

    # -- state -------------------------------------------------------------------------------------------------
    @property
    def settings(self) -> ClassifySettings:
        """Network and number of classes."""
        return self._settings

    def set_settings(self, settings: ClassifySettings) -> None:
        """Show these settings everywhere, without a report."""
        self._settings = settings
        self._look()
        self._show_settings()
        self._show_answer()

    def change(self, settings: ClassifySettings, final: bool) -> None:
        """Take over what a person changed, and report it."""
        before = self._settings
        self.set_settings(settings)
        self.settings_changed.emit(before, settings, final)

    def set_picture(self, picture: Picture | None) -> None:
        """The shelf's current picture, or None; the network is asked at once."""
        self._picture = picture
        self._look()
        if picture is None:
            self._looking.warm_up(self._settings.model)
        if picture is not None or self._page is not None:
            self.page().set_picture(picture)
            self._show_answer()
        self.title_changed.emit()

    def view(self) -> str:
        """The one view."""
        return "photo"

    def set_view(self, view: str) -> None:
        """There is no other view."""

    def classes(self) -> Classes | None:
        """The classes that are shown, once the network has told them."""
        state = self._looking.state
        return state.classes.best(self._settings.top) if isinstance(state, Seen) else None

    # -- widgets -----------------------------------------------------------------------------------------------
    def centre(self) -> QWidget:
        """The photo and the answer."""
        self.page()
        return self._centre

    def page(self) -> ClassifyPage:
        """What stands in the centre, made at the first call."""
        if self._page is None:
            from cnnstudio.gui.panels.classification.page import ClassifyPage

            page = ClassifyPage(self.studio.engine, self.studio.messages.error)
            page.hidden.connect(self._patience.stop)
            canvas = page.photo.canvas
            canvas.zoomChanged.connect(lambda percent: self.zoom_changed.emit(percent, canvas.fitting))
            page.photo.hovered.connect(self.hovered)
            page.photo.drag_requested.connect(self.drag_requested)
            self._centre.addWidget(page)
            self._page = page
        return self._page

    def inspector(self) -> QWidget:
        """The controls, made at the first call."""
        if self._inspector is None:
            from cnnstudio.gui.panels.classification.inspector import Inspector
            from cnnstudio.gui.panels.classification.networks import Networks

            self._networks = Networks(self.studio)
            self._networks.changed.connect(self._show_settings)
            self._inspector = Inspector()
            self._inspector.changed.connect(self.change)
            self._inspector.more_asked.connect(lambda: self.studio.models.manager_requested.emit(self._settings.model))
            self._inspector.text_asked.connect(self.copy_text)
            self._inspector.csv_asked.connect(self.copy_csv)
            self._controls.addWidget(self._inspector)
            self._show_settings()
            self._show_network()
            self._inspector.set_classes(self.classes())
        return self._controls

    def prepare(self) -> None:
        """The centre and the controls, before the first photo comes."""
        self.page()
        self.inspector()

    # -- asking and showing ------------------------------------------------------------------------------------
    def _look(self) -> None:
        self._looking.want(self._settings.model, self._picture)

    def _answered(self) -> None:
        if isinstance(self._looking.state, Waiting):
            self._patience.start()
        else:
            self._patience.stop()
            self._show_answer()
        self.title_changed.emit()

    def _show_settings(self) -> None:
        if self._inspector is not None and self._networks is not None:
            self._inspector.set_settings(self._settings, self._networks.choices(self._settings.model))

    def _show_network(self) -> None:
        if self._inspector is not None:
            self._inspector.set_network(self._looking.network)

    def _show_answer(self) -> None:
        if self._inspector is not None:
            self._inspector.set_classes(self.classes())
        if self._page is None or self._patience.isActive():
            return
        card, state = self._page.card, self._looking.state
        classes = self.classes()
        self._page.set_crop(classes.crop if classes is not None else None)
        self._offer(state.name if isinstance(state, Missing) else "")
        if classes is not None and isinstance(state, Seen):
            card.show_classes(classes, classes.seconds)
        elif isinstance(state, Failed):
            card.show_words(state.message, waiting=False)
        elif isinstance(state, Waiting):
            words = "PyTorch is loading. The classes follow." if state.for_torch else "The network looks at the photo."
            card.show_words(words, waiting=True)

    def _offer(self, name: str) -> None:
        """Offer to get the network of this name in the card's place; "" offers nothing."""
        if self._page is None or name == self._offered:
            return
        self._offered = name
        if not name:
            self._page.set_instead(None)
            return
        from cnnstudio.gui.get_model import GetModel

        self._page.set_instead(GetModel(self.studio, name))

    # -- header, zoom, result ----------------------------------------------------------------------------------
    def header(self) -> tuple[str, str]:
        """Name and facts of the photo."""
        if self._picture is None:
            return "", ""
        from cnnstudio.gui.numbers_text import size

        return self._picture.name, f"{size(self._picture.width, self._picture.height)}, {self._picture.depth} bit"

    def has_zoom(self) -> bool:
        """As soon as there is a photo."""
        return self._picture is not None

    def compare(self, on: bool) -> None:
        """The photo without the mark of what the network saw."""
        if self._page is not None:
            self._page.photo.set_bare(on)

    def fit(self) -> None:
        """Show the whole photo."""
        self.page().photo.canvas.fit()

    def set_zoom(self, percent: float) -> None:
        """Zoom around the middle."""
        self.page().photo.canvas.set_zoom(percent)

    def result(self) -> Result | None:
        """Photo and classes as one picture, with its recipe; None until the network has told the classes."""
        classes, picture, network = self.classes(), self._picture, self._looking.network
        if classes is None or picture is None or network is None:
            return None
        return result_of(self.ID, self._settings, picture, classes, network.title)

    # -- the classes as text -----------------------------------------------------------------------------------
    def copy_text(self) -> None:
        """Put the classes on the clipboard as lines to read."""
        self._copy(as_text)

    def copy_csv(self) -> None:
        """Put the classes on the clipboard as a table."""
        self._copy(as_csv)

    def _copy(self, write: Callable[[str, Classes], str]) -> None:
        classes, picture = self.classes(), self._picture
        if classes is not None and picture is not None:
            QGuiApplication.clipboard().setText(write(picture.name, classes))
            self.studio.messages.status(f"Copied {len(classes.labels)} classes")

    def actions(self) -> list[Action]:
        """For the palette."""

        def told() -> bool:
            return self.classes() is not None

        return [
            Action("classification.copy-text", "Copy classes as text", self.copy_text, icon="copy", enabled=told),
            Action("classification.copy-csv", "Copy classes as CSV", self.copy_csv, icon="copy", enabled=told),
        ]
