"""What the numbers view shows: one small convolution as plain tuples, and which cells take part in which
output.

Every value (outputs, pooled cells, padding) was computed elsewhere; here is only the geometry that says
which input cells lie under a window. No Qt and no arrays, so a problem crosses from the engine's thread to
the window unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.filters import Matrix

Cell = tuple[int, int]

LARGEST = 12
"""Rows and columns of the largest input shown by the numbers."""

ACTIVATIONS = {"relu": "ReLU", "leaky-relu": "leaky ReLU", "sigmoid": "sigmoid", "tanh": "tanh", "abs": "|z|"}


@dataclass(frozen=True)
class Term:
    """One product of an output cell: value × weight, and where both stand (input in padded coordinates)."""

    channel: int
    kernel: Cell
    cell: Cell
    value: float
    weight: float

    @property
    def product(self) -> float:
        """What this cell contributes."""
        return self.value * self.weight


@dataclass(frozen=True)
class NumberProblem:
    """A convolution (then perhaps a pooling) over grids small enough to read; all rows are per channel.

    `inputs`: 1 or 3 grids (H, W). `padded`: the same with padding (top, left, bottom, right) filled in,
    (H+t+b, W+l+r); for a transposed problem padding crops the output instead and `padded` equals `inputs`.
    `kernels`: 1 or 3 grids (f, g) as applied, already flipped; empty for a pooling alone.
    `summed`: the channels add up to one map. `outputs`: after bias and activation, (C', H', W').
    `pooled`: after pooling, or empty.
    """

    inputs: tuple[Matrix, ...]
    kernels: tuple[Matrix, ...]
    outputs: tuple[Matrix, ...]
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    padded: tuple[Matrix, ...] = ()
    stride: int = 1
    dilation: int = 1
    transposed: bool = False
    summed: bool = False
    flipped: bool = False
    bias: float = 0.0
    offset: float = 0.0
    activation: str = "none"
    pool: str = "none"
    pool_size: int = 2
    pool_stride: int = 2
    pooled: tuple[Matrix, ...] = ()

    @property
    def source(self) -> tuple[Matrix, ...]:
        """The grids the window moves over: the input with its padding."""
        return self.padded or self.inputs

    @property
    def pooling_only(self) -> bool:
        """Nothing is convolved: the pooling window moves over the input itself."""
        return not self.kernels

    @property
    def kernel_size(self) -> Cell:
        """Rows and columns of the kernel; (0, 0) when there is none."""
        return size_of(self.kernels)

    def kernel_of(self, channel: int) -> Matrix:
        """The kernel slice of a channel; one slice may serve all."""
        return self.kernels[min(channel, len(self.kernels) - 1)]

    @property
    def span(self) -> Cell:
        """Rows and columns of input that one window covers, holes of the dilation included."""
        rows, columns = self.kernel_size
        return (rows - 1) * self.dilation + 1, (columns - 1) * self.dilation + 1

    def terms(self, row: int, column: int, channel: int = 0) -> tuple[Term, ...]:
        """The products whose sum (plus bias and offset) is output (`row`, `column`) of map `channel`.

        They come in reading order, channel by channel. A transposed cell gets one term per input that
        reaches it.
        """
        channels = range(len(self.inputs)) if self.summed else (channel,)
        return tuple(term for c in channels for term in self._terms_of(c, row, column))

    def _terms_of(self, channel: int, row: int, column: int) -> list[Term]:
        source = self.source[channel]
        kernel = self.kernel_of(channel)
        out = []
        for k, weights in enumerate(kernel):
            for m, weight in enumerate(weights):
                cell = self._under(row, column, k, m, len(source), len(source[0]))
                if cell is not None:
                    out.append(Term(channel, (k, m), cell, source[cell[0]][cell[1]], weight))
        return sorted(out, key=lambda term: term.cell) if self.transposed else out

    def _under(self, row: int, column: int, k: int, m: int, height: int, width: int) -> Cell | None:
        if not self.transposed:
            return row * self.stride + k * self.dilation, column * self.stride + m * self.dilation
        y = row + self.padding[0] - k * self.dilation
        x = column + self.padding[1] - m * self.dilation
        if y % self.stride or x % self.stride:
            return None
        y, x = y // self.stride, x // self.stride
        return (y, x) if 0 <= y < height and 0 <= x < width else None

    def laid(self, row: int, column: int) -> tuple[tuple[Cell, Cell], ...]:
        """Transposed: (kernel cell, output cell) pairs of input (`row`, `column`), cropped ones left out."""
        height, width = size_of(self.outputs)
        out = []
        for k in range(self.kernel_size[0]):
            for m in range(self.kernel_size[1]):
                y = row * self.stride + k * self.dilation - self.padding[0]
                x = column * self.stride + m * self.dilation - self.padding[1]
                if 0 <= y < height and 0 <= x < width:
                    out.append(((k, m), (y, x)))
        return tuple(out)

    def window(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(row, column, rows, columns) of the padded input under an output cell; not for transposed."""
        return (row * self.stride, column * self.stride, *self.span)

    def pool_window(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(row, column, rows, columns) of the map under pooled cell (`row`, `column`)."""
        return row * self.pool_stride, column * self.pool_stride, self.pool_size, self.pool_size

    def pool_values(self, row: int, column: int, channel: int = 0) -> Matrix:
        """The values in one pooling window, row by row."""
        grid = (self.inputs if self.pooling_only else self.outputs)[channel]
        top, left, rows, columns = self.pool_window(row, column)
        return tuple(line[left : left + columns] for line in grid[top : top + rows])

    def dropped(self) -> Cell:
        """Rows at the bottom and columns on the right of the padded input that the floor drops."""
        if self.transposed:
            return 0, 0
        if self.pooling_only:
            return _left_over(
                size_of(self.inputs), size_of(self.pooled), self.pool_stride, (self.pool_size,) * 2
            )
        return _left_over(size_of(self.source), size_of(self.outputs), self.stride, self.span)

    def pool_dropped(self) -> Cell:
        """The same for the pooling over the map."""
        if not self.pooled or self.pooling_only:
            return 0, 0
        return _left_over(
            size_of(self.outputs), size_of(self.pooled), self.pool_stride, (self.pool_size,) * 2
        )


def size_of(grids: tuple[Matrix, ...]) -> Cell:
    """(rows, columns) of the first grid; (0, 0) when there is none."""
    return (len(grids[0]), len(grids[0][0])) if grids and grids[0] else (0, 0)


def _left_over(size: Cell, out: Cell, stride: int, span: Cell) -> Cell:
    rest = tuple(n - ((o - 1) * stride + f) if o else n for n, o, f in zip(size, out, span, strict=True))
    return max(rest[0], 0), max(rest[1], 0)
