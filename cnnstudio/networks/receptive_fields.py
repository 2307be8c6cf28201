"""Receptive fields of every tensor that a network makes, followed through one real pass, whatever its code looks like.

Every operation that PyTorch carries out passes through here with its operands; from where the operands lie in the
picture follows where the result lies. So branches, sums, concatenations, padding in code and layers used twice need
no description of the network, and what is found holds for the size of picture that was sent through.

Two things are left out on purpose. A gate of one number per channel (squeeze-and-excitation) sees the whole picture
and only scales the map, so it does not widen a field. Attention and dense layers see everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakIdKeyDictionary

from cnnstudio.networks.spans import Span, averaged, joined, pixels, resampled, transposed, whole, windowed


@dataclass(frozen=True, eq=False)
class Field:
    """Where a tensor lies in the picture. axes: which of its dimensions are rows and columns.

    axes is None for a tensor without such dimensions: it depends on everything, unless `flat`: then its first
    dimension runs through pictures, rows and columns, as dense layers at every position want it.
    """

    rows: Span
    columns: Span
    axes: tuple[int, int] | None
    flat: bool = False


class FieldMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While open, follows what becomes of `picture` (N, C, H, W)."""

    def __init__(self, picture: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        height, width = picture.shape[2:]
        self._picture = (height, width)
        self._fields: Any = WeakIdKeyDictionary()
        self._fields[picture] = Field(pixels(height), pixels(width), (2, 3))

    def field(self, tensor: Tensor) -> Field | None:
        """Where a tensor lies; None for one that does not depend on the picture."""
        found: Field | None = self._fields.get(tensor)
        return found

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Carry the operation out and note where its result lies."""
        made = func(*args, **(kwargs or {}))
        sources = [each for each in _tensors((args, kwargs)) if each in self._fields]
        if sources:
            for each in _tensors(made):
                # An operation in place gives its operand back, which lies where it lay.
                if not any(each is source for source in sources):
                    self._fields[each] = self._field_of(func, args, sources, each)
        return made

    def _field_of(self, func: Any, args: Any, sources: list[Tensor], made: Tensor) -> Field:
        rule = _RULES.get(func.overloadpacket)
        first = self._fields[sources[0]]
        if rule is not None and sources[0] is args[0] and first.axes is not None:
            found = rule(first, args, made)
            if found is not None:
                return found
        return self._same_place(sources, made) or _flattened(first, sources[0], made) or self._everything(first, made)

    def _same_place(self, sources: list[Tensor], made: Tensor) -> Field | None:
        """The field of a result whose positions are those of its operands, of which single numbers do not count."""
        held = [self._fields[each] for each in sources if not _is_gate(each, made)]
        held = [each for each in held if each.axes is not None]
        found: Field | None = None
        for each in held:
            here = _placed(each, made)
            if here is None or (found is not None and here.axes != found.axes):
                return None
            found = here if found is None else replace(
                found, rows=joined(found.rows, here.rows), columns=joined(found.columns, here.columns)
            )  # fmt: skip
        return found

    def _everything(self, before: Field, made: Tensor) -> Field:
        height, width = self._picture
        if made.dim() != 4:
            return Field(whole(1, height), whole(1, width), None)
        kept = _placed(before, made) if before.axes is not None else None
        rows, columns = axes = kept.axes if kept is not None and kept.axes is not None else (2, 3)
        return Field(whole(made.shape[rows], height), whole(made.shape[columns], width), axes)


Rule = Callable[[Field, Any, Tensor], Field | None]
aten = torch.ops.aten


def _is_gate(source: Tensor, made: Tensor) -> bool:
    return made.dim() == 4 and source.dim() == 4 and source.shape[2:] == (1, 1) and made.shape[2:] != (1, 1)


def _placed(field: Field, made: Tensor) -> Field | None:
    """The same rows and columns in another tensor, where its dimensions still have them."""
    assert field.axes is not None
    lengths = (field.rows.length, field.columns.length)
    if made.dim() > max(field.axes) and tuple(made.shape[axis] for axis in field.axes) == lengths:
        return field
    if made.dim() >= 3 and tuple(made.shape[-2:]) == lengths:
        return replace(field, axes=(made.dim() - 2, made.dim() - 1))
    return None


def _flattened(field: Field, source: Tensor, made: Tensor) -> Field | None:
    """Through `Linear` at every position of a map with its channels last: flattened, multiplied, and back again."""
    rows, columns = field.rows.length, field.columns.length
    if field.axes == (1, 2) and source.dim() == 4 and made.dim() == 2:
        return replace(field, axes=None, flat=True) if made.shape[0] == source.shape[0] * rows * columns else None
    if field.flat and made.dim() == 2:
        return field if made.shape[0] == source.shape[0] else None
    if field.flat and made.dim() == 4 and made.shape[1:3] == (rows, columns):
        return replace(field, axes=(1, 2), flat=False)
    return None


def _pair(value: Any, default: int) -> tuple[int, int]:
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    return (default, default) if not values else (values[0], values[-1])


def _convolution(field: Field, args: Any, made: Tensor) -> Field | None:
    _, weight, _, stride, padding, dilation, is_transposed, _, _ = args[:9]
    if weight.dim() != 4:
        return None
    along = transposed if is_transposed else windowed
    steps, pads, gaps = _pair(stride, 1), _pair(padding, 0), _pair(dilation, 1)
    return Field(
        along(field.rows, weight.shape[2], steps[0], pads[0], gaps[0], made.shape[2]),
        along(field.columns, weight.shape[3], steps[1], pads[1], gaps[1], made.shape[3]),
        (2, 3),
    )


def _pooling(field: Field, args: Any, made: Tensor) -> Field:
    given: list[Any] = [*args[1:], *((), (), 0, 1)[len(args) - 1 :]]
    size = _pair(given[0], 1)
    stride = _pair(given[1], 0) if given[1] else size
    padding = _pair(given[2], 0)
    # Average pooling has no dilation: its next argument says how to round.
    dilation = (1, 1) if isinstance(given[3], bool) else _pair(given[3], 1)
    return Field(
        windowed(field.rows, size[0], stride[0], padding[0], dilation[0], made.shape[-2]),
        windowed(field.columns, size[1], stride[1], padding[1], dilation[1], made.shape[-1]),
        (made.dim() - 2, made.dim() - 1),
    )


def _adaptive(field: Field, args: Any, made: Tensor) -> Field:
    return Field(averaged(field.rows, made.shape[-2]), averaged(field.columns, made.shape[-1]), (2, 3))


def _mean(field: Field, args: Any, made: Tensor) -> Field | None:
    if made.dim() != 4 or field.axes != (2, 3):
        return None
    return Field(averaged(field.rows, made.shape[2]), averaged(field.columns, made.shape[3]), (2, 3))


def _padded(field: Field, args: Any, made: Tensor) -> Field | None:
    left, _, top, _ = [*args[1], 0, 0, 0, 0][:4]
    if field.axes != (2, 3):
        return None
    return Field(
        windowed(field.rows, 1, 1, top, 1, made.shape[2]), windowed(field.columns, 1, 1, left, 1, made.shape[3]), (2, 3)
    )


def _sliced(field: Field, args: Any, made: Tensor) -> Field | None:
    given: list[Any] = [*args[1:], *(0, None, None, 1)[len(args) - 1 :]]
    dim, start, step = given[0] % made.dim(), given[1] or 0, given[3]
    assert field.axes is not None
    if dim not in field.axes:
        return None
    along = field.rows if dim == field.axes[0] else field.columns
    first = max(0, start if start >= 0 else along.length + start)
    cut = windowed(along, 1, step, -first, 1, made.shape[dim])
    return replace(field, rows=cut) if dim == field.axes[0] else replace(field, columns=cut)


def _enlarged(reach: int) -> Rule:
    def rule(field: Field, args: Any, made: Tensor) -> Field:
        rows = resampled(field.rows, made.shape[2], reach=reach)
        return Field(rows, resampled(field.columns, made.shape[3], reach=reach), (2, 3))

    return rule


def _permuted(field: Field, args: Any, made: Tensor) -> Field:
    order = [axis % made.dim() for axis in args[1]]
    assert field.axes is not None
    return replace(field, axes=(order.index(field.axes[0]), order.index(field.axes[1])))


def _swapped(field: Field, args: Any, made: Tensor) -> Field:
    a, b = (axis % made.dim() for axis in args[1:3])
    assert field.axes is not None
    rows, columns = ({a: b, b: a}.get(axis, axis) for axis in field.axes)
    return replace(field, axes=(rows, columns))


_RULES: dict[Any, Rule] = {
    aten.convolution: _convolution,
    aten.max_pool2d_with_indices: _pooling,
    aten.avg_pool2d: _pooling,
    aten._adaptive_avg_pool2d: _adaptive,
    aten.adaptive_max_pool2d: _adaptive,
    aten.mean: _mean,
    aten.constant_pad_nd: _padded,
    aten.slice: _sliced,
    aten.upsample_nearest2d: _enlarged(0),
    aten.upsample_bilinear2d: _enlarged(1),
    aten.upsample_bicubic2d: _enlarged(2),
    aten.permute: _permuted,
    aten.transpose: _swapped,
}


def _tensors(values: Any) -> list[Tensor]:
    """The tensors in nested arguments, in order."""
    if isinstance(values, Tensor):
        return [values]
    if isinstance(values, dict):
        values = values.values()
    if isinstance(values, Iterable) and not isinstance(values, str):
        return [found for each in values for found in _tensors(each)]
    return []

