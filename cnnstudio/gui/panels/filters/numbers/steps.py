"""The walk through a problem: which step comes when, and what each grid and the card show at it.

Pure functions of (problem, position, what the pointer is on), so that playing, stepping and hovering cannot
disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cnnstudio.gui.numbers_text import MINUS
from cnnstudio.gui.panels.filters.numbers.marks import NONE, Marks
from cnnstudio.gui.panels.filters.numbers.problem import Cell, NumberProblem, size_of
from cnnstudio.gui.panels.filters.numbers.sum_text import SumText, laid_text, output_text, pool_text
from cnnstudio.gui.panels.filters.numbers.wording import number


@dataclass(frozen=True)
class Step:
    """One stop: `kind` is "sum" (an output cell), "lay" (an input cell, transposed) or "pool"."""

    kind: str
    cell: Cell


@dataclass(frozen=True)
class Scene:
    """What is lit in each grid, and what the card says."""

    input: Marks = NONE
    kernel: Marks = NONE
    output: Marks = NONE
    pooled: Marks = NONE
    text: SumText | None = field(default=None)


def steps_of(problem: NumberProblem) -> tuple[Step, ...]:
    """Every step in order: the convolution in reading order, then the pooling."""
    first = "lay" if problem.transposed else "sum"
    over = problem.inputs if problem.transposed else problem.outputs
    convolve = () if problem.pooling_only else tuple(Step(first, cell) for cell in _cells(size_of(over)))
    return convolve + tuple(Step("pool", cell) for cell in _cells(size_of(problem.pooled)))


def _cells(size: Cell) -> tuple[Cell, ...]:
    return tuple((row, column) for row in range(size[0]) for column in range(size[1]))


def scene(
    problem: NumberProblem,
    position: int,
    *,
    pointed: Step | None = None,
    channel: int = 0,
    weights: bool = True,
) -> Scene:
    """The scene after `position` steps (1 … all); `pointed` looks at another cell without moving on.

    `weights` writes the weights into the corners of the covered cells.
    """
    steps = steps_of(problem)
    now = pointed or steps[min(max(position, 1), len(steps)) - 1]
    reached = frozenset(step for step in steps[:position]) | {now}
    output, pooled = _progress(problem, steps, reached, channel)
    if now.kind == "pool":
        return _pool_scene(problem, now.cell, channel, output, pooled)
    if now.kind == "lay":
        return _lay_scene(problem, now.cell, channel, output, pooled)
    return _sum_scene(problem, now.cell, channel, output, pooled, weights)


def _progress(
    problem: NumberProblem, steps: tuple[Step, ...], reached: frozenset[Step], channel: int
) -> tuple[Marks, Marks]:
    pooled = Marks(hidden=frozenset(s.cell for s in steps if s.kind == "pool" and s not in reached))
    if not problem.transposed:
        return Marks(hidden=frozenset(s.cell for s in steps if s.kind == "sum" and s not in reached)), pooled
    laid = {s.cell for s in reached if s.kind == "lay"}
    whole = {s.cell for s in reached if s.kind == "sum"}
    return _laid_so_far(problem, laid, whole, channel), pooled


def _laid_so_far(problem: NumberProblem, laid: set[Cell], whole: set[Cell], channel: int) -> Marks:
    """Transposed: cells not reached are hidden, those that more will reach show what they have."""
    channels = range(len(problem.inputs)) if problem.summed else (channel,)
    sums: dict[Cell, float] = {}
    waiting: set[Cell] = set()
    for cell in _cells(size_of(problem.inputs)):
        for (k, m), out in problem.laid(*cell):
            if cell not in laid:
                waiting.add(out)
                continue
            sums[out] = sums.get(out, problem.bias + problem.offset) + sum(
                problem.inputs[c][cell[0]][cell[1]] * problem.kernel_of(c)[k][m] for c in channels
            )
    waiting -= whole
    partial = {out: total for out, total in sums.items() if out in waiting}
    return Marks(hidden=frozenset(waiting - partial.keys()), partial=partial)


def _sum_scene(
    problem: NumberProblem, cell: Cell, channel: int, output: Marks, pooled: Marks, weights: bool
) -> Scene:
    front = [t for t in problem.terms(*cell, channel) if t.channel == channel or not problem.summed]
    corners = {t.cell: (f"×{number(t.weight)}", t.weight) for t in front} if weights else {}
    window = None if problem.transposed else problem.window(*cell)
    return Scene(
        input=Marks(window=window, lit=frozenset(t.cell for t in front), corners=corners),
        kernel=Marks(lit=frozenset(t.kernel for t in front)),
        output=_with(output, current=cell),
        pooled=pooled,
        text=output_text(problem, cell, channel),
    )


def _lay_scene(problem: NumberProblem, cell: Cell, channel: int, output: Marks, pooled: Marks) -> Scene:
    value = problem.source[channel][cell[0]][cell[1]]
    kernel = problem.kernel_of(channel)
    places = problem.laid(*cell)
    products = {out: value * kernel[k][m] for (k, m), out in places}
    cells = [out for _, out in places]
    window = None
    if cells:
        (top, left), (bottom, right) = min(cells), max(cells)
        window = (top, left, bottom - top + 1, right - left + 1)
    return Scene(
        input=Marks(lit=frozenset({cell}), current=cell),
        kernel=Marks(window=(0, 0, *problem.kernel_size)),
        output=_with(output, window=window, corners={out: (_signed(p), p) for out, p in products.items()}),
        pooled=pooled,
        text=laid_text(problem, cell, channel),
    )


def _pool_scene(problem: NumberProblem, cell: Cell, channel: int, output: Marks, pooled: Marks) -> Scene:
    top, left, rows, columns = problem.pool_window(*cell)
    lit = frozenset((top + r, left + c) for r in range(rows) for c in range(columns))
    marks = Marks(window=(top, left, rows, columns), lit=lit)
    pooled, text = _with(pooled, current=cell), pool_text(problem, cell, channel)
    if problem.pooling_only:
        return Scene(input=marks, pooled=pooled, text=text)
    return Scene(output=_with(output, window=marks.window, lit=lit), pooled=pooled, text=text)


def _signed(value: float) -> str:
    text = number(value)
    return text if text.startswith(MINUS) else f"+{text}"


def _with(marks: Marks, **changes: object) -> Marks:
    return Marks(**{**marks.__dict__, **changes})  # type: ignore[arg-type]
