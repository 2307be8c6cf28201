"""The layers of a network in the order in which they run, with the shape and the receptive field of what each makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cnnstudio.networks.receptive_fields import Field, FieldMode
from cnnstudio.networks.spans import Span


@dataclass(frozen=True, eq=False)
class Layer:
    """What one module of a network makes of one picture.

    name: as `named_modules` has it. type: the module's class. channels, height, width: of its output; height and
    width are 1 behind dense layers. rows, columns: what its positions see of the network's input; None where it does
    not depend on it.
    """

    name: str
    type: str
    channels: int
    height: int
    width: int
    rows: Span
    columns: Span

    @property
    def receptive_field(self) -> tuple[int, int]:
        """Rows and columns of input that a position sees, where no border clips them."""
        return _size(self.rows), _size(self.columns)

    @property
    def stride(self) -> tuple[float, float]:
        """Input pixels from one position to the next, down and across; 0 where there is one position only."""
        return _stride(self.rows), _stride(self.columns)

    @property
    def offset(self) -> tuple[float, float]:
        """First row and column that position (0, 0) sees; negative where that is padding."""
        return _offset(self.rows), _offset(self.columns)

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """x1, y1, x2, y2 of the input pixels that a position sees, clipped at the border; x2 and y2 lie behind.

        (0, 0, 0, 0) for a position that sees nothing but padding.
        """
        top, bottom = self.rows.at(row)
        left, right = self.columns.at(column)
        return (left, top, right, bottom) if left < right and top < bottom else (0, 0, 0, 0)


def layers_of(network: nn.Module, picture: Tensor) -> tuple[Layer, ...]:
    """Every module without parts that makes a tensor of the picture (1, C, H, W), each once, at its first run.

    The network is left as it was. What its code raises is raised.
    """
    found: dict[str, Layer] = {}
    with torch.no_grad(), FieldMode(picture) as mode:

        def note(name: str, module: nn.Module, output: Any) -> None:
            tensor = output[0] if isinstance(output, (tuple, list)) and output else output
            field = mode.field(tensor) if isinstance(tensor, Tensor) else None
            if field is not None and name not in found:
                found[name] = _layer(name, module, tensor, field)

        with observed(network, note):
            network(picture)
    return tuple(found.values())


@contextmanager
def observed(
    network: nn.Module, note: Callable[[str, nn.Module, Any], None], names: frozenset[str] | None = None
) -> Iterator[None]:
    """While open, `note(name, module, output)` hears of every module without parts, or of those named, as it runs.

    The output may be written over by the next layer: who wants to keep it copies it.
    """
    hooks = []
    for name, module in network.named_modules():
        if (name in names) if names is not None else next(module.children(), None) is None:
            hooks.append(
                module.register_forward_hook(lambda module, _inputs, output, name=name: note(name, module, output))
            )
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _layer(name: str, module: nn.Module, tensor: Tensor, field: Field) -> Layer:
    shape = tuple(tensor.shape)
    if field.axes is not None and len(shape) == 4:
        rows, columns = field.axes
        [channel] = {1, 2, 3} - {rows, columns}
        size = shape[channel], shape[rows], shape[columns]
    else:
        # Dense layers, and the tokens of a transformer, whose last dimension holds the features.
        tokens = shape[1] if len(shape) == 3 else 1
        size = shape[-1], tokens, 1
    return Layer(name, type(module).__name__, *size, field.rows, field.columns)


def _size(span: Span) -> int:
    if span.steps is not None:
        return span.steps.size
    return max(0, int((span.high - span.low).max()))


def _stride(span: Span) -> float:
    if span.steps is not None:
        return float(span.steps.stride)
    seen = span.low[span.low < span.high]
    return float(seen[-1] - seen[0]) / (len(seen) - 1) if len(seen) > 1 else 0.0


def _offset(span: Span) -> float:
    return float(span.steps.offset) if span.steps is not None else float(span.at(0)[0])
