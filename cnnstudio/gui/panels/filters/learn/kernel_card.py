"""A kernel with its name and a remark, large enough to watch its cells change."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.filters import Matrix
from cnnstudio.gui.widgets.kernel_grid import KernelGrid
from cnnstudio.gui.widgets.label import Label


class KernelCard(QWidget):
    """Caption, grid, remark; without weights the grid gives way to a sentence."""

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.grid = KernelGrid(name=f"{name} kernel", editable=False)
        self.grid.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.caption = Label(name, "name", "text1")
        self.remark = Label("", "hint", "text3")
        self._empty = Label(empty, "body", "text3", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._square = _Square(self.grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.caption)
        layout.addWidget(self._square, 1)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.remark)
        self.set_weights(None)

    def weights(self) -> Matrix | None:
        """What is shown, or None."""
        return None if self._square.isHidden() else self.grid.weights()

    def set_weights(self, weights: Matrix | None) -> None:
        """Show a kernel, or the sentence for none."""
        self._square.setVisible(weights is not None)
        self._empty.setVisible(weights is None)
        if weights is not None:
            self.grid.set_weights(weights)
            self._square.fit()

    def set_empty_text(self, words: str) -> None:
        """What is said while there are no weights."""
        self._empty.setText(words)


class _Square(QWidget):
    """Keeps the cells square, flush left and top."""

    def __init__(self, grid: KernelGrid) -> None:
        super().__init__()
        self._grid = grid
        grid.setParent(self)

    def resizeEvent(self, event: object) -> None:
        """Fit again."""
        self.fit()

    def fit(self) -> None:
        """The largest grid of square cells that fits."""
        rows, columns = self._grid.shape()
        cell = min(self.width() / columns, self.height() / rows)
        self._grid.setGeometry(0, 0, int(cell * columns), int(cell * rows))

    def sizeHint(self) -> QSize:
        return QSize(200, 200)
