"""Learning a kernel: w1, w2, … move by gradient descent until the filtered picture matches a target.

The inputs are whitened first (LeCun, "Efficient BackProp", 1998): neighbouring pixels are nearly equal, so
plain gradient descent would find the kernel's mean at once and its details never. The weights shown are
always those of the plain kernel.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import UsageError
from cnnstudio.filters.borders import luminance
from cnnstudio.filters.kernels import kernel_named, own_kernel, weights
from cnnstudio.filters.layer import apply
from cnnstudio.filters.learn_settings import LearnSettings as LearnSettings
from cnnstudio.filters.presets import SIZED
from cnnstudio.filters.regions import checked_pixels
from cnnstudio.filters.settings import PRESETS, FilterSettings, Kernel

_WINDOWS = 100_000
_VALUES = 12_000_000
_PREVIEWS = 500
_FLOOR = 1e-10
_LARGEST_OFFSET = 1000.0


@dataclass(frozen=True, eq=False)
class Learned:
    """The state after `step` steps: mean squared error in pixel values², weights (f, f) float32, bias."""

    step: int
    loss: float
    weights: NDArray[np.float32]
    bias: float

    @property
    def kernel(self) -> Kernel:
        """The learned weights as an own kernel; the learned bias is its offset, cut where settings end at ±1000."""
        rows = [[float(str(w)) for w in row] for row in self.weights]  # the shortest decimal that is this float32
        return replace(own_kernel(rows, "learned"), offset=min(max(self.bias, -_LARGEST_OFFSET), _LARGEST_OFFSET))


class Progress(Protocol):
    """The part of a job that learning uses."""

    def progress(self, done: float, total: float) -> None:
        """Report how far it is."""

    def preview(self, value: Any) -> None:
        """Show a `Learned`."""

    def checkpoint(self) -> None:
        """Raise when the work is no longer wanted."""


def hidden_kernel(settings: LearnSettings) -> NDArray[np.float32]:
    """The hidden preset's weights (f, f), in zeros when the preset is smaller than f.

    Raises UsageError when it is larger.
    """
    made = weights(kernel_named(settings.hidden, settings.size if settings.hidden in SIZED else None))[0]
    f = settings.size
    if max(made.shape) > f:
        raise UsageError(f"{PRESETS[settings.hidden]} has {made.shape[0]} rows; a {f} × {f} kernel cannot become it.")
    out = np.zeros((f, f), np.float32)
    top, left = ((f - 1) // 2 - (n - 1) // 2 for n in made.shape)
    out[top : top + made.shape[0], left : left + made.shape[1]] = made
    return out


def hidden_target(settings: LearnSettings, pixels: NDArray[Any]) -> NDArray[np.float32]:
    """What the hidden kernel makes of the grey picture: float32 (H, W)."""
    layer = FilterSettings(filters=(own_kernel(hidden_kernel(settings)),), channels="luminance")
    return np.asarray(apply(layer, pixels)[0])


def picture_target(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """A target picture (H, W, C) as its grey values: float32 (H, W)."""
    return luminance(np.ascontiguousarray(checked_pixels(pixels), np.float32))[..., 0]


def painted_target(mask: NDArray[Any]) -> NDArray[np.float32]:
    """Edges painted as a (H, W) mask of 0…1: the output shall be 255 where painted and 0 elsewhere."""
    return np.asarray(np.clip(np.asarray(mask, np.float32), 0, 1) * np.float32(255))


def learn(
    settings: LearnSettings, pixels: NDArray[Any], target: NDArray[np.float32], job: Progress | None = None,
    *, start: Learned | None = None,
) -> Generator[None, None, Learned]:  # fmt: skip
    """Learn f × f weights so that the grey picture, filtered, matches `target` (H, W); returns the last
    `Learned`.

    `pixels` (H, W, C) in 0…255. Windows that reach over the edge are left out; of the others up to 100,000
    are looked at. Previews are `Learned`; it yields after every step. `start`: a state of an earlier run with
    the same settings, from whose step it goes on; None begins at random. Raises UsageError for sizes that do
    not fit.
    """
    problem = _Problem.seen(settings, pixels, target)
    begun = start.step if start is not None else 0
    first = problem.start if start is None else problem.whitened(start)
    state = problem.learned(begun, first)
    if job is not None:
        job.preview(state)
    every = max(1, settings.steps // _PREVIEWS)
    descent = _descent(settings, problem, first, begun)
    for step in range(begun + 1, settings.steps + 1):
        state = problem.learned(step, next(descent))
        if job is not None:
            job.progress(step, settings.steps)
            if step % every == 0 or step == settings.steps:
                job.preview(state)
            job.checkpoint()
        yield
    return state


def _descent(
    settings: LearnSettings, problem: _Problem, first: NDArray[np.float64], begun: int
) -> Generator[NDArray[np.float64], None, None]:
    """The whitened weights after each step that follows step `begun`."""
    import torch

    v = torch.tensor(first, dtype=torch.float64, requires_grad=True)
    goal = torch.tensor(problem.goal, dtype=torch.float64)
    optimiser = _optimiser(settings, v)

    def closure() -> Any:
        optimiser.zero_grad()
        # On whitened inputs the mean squared error is this bowl, plus what no kernel can explain.
        loss = 0.5 * (v - goal).square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    for step in count(begun):
        if settings.optimiser == "adam":
            for group in optimiser.param_groups:
                group["lr"] = settings.rate * (1 + math.cos(math.pi * step / settings.steps)) / 2
        optimiser.step(closure)
        yield v.detach().numpy().copy()


def _optimiser(settings: LearnSettings, v: Any) -> Any:
    import torch

    if settings.optimiser == "adam":
        return torch.optim.Adam([v], lr=settings.rate)
    if settings.optimiser == "l-bfgs":
        return torch.optim.LBFGS([v], lr=min(1.0, 4 * settings.rate), max_iter=1)
    return torch.optim.SGD([v], lr=settings.rate)


@dataclass(frozen=True, eq=False)
class _Problem:
    """The windows and their targets, reduced to what the loss depends on."""

    f: int
    to_weights: NDArray[np.float64]
    """Whitened weights → plain ones, the bias last."""
    to_whitened: NDArray[np.float64]
    start: NDArray[np.float64]
    goal: NDArray[np.float64]
    unit: float
    unexplained: float
    biased: bool

    @staticmethod
    def seen(settings: LearnSettings, pixels: NDArray[Any], target: NDArray[np.float32]) -> _Problem:
        rng = np.random.default_rng(settings.seed)
        inputs, wanted = _windows(settings, pixels, target, rng)
        count = len(inputs)
        gram = inputs.T @ inputs / count
        sizes, axes = np.linalg.eigh(gram)
        good = sizes > _FLOOR * sizes[-1]
        whiten = axes[:, good] / np.sqrt(sizes[good])
        unit = max(float(np.sqrt(np.mean(wanted**2))), 1e-6)
        goal = whiten.T @ (inputs.T @ wanted / count) / unit
        colour = (axes[:, good] * np.sqrt(sizes[good])).T / unit
        start = colour @ rng.normal(0, 0.1, inputs.shape[1])
        # A small random kernel may still be a large one against a dim target.
        start *= min(1.0, 1.0 / max(float(np.linalg.norm(start)), 1e-9))
        unexplained = max(0.0, 1.0 - float(goal @ goal))
        return _Problem(settings.size, whiten * unit, colour, start, goal, unit, unexplained, settings.bias)

    def whitened(self, state: Learned) -> NDArray[np.float64]:
        if state.weights.shape != (self.f, self.f):
            raise UsageError(f"The state to go on from is {state.weights.shape[0]} × {state.weights.shape[1]}; "
                             f"the kernel to learn is {self.f} × {self.f}.")  # fmt: skip
        plain = state.weights.astype(np.float64).ravel()
        return self.to_whitened @ (np.append(plain, state.bias / 255.0) if self.biased else plain)

    def learned(self, step: int, v: NDArray[np.float64]) -> Learned:
        plain = self.to_weights @ v
        loss = (float(np.sum((v - self.goal) ** 2)) + self.unexplained) * self.unit**2
        bias = float(plain[-1]) * 255.0 if self.biased else 0.0
        return Learned(step, loss, plain[: self.f**2].reshape(self.f, self.f).astype(np.float32), bias)


def _windows(
    settings: LearnSettings, pixels: NDArray[Any], target: NDArray[np.float32], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Up to 100,000 random windows as rows (of f² pixels, then 255 for the bias) and the targets at their
    anchors.
    """
    height, width = checked_pixels(pixels).shape[:2]
    f = settings.size
    if target.shape != (height, width):
        raise UsageError(f"The target is {target.shape[0]} × {target.shape[1]}, the picture {height} × {width}; "
                         "use two of the same size.")  # fmt: skip
    if min(height, width) < f:
        raise UsageError(f"The picture is {height} × {width}, smaller than the {f} × {f} kernel to learn.")
    across = width - f + 1
    there = (height - f + 1) * across
    most = max(1000, min(_WINDOWS, _VALUES // f**2))
    chosen = np.arange(there) if there <= most else np.unique(rng.integers(0, there, most))
    rows, columns = np.divmod(chosen, across)
    grey = picture_target(pixels)
    inputs = np.empty((len(chosen), f * f + settings.bias), np.float64)
    for m in range(f):
        for n in range(f):
            inputs[:, m * f + n] = grey[rows + m, columns + n]
    if settings.bias:
        inputs[:, -1] = 255.0
    anchor = (f - 1) // 2
    wanted = target[rows + anchor, columns + anchor].astype(np.float64)
    if not np.isfinite(wanted).all():
        raise UsageError("The target holds values that are not finite.")
    return inputs, wanted
