"""What the drawing of a layer over a volume shows, as a value: sizes, weights, thumbnails, and the formula of sizes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage

from cnnstudio.filters import Matrix
from cnnstudio.gui import numbers_text


@dataclass(frozen=True)
class VolumeLayer:
    """What is drawn. Sizes are (rows, columns) and written width × height; `kernels`: one matrix per channel, or
    one that serves all.

    `summed`: the channels add up to one map; otherwise each has its own. Thumbnails: one per channel, or
    none. `index`: which of the filters is drawn. `convolved_size`: before pooling, where it differs from
    `output_size`; `pool`: the pooling's name, "" without one.
    """

    input_size: tuple[int, int]
    channels: int
    kernels: tuple[Matrix, ...]
    output_size: tuple[int, int]
    summed: bool = True
    filters: int = 1
    bias: float = 0.0
    activation: str = "none"
    inputs: tuple[QImage, ...] = ()
    products: tuple[QImage, ...] = ()
    outputs: tuple[QImage, ...] = ()
    index: int = 0
    convolved_size: tuple[int, int] | None = None
    pool: str = ""

    @property
    def filtered_size(self) -> tuple[int, int]:
        """Rows and columns of what the kernels give, before pooling."""
        return self.convolved_size or self.output_size

    @property
    def kernel_size(self) -> tuple[int, int]:
        """Rows and columns of a kernel slice."""
        return len(self.kernels[0]), len(self.kernels[0][0])

    def formula(self) -> str:
        """The sizes in one line: 6 × 6 × 3 * 3 × 3 × 3 → 4 × 4."""
        depth = self.channels if self.summed else 1
        maps = self.filters if self.summed else self.filters * self.channels
        count = (
            f"{self.filters} × ({sizes_text(self.kernel_size, depth)})"
            if self.filters > 1
            else sizes_text(self.kernel_size, depth)
        )
        return f"{sizes_text(self.input_size, self.channels)}  *  {count}  →  {sizes_text(self.output_size, maps)}"


def sizes_text(size: tuple[int, int], depth: int) -> str:
    """(rows, columns) as width × height, with the depth when there is one."""
    text = numbers_text.size(size[1], size[0])
    return f"{text}\u00a0×\u00a0{depth}" if depth > 1 else text
