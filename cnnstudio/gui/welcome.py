"""How to begin: drop, open or paste a picture, or take a sample; and the panel's controls in outline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.fonts import font
from cnnstudio.gui.numbers_text import size as size_text
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.empty_state import EmptyState
from cnnstudio.gui.widgets.group import Group
from cnnstudio.gui.widgets.label import Label

COLUMN, NARROWEST, MARGIN = 752, 400, 24
DROP_HIGHEST, DROP_LOWEST = 264, 192
TILE, TILE_GAP, TILE_WORDS = QSize(112, 75), 16, 44
SAMPLES = (
    ("astronaut", "Astronaut"), ("cat", "Cat"), ("coffee", "Coffee"), ("rocket", "Rocket"),
    ("brick", "Bricks"), ("line-drawing", "Line drawing"),
)  # fmt: skip


class SampleTile(QAbstractButton):
    """A thumbnail with name and size."""

    def __init__(self, title: str, path: Path) -> None:
        super().__init__()
        self.path = path
        self.setText(title)
        self.setAccessibleName(f"Open the sample {title}")
        self.setToolTip(f"Open {path.name}")
        self.setFixedSize(TILE.width(), TILE.height() + TILE_WORDS)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._image = QImage()
        self._size = ""

    def load(self) -> None:
        """Read the reduced picture; called after the window is painted."""
        reader = QImageReader(str(self.path))
        full = reader.size()
        self._size = size_text(full.width(), full.height())
        shape = full.scaled(TILE * 2, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        reader.setScaledSize(shape)
        self._image = reader.read()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Thumbnail, name, size."""
        t, painter = tokens(), QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(0, 0, TILE.width(), TILE.height())
        path = QPainterPath()
        path.addRoundedRect(box, 4, 4)
        painter.fillPath(path, t.raised)
        if not self._image.isNull():
            painter.save()
            painter.setClipPath(path)
            part = self._image.rect().toRectF()
            shape = box.size().scaled(part.size(), Qt.AspectRatioMode.KeepAspectRatio)
            crop = QRectF(0, 0, shape.width(), shape.height())
            crop.moveCenter(part.center())
            painter.drawImage(box, self._image, crop)
            painter.restore()
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(t.accent_text if self.hasFocus() else t.line_strong, 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        painter.setFont(font("body"))
        painter.setPen(t.text1)
        painter.drawText(QRectF(0, TILE.height() + 7, TILE.width(), 18), self.text())
        painter.setFont(font("hint"))
        painter.setPen(t.caption)
        painter.drawText(QRectF(0, TILE.height() + 24, TILE.width(), 18), self._size)
        painter.end()


class Outline(Surface):
    """The inspector while no picture is open: the groups by name, dimmed, so that the panel can be read in advance."""

    def __init__(self) -> None:
        super().__init__("panel")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._names: tuple[str, ...] = ()

    def set_groups(self, names: Sequence[str]) -> None:
        """List the groups of a panel."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for name in names:
            group = Group(name, resettable=False)
            group.set_open(False)
            group.setEnabled(False)
            self._column.addWidget(group)
        self._column.addStretch(2)
        picture = _IconSpot("sliders-horizontal", 24)
        title = Label("No picture open", "name", "text1")
        words = Label("The controls of this panel appear here once a picture is open.", "body", "text2", wrap=True)
        for label in (title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setContentsMargins(32, 0, 32, 0)
        self._column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(8)
        self._column.addWidget(title)
        self._column.addSpacing(4)
        self._column.addWidget(words)
        self._column.addStretch(3)


class _IconSpot(QWidget):
    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self._name, self._size = name, size
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, self.rect(), self._name, tokens().text3, self._size)
        painter.end()


class Welcome(QScrollArea):
    """The centre while no picture is open.

    Signals: `open_requested()`, `paste_requested()`, `sample_requested(path)`.
    """

    open_requested = Signal()
    paste_requested = Signal()
    sample_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.outline = Outline()
        self.drop = EmptyState(
            "Drop a picture here", "PNG, JPEG, TIFF or WebP. Nothing leaves this computer.",
            buttons=(
                Button("Open…", "accent", icon="folder-open", height=32, on_click=self.open_requested.emit),
                Button("Paste", icon="clipboard", height=32, on_click=self.paste_requested.emit),
            ),
        )  # fmt: skip
        # The window takes every drop, wherever it falls.
        self.drop.setAcceptDrops(False)
        self._tiles: list[SampleTile] = []
        self._column = QWidget()
        rows = QVBoxLayout(self._column)
        rows.setContentsMargins(0, MARGIN, 0, MARGIN)
        rows.setSpacing(0)
        rows.addStretch(1)
        rows.addWidget(self.drop)
        rows.addSpacing(32)
        rows.addWidget(Label("Or start with a sample", "name", "text1"))
        rows.addSpacing(12)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(TILE_GAP)
        rows.addLayout(self._grid)
        self._below = QVBoxLayout()
        rows.addLayout(self._below)
        rows.addStretch(2)
        ground = Surface("canvas")
        across = QGridLayout(ground)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self._column, 0, 0, Qt.AlignmentFlag.AlignHCenter)
        self._add_tiles()
        self.setWidget(ground)

    def set_groups(self, names: Sequence[str]) -> None:
        """The groups of the panel whose controls are outlined."""
        self.outline.set_groups(names)

    def add_card(self, card: QWidget) -> None:
        """Put a card beneath the samples."""
        self._below.setContentsMargins(0, MARGIN, 0, 0)
        self._below.addWidget(card)
        self._fit()

    def remove_card(self, card: QWidget) -> None:
        """Take a card away."""
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A narrow window shows fewer samples, a low one a lower place to drop on, so that nothing is cut off."""
        width = max(NARROWEST, min(COLUMN, self.viewport().width() - 2 * MARGIN))
        self._column.setFixedWidth(width)
        for number, tile in enumerate(self._tiles):
            tile.setVisible((number + 1) * (TILE.width() + TILE_GAP) - TILE_GAP <= width)
        rest = 2 * MARGIN + 60 + TILE.height() + TILE_WORDS + self._below.sizeHint().height()
        height = max(DROP_LOWEST, min(DROP_HIGHEST, self.viewport().height() - rest))
        self.drop.setFixedSize(width, height)

    def _add_tiles(self) -> None:
        from cnnstudio.locate import samples_dir

        files = {path.stem: path for path in sorted(samples_dir().iterdir())}
        for stem, title in SAMPLES:
            if stem in files:
                tile = SampleTile(title, files[stem])
                tile.clicked.connect(lambda _=False, p=str(tile.path): self.sample_requested.emit(p))
                self._grid.addWidget(tile, 0, len(self._tiles))
                self._tiles.append(tile)
        self._grid.setColumnStretch(len(self._tiles), 1)

    def load_tiles(self) -> None:
        """Read the thumbnails; called once the window is painted."""
        for tile in self._tiles:
            tile.load()
