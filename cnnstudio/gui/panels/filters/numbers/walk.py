"""Where the walk through a problem stands, as a value: every key, click and tick of the clock gives a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from cnnstudio.gui.panels.filters.numbers.problem import NumberProblem, size_of
from cnnstudio.gui.panels.filters.numbers.steps import Scene, Step, scene, steps_of


@dataclass(frozen=True)
class Walk:
    """`position` steps were taken, 1 to `count`; `pointed` is the cell under the pointer, looked at in passing.

    `channel` stands in front of several; `weights` writes the weights into the corners of the covered cells.
    """

    problem: NumberProblem
    position: int
    channel: int = 0
    weights: bool = True
    pointed: Step | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the problem, in order."""
        return steps_of(self.problem)

    @property
    def count(self) -> int:
        """How many steps the problem has."""
        return len(self.steps)

    def moved_to(self, position: int) -> Walk:
        """At another step, as near as there is one; cells after it are not reached yet."""
        return replace(self, position=min(max(position, 1), max(self.count, 1)), pointed=None)

    def scene(self) -> Scene:
        """What is lit and written now."""
        return scene(self.problem, self.position, pointed=self.pointed, channel=self.channel, weights=self.weights)

    def columns(self) -> int:
        """How many cells the grid has in a row that the present step walks over."""
        problem = self.problem
        grids = {"sum": problem.outputs, "lay": problem.inputs, "pool": problem.pooled}
        return size_of(grids[self.steps[self.position - 1].kind])[1]


def walk_through(problem: NumberProblem, before: Walk | None, channel: int, weights: bool) -> Walk:
    """The walk through a problem: where the one before stood if it had as many steps, else at the end."""
    count = len(steps_of(problem))
    position = before.position if before is not None and before.count == count else count
    return Walk(problem, position, min(channel, len(problem.inputs) - 1), weights)
