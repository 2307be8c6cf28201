"""What the card says about one step, as plain text: products row by row, the total, what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from cnnstudio.gui.panels.filters.numbers.problem import ACTIVATIONS, Cell, NumberProblem, Term
from cnnstudio.gui.panels.filters.numbers.wording import ABOUT, EQUAL, in_sum, number, summed, written_value

WRITTEN_OUT = 9
"""So many values at most stand one by one in a maximum; of more, the maxima of their rows do."""
CHANNELS = ("Red", "Green", "Blue")


@dataclass(frozen=True)
class SumRow:
    """One line of products: `terms` are (value, weight as written, weight) and end in `result`."""

    label: str
    terms: tuple[tuple[str, str, float], ...]
    result: str
    joint: str = "+"
    equals: str = "="


@dataclass(frozen=True)
class SumText:
    """The whole card: rows on the left; caption, `work` `equals` `result`, and notes on the right."""

    rows: tuple[SumRow, ...]
    caption: str
    work: str
    result: str
    notes: tuple[str, ...] = ()
    equals: str = EQUAL

    def plain(self) -> str:
        """The same in one line, for screen readers and the clipboard."""
        rows = "; ".join(
            f"{row.label}: "
            + f" {row.joint or ','} ".join(_product(t) for t in row.terms)
            + f" {row.equals} {row.result}"
            for row in self.rows
        )
        total = f"{self.work} {self.equals} {self.result}" if self.result else self.work
        return f"{self.caption}. {rows}. {total}. {', '.join(self.notes)}"


def _product(term: tuple[str, str, float]) -> str:
    return f"{term[0]} · {term[1]}" if term[1] else term[0]


def output_text(problem: NumberProblem, cell: Cell, channel: int) -> SumText:
    """The sum behind one output cell; with several summed channels the rows are those of `channel`."""
    terms = problem.terms(*cell, channel)
    shown = [t for t in terms if t.channel == channel] if problem.summed else list(terms)
    several = len(problem.inputs) > 1
    groups = [(row, list(group)) for row, group in groupby(shown, key=lambda t: t.cell[0])]
    sums = [math.fsum(t.product for t in group) for _, group in groups]
    # A row's sum is a summand of the total beside it: both have the same digits.
    alone = not (problem.summed and several)
    extra = [problem.bias + problem.offset] if alone and problem.bias + problem.offset else []
    results, _, _ = summed([*sums, *extra], math.fsum([*sums, *extra]))
    rows = tuple(
        _row(problem, row, group, channel if several else None, result.strip("()"))
        for (row, group), result in zip(groups, results, strict=False)
    )
    caption = f"Output, row {cell[0] + 1}, column {cell[1] + 1}"
    z, work, result, equals = _total(problem, terms, several)
    notes = [_count(problem, len(terms))]
    if problem.activation != "none":
        name = ACTIVATIONS.get(problem.activation, problem.activation)
        after = problem.outputs[0 if problem.summed else channel][cell[0]][cell[1]]
        inside = f"|{number(z)}|" if problem.activation == "abs" else f"{name}({number(z)})"
        notes.append(f"{inside} = {number(after)}")
    return SumText(rows, caption, work, result, tuple(notes), equals)


def _row(problem: NumberProblem, row: int, terms: list[Term], channel: int | None, result: str) -> SumRow:
    place = row + 1 if problem.transposed else row + 1 - problem.padding[0]
    inside = problem.transposed or 1 <= place <= len(problem.inputs[0])
    label = f"Row {place}" if inside else "Padding"
    if channel is not None:
        label = f"{CHANNELS[channel]}, {label[0].lower()}{label[1:]}"
    parts = tuple((number(t.value), in_sum(t.weight), t.weight) for t in terms)
    return SumRow(label, parts, result, equals=_sign(parts, result))


def _sign(products: tuple[tuple[str, str, float], ...], result: str) -> str:
    """Whether the figures that are written multiply and add up to the result that is written."""
    pairs = [(written_value(value), written_value(weight)) for value, weight, _ in products]
    whole = sum((v * w for v, w in pairs if v is not None and w is not None), Decimal(0))
    return EQUAL if written_value(result) == whole else ABOUT


def _total(problem: NumberProblem, terms: tuple[Term, ...], several: bool) -> tuple[float, str, str, str]:
    """The sum, its summands written out, the sum as written, and the sign between the two."""
    if problem.summed and several:
        sums = [math.fsum(t.product for t in terms if t.channel == c) for c in range(len(problem.inputs))]
    else:
        sums = [math.fsum(t.product for t in group) for _, group in groupby(terms, key=lambda t: t.cell[0])]
    extra = problem.bias + problem.offset
    if len(terms) == 1 and not extra:
        one = (number(terms[0].value), in_sum(terms[0].weight), terms[0].weight)
        return sums[0], _product(one), number(sums[0]), _sign((one,), number(sums[0]))
    total = math.fsum([*sums, extra])
    parts, result, equals = summed([*(sums or [0.0]), *([extra] if extra else [])], total)
    return total, " + ".join(parts), result, equals


def _count(problem: NumberProblem, products: int) -> str:
    text = f"{products} product{'s' * (products != 1)}, bias {number(problem.bias)}"
    return text + (f", offset {number(problem.offset)}" if problem.offset else "")


def laid_text(problem: NumberProblem, cell: Cell, channel: int) -> SumText:
    """Transposed: what one input cell times the kernel lays onto the output."""
    value = problem.source[channel][cell[0]][cell[1]]
    kernel = problem.kernel_of(channel)
    wide = max(len(number(value * w)) for weights in kernel for w in weights)
    rows = tuple(
        SumRow(f"Kernel row {k + 1}", tuple((number(value), in_sum(w), w) for w in weights),
               "\u2002".join(number(value * w).rjust(wide, "\u2007") for w in weights), joint="")
        for k, weights in enumerate(kernel)
    )  # fmt: skip
    places = [out for _, out in problem.laid(*cell)]
    caption = f"Input, row {cell[0] + 1}, column {cell[1] + 1}"
    if not places:
        return SumText(rows, caption, f"{number(value)} × kernel", "", ("falls outside the output",))
    (top, left), (bottom, right) = min(places), max(places)
    overlap = sum(1 for out in places if len(problem.terms(*out, channel)) > problem_channels(problem))
    where = f"laid on rows {top + 1} to {bottom + 1}, columns {left + 1} to {right + 1}"
    return SumText(
        rows, caption, f"{number(value)} × kernel", "", (where, f"{overlap} of {len(places)} cells overlap")
    )


def problem_channels(problem: NumberProblem) -> int:
    """How many channels add up in one output cell."""
    return len(problem.inputs) if problem.summed else 1


def pool_text(problem: NumberProblem, cell: Cell, channel: int) -> SumText:
    """The maximum or the mean of one pooling window."""
    values = problem.pool_values(*cell, channel)
    largest = problem.pool == "max"
    top = cell[0] * problem.pool_stride
    result = number(problem.pooled[channel][cell[0]][cell[1]])
    count = sum(len(line) for line in values)
    equals = EQUAL
    if largest:
        parts = [number(max(line)) for line in values]
        all_of_them = [number(v) for line in values for v in line] if count <= WRITTEN_OUT else parts
        work, note = f"max({', '.join(all_of_them)})", f"largest of {count} values, nothing to learn"
    else:
        sums = [math.fsum(line) for line in values]
        parts, whole, equals = summed(sums, math.fsum(sums))
        if Decimal(count) * (written_value(result) or Decimal(0)) != written_value(whole):
            equals = ABOUT
        work, note = f"({' + '.join(parts)}) / {count}", f"mean of {count} values, nothing to learn"
    rows = tuple(
        SumRow(f"Row {top + k + 1}", tuple((number(v), "", 0.0) for v in line), part.strip("()"),
               joint="" if largest else "+", equals="max" if largest else "=")
        for k, (line, part) in enumerate(zip(values, parts, strict=True))
    )  # fmt: skip
    caption = f"{'Output' if problem.pooling_only else 'Pooled'}, row {cell[0] + 1}, column {cell[1] + 1}"
    return SumText(rows, caption, work, result, (note,), equals)


def most_rows(problem: NumberProblem) -> int:
    """The rows of the tallest sum that any step writes out."""
    rows = 0 if problem.pooling_only else problem.kernel_size[0]
    return max(rows, problem.pool_size if problem.pooled else 0)
