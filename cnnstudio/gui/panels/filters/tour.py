"""The filter panel's part of the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cnnstudio.filters import FilterSettings, Kernel

if TYPE_CHECKING:
    from cnnstudio.gui.application import Application

Shot = tuple[str, Callable[["Application"], None]]


def shots(quick: bool) -> Iterator[Shot]:
    """The pictures of this panel, in order."""
    yield "filters-side-by-side", _open
    if quick:
        return
    yield "filters-light", lambda s: _theme(s, "light")
    yield "filters-wipe", lambda s: (_theme(s, "dark"), _view(s, "wipe"))[0]
    yield "filters-gabor", _gabor
    yield "filters-stack", _stack
    yield "filters-numbers", lambda s: _numbers(s, "A")
    yield "filters-numbers-pooling", lambda s: _numbers(s, "C")
    yield "filters-layer", lambda s: _volume(s)
    yield "filters-learn", _learn
    yield "filters-learned-edges", lambda s: _view(s, "edges")
    yield "filters-code", lambda s: _view(s, "code")


def _panel(studio: Application):  # type: ignore[no-untyped-def]
    return studio.window.panels["filters"]


def _open(studio: Application) -> None:
    from cnnstudio.locate import samples_dir

    names = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg", "brick.jpg", "line-drawing.png")
    studio.window.show_panel("filters")
    studio.window.open_paths([samples_dir() / name for name in names])


def _theme(studio: Application, mode: str) -> None:
    from cnnstudio.gui.theme import theme

    theme().set_mode(mode)  # type: ignore[arg-type]


def _view(studio: Application, view: str) -> None:
    _panel(studio).set_view(view)


def _gabor(studio: Application) -> None:
    from cnnstudio.filters import kernel_named

    _view(studio, "side")
    gabor = replace(kernel_named("gabor", 15), angle=45.0)
    _panel(studio).change(FilterSettings(filters=(gabor,), channels="luminance"), True)


def _stack(studio: Application) -> None:
    kernels = (Kernel(preset="sobel-v"), Kernel(preset="sobel-h"), Kernel(preset="laplacian"))
    settings = FilterSettings(filters=kernels, channels="volume", activation="relu", pool="max", stride=2)
    _panel(studio).change(settings, True)


def _volume(studio: Application) -> None:
    _view(studio, "layer")
    _panel(studio).change(FilterSettings(channels="volume", activation="relu"), True)


def _learn(studio: Application) -> None:
    _view(studio, "learn")
    page = _panel(studio).learn_page()
    page.view.controls.start.click()


def _numbers(studio: Application, example: str) -> None:
    _view(studio, "numbers")
    _panel(studio).numbers_page().choose(example)
