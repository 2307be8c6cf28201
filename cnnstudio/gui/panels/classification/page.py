"""The centre: the photo, and beside or below it the card with the answer, or what stands in for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.canvas.layout import BELOW_CAPTION, CAPTION
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.panels.classification.answer_card import AnswerCard
from cnnstudio.gui.panels.classification.crop_mark import crop_mark
from cnnstudio.gui.panels.classification.words import crop_text, is_whole
from cnnstudio.gui.photo_view import PhotoView
from cnnstudio.gui.surface import Surface

if TYPE_CHECKING:
    from cnnstudio.classification import Crop
    from cnnstudio.imaging.picture import Picture

BESIDE_FROM = 860
"""From this width on the card stands beside the photo; in a narrower centre a photo beside it would be a stamp."""

_MARGIN = 16
_SHARE, _NARROWEST, _WIDEST = 0.38, 340, 720


class ClassifyPage(Surface):
    """`photo` and `card` in their places; where they lie depends on the window alone, never on the photo.

    Signals: `hidden()` when another page is shown or the window closes.
    """

    hidden = Signal()

    def __init__(self, engine: EngineBridge, failed: Callable[[str], object]) -> None:
        super().__init__("canvas")
        self._picture: Picture | None = None
        self.photo = PhotoView(engine, "classification.view", failed)
        self.card = AnswerCard()
        self.photo.setParent(self)
        self.card.setParent(self)
        self.card.reshaped.connect(self._arrange)
        self._instead: QWidget | None = None

    def set_picture(self, picture: Picture | None) -> None:
        """Another photo, without a mark until it is known what the network saw of it."""
        if picture is self._picture:
            return
        self._picture = picture
        self.photo.set_picture(picture)
        self.photo.photo.set_caption(title=picture.name if picture is not None else "", subtitle="")

    def set_crop(self, crop: Crop | None) -> None:
        """Mark what the network saw; None takes the mark away."""
        picture = self._picture
        if picture is None or crop is None:
            self.photo.set_overlays([])
            self.photo.photo.set_caption(subtitle="")
            return
        whole = is_whole(crop, picture.width, picture.height)
        self.photo.set_overlays([] if whole else [crop_mark(crop, picture.width, picture.height)])
        self.photo.photo.set_caption(subtitle=crop_text(crop, picture.width, picture.height))

    def set_instead(self, widget: QWidget | None) -> None:
        """Show this widget in the card's place, which the page owns from now on; None brings the card back."""
        old, self._instead = self._instead, widget
        if old is not None:
            old.hide()
            old.deleteLater()
        if widget is not None:
            widget.setParent(self)
            widget.installEventFilter(self)
            widget.show()
        self.card.setVisible(widget is None)
        self._arrange()

    def instead(self) -> QWidget | None:
        """The widget in the card's place."""
        return self._instead

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 380)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.hidden.emit()

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        """What stands in for the card wants another height when it shows something else."""
        if watched is self._instead and event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return False

    def _arrange(self) -> None:
        wide, high = self.width(), self.height()
        if self._instead is not None:
            height = min(self._instead.sizeHint().height(), high - _MARGIN)
            self.photo.setGeometry(0, 0, wide, high - height - _MARGIN)
            self._instead.setGeometry(0, high - height - _MARGIN, wide, height)
        elif wide >= BESIDE_FROM:
            width = round(min(_WIDEST, max(_NARROWEST, _SHARE * wide)))
            height = self.card.fitted(width, high - 2 * _MARGIN, stacked=True)
            # The caption above the photo moves its middle down; the card's middle follows.
            top = min((high - height + CAPTION + BELOW_CAPTION) // 2, high - _MARGIN - height)
            self.photo.setGeometry(0, 0, wide - width - _MARGIN, high)
            self.card.setGeometry(wide - width - _MARGIN, top, width, height)
        else:
            width = wide - 2 * _MARGIN
            height = self.card.fitted(width, round(high * 0.52), stacked=False)
            self.photo.setGeometry(0, 0, wide, high - height - _MARGIN)
            self.card.setGeometry(_MARGIN, high - height - _MARGIN, width, height)
