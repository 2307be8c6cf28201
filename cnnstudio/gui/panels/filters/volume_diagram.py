"""How a layer over a volume is painted: boxes, kernels, operators and nodes from left to right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from cnnstudio.filters import Matrix
from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.panels.filters.volume_layer import VolumeLayer, sizes_text
from cnnstudio.gui.theme import cell_colour, tokens
from cnnstudio.gui.widgets import painting

CHANNELS = (("Red", "#D9625C"), ("Green", "#5FA65A"), ("Blue", "#5588D0"))
NAMES = {"relu": "ReLU", "leaky-relu": "Leaky ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh", "abs": "|z|"}
_TOP, _BOTTOM, _GAP = 44, 44, 16
CHIP_GAP = 12
SMALLEST, LARGEST, SHARE = 120.0, 240.0, 0.21
"""Side of a box: at most SMALLEST in a small window, in a large one that share of its height up to LARGEST."""
SHEET, SHEETS = 6.0, 14.0
"""How far each further map sticks out behind the front one, and how far all of them may."""
OPERATOR, OPERATOR_NARROW = 48, 32


class Diagram:
    """One painting: from left to right input, kernel, product, [sum], bias and activation, output."""

    def __init__(self, painter: QPainter, area: QRectF, layer: VolumeLayer) -> None:
        self.painter, self.layer, self.t = painter, layer, tokens()
        self.adds = layer.summed and layer.channels > 1
        rows = layer.channels
        room = (area.height() - _TOP - _BOTTOM - _GAP * (rows - 1)) / rows
        # Four boxes, three operators and the nodes in between share the width.
        self.chips = tuple(filter(None, (self._bias(), self._activation(), layer.pool)))
        spare = area.width() - self._nodes_width()
        op = self.op = OPERATOR if spare - 3 * OPERATOR >= 4 * 72 else OPERATOR_NARROW
        self.sheet = min(SHEET, SHEETS / max(layer.filters - 1, 1)) if layer.filters > 1 else 0.0
        stack = self.stack = self.sheet * (layer.filters - 1)
        widest = min(max(SMALLEST, SHARE * area.height()), LARGEST)
        self.side = max(min(room, (spare - stack - 3 * op) / 4, widest), 24.0)
        width = 4 * self.side + 3 * op + self._nodes_width() + stack
        left = area.left() + max((area.width() - width) / 2, 0)
        height = rows * self.side + (rows - 1) * _GAP
        self.top = area.top() + _TOP + max((area.height() - _TOP - _BOTTOM - height) / 2, 0)
        self.middle = self.top + height / 2
        self.input_x = left
        self.kernel_x = self.input_x + self.side + op
        self.product_x = self.kernel_x + self.side + op
        self.nodes_x = self.product_x + self.side
        self.output_x = self.nodes_x + self._nodes_width() + op
        self.bottom = self.top + height

    def _activation(self) -> str:
        return NAMES.get(self.layer.activation, "")

    def _nodes_width(self) -> float:
        lead = 80.0 if self.adds else 24.0 - CHIP_GAP
        return lead + sum(CHIP_GAP + _chip_width(words) for words in self.chips)

    def _bias(self) -> str:
        return f"bias {numbers_text.number(self.layer.bias, 2, trim=True)}"

    def row_y(self, row: int) -> float:
        return self.top + row * (self.side + _GAP)

    def paint(self) -> None:
        layer = self.layer
        for row in range(layer.channels):
            self._paint_row(row)
        if self.adds:
            self._paint_tail(self.middle, layer.outputs[0] if layer.outputs else None, layer.filters)
        self._paint_captions()

    def _paint_row(self, row: int) -> None:
        layer, y = self.layer, self.row_y(row)
        label, colour = CHANNELS[row] if layer.channels == 3 else ("", "")
        self._map(QRectF(self.input_x, y, self.side, self.side), _at(layer.inputs, row), label, colour)
        self._operator(self.input_x + self.side + self.op / 2, y + self.side / 2, "*")
        self._kernel(
            QRectF(self.kernel_x, y, self.side, self.side), layer.kernels[min(row, len(layer.kernels) - 1)]
        )
        self._operator(self.kernel_x + self.side + self.op / 2, y + self.side / 2, "=")
        self._map(QRectF(self.product_x, y, self.side, self.side), _at(layer.products, row), "", "")
        if self.adds:
            self._lead(QPointF(self.nodes_x, y + self.side / 2), QPointF(self.nodes_x + 48, self.middle))
        else:
            self._paint_tail(y + self.side / 2, _at(layer.outputs, row), layer.filters)

    def _paint_tail(self, y: float, image: QImage | None, maps: int) -> None:
        x = self.nodes_x
        if self.adds:
            self._node(QRectF(x + 48, y - 16, 32, 32), "Σ")
            x += 80
        else:
            self._line(x, y, 24 - CHIP_GAP)
            x += 24 - CHIP_GAP
        for words in self.chips:
            self._line(x, y, CHIP_GAP)
            x += CHIP_GAP
            self._node(QRectF(x, y - 14, _chip_width(words), 28), words)
            x += _chip_width(words)
        self._arrow(x, y, self.output_x - x - 6)
        for depth in reversed(range(maps)):
            out = self.sheet * depth
            rect = QRectF(self.output_x + out, y - self.side / 2 - out, self.side, self.side)
            self._map(rect, image if depth == 0 else None, "", "")

    def _paint_captions(self) -> None:
        layer = self.layer
        depth = layer.channels if layer.summed else 1
        maps = layer.filters if layer.summed else layer.filters * layer.channels
        filters = "Filter" if layer.filters == 1 else f"Filter {layer.index + 1} of {layer.filters}"
        top = self.top - _TOP + 2
        for x, name, size in (
            (self.input_x, "Input", sizes_text(layer.input_size, layer.channels)),
            (self.kernel_x, filters, sizes_text(layer.kernel_size, depth)),
            (self.product_x, "Filtered", sizes_text(layer.filtered_size, layer.channels)),
        ):  # fmt: skip
            self._caption(x, top, name, size)
        y = self.middle - self.side / 2 if layer.summed else self.top
        y -= self.stack  # the sheets behind stick out upwards, and to the right
        x, name = self.output_x + self.stack / 2, "Map" if maps == 1 else "Maps"
        self._caption(x, y - _TOP + 2, name, sizes_text(layer.output_size, maps))
        area = QRectF(self.input_x, self.bottom + 20, self.output_x + self.side - self.input_x, 20)
        painting.text(self.painter, area, layer.formula(), "card", self.t.caption, painting.CENTRE)

    def _caption(self, x: float, y: float, name: str, size: str) -> None:
        wide = self.side + self.op
        x += (self.side - wide) / 2
        painting.text(self.painter, QRectF(x, y, wide, 16), name, "name", self.t.text1, painting.CENTRE)
        painting.text(self.painter, QRectF(x, y + 17, wide, 16), size, "body", self.t.caption, painting.CENTRE)

    # --- parts ---

    def _map(self, rect: QRectF, image: QImage | None, label: str, colour: str) -> None:
        painting.box(self.painter, rect, self.t.panel, self.t.line_strong, 4)
        if image is not None and not image.isNull():
            path = QPainterPath()
            path.addRoundedRect(rect, 4, 4)
            self.painter.save()
            self.painter.setClipPath(path)
            self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self.painter.drawImage(rect, image, _filling(image))
            self.painter.restore()
        if label and rect.width() >= fonts.width("hint", label) + 36:
            chip = QRectF(rect.left() + 6, rect.top() + 6, fonts.width("hint", label) + 24, 18)
            painting.box(self.painter, chip, self.t.panel, None, 4)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(colour))
            self.painter.drawEllipse(QPointF(chip.left() + 10, chip.center().y()), 3.5, 3.5)
            painting.text(self.painter, chip.adjusted(18, 0, 0, 0), label, "hint", self.t.text2)

    def _kernel(self, rect: QRectF, weights: Matrix) -> None:
        rows, columns = len(weights), len(weights[0])
        largest = max((abs(w) for grid in self.layer.kernels for row in grid for w in row), default=0.0)
        step = min(rect.width() / columns, rect.height() / rows)
        left, top = rect.center().x() - step * columns / 2, rect.center().y() - step * rows / 2
        gap = 2 if step > 10 else 1 if step > 5 else 0
        for r, row in enumerate(weights):
            for c, weight in enumerate(row):
                cell = QRectF(left + c * step, top + r * step, step - gap, step - gap)
                painting.box(self.painter, cell, cell_colour(weight, largest), None, 2)

    def _node(self, rect: QRectF, words: str) -> None:
        painting.box(self.painter, rect, self.t.raised, self.t.line_strong, rect.height() / 2)
        painting.text(self.painter, rect, words, "button", self.t.text1, painting.CENTRE)

    def _pen(self) -> QPen:
        return QPen(self.t.caption, 1.25, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)

    def _line(self, x: float, y: float, length: float) -> None:
        self.painter.setPen(self._pen())
        self.painter.drawLine(QPointF(x, y), QPointF(x + length, y))

    def _arrow(self, x: float, y: float, length: float) -> None:
        self._line(x, y, length)
        tip = QPointF(x + length, y)
        for dy in (-4.0, 4.0):
            self.painter.drawLine(tip, tip + QPointF(-4, dy))

    def _lead(self, start: QPointF, end: QPointF) -> None:
        path = QPainterPath(start)
        bend = (end.x() - start.x()) / 2
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._pen())
        self.painter.drawPath(path)

    def _operator(self, x: float, y: float, sign: str) -> None:
        self.painter.setPen(QPen(self.t.caption, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        lines = ((0.0, 6.0), (5.2, 3.0), (5.2, -3.0)) if sign == "*" else ()
        for right, down in lines:
            self.painter.drawLine(QPointF(x - right, y - down), QPointF(x + right, y + down))
        for dy in (-2.5, 2.5) if sign == "=" else ():
            self.painter.drawLine(QPointF(x - 5, y + dy), QPointF(x + 5, y + dy))


def _chip_width(words: str) -> float:
    return max(fonts.width("button", words) + 24, 48.0)


def _at(images: tuple[QImage, ...], index: int) -> QImage | None:
    return images[index] if index < len(images) else None


def _filling(image: QImage) -> QRectF:
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
