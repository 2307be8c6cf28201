"""The activations panel's part of the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from cnnstudio.gui.application import Application
    from cnnstudio.gui.panels.activations.panel import ActivationsPanel

Shot = tuple[str, Callable[["Application"], None]]

LAYER, DEEP = "_blocks.3._relu0", "_blocks.12._project_conv"


def shots(quick: bool) -> Iterator[Shot]:
    """The pictures of this panel, in order; without its network they show how to get it."""
    yield "activations-mosaic", _open
    if quick:
        return
    yield "activations-overlay", lambda s: _panel(s).set_view("overlay")
    yield "activations-light", lambda s: _theme(s, "light")
    yield "activations-ablated", _ablate
    yield "activations-kernels", lambda s: _panel(s).set_view("kernels")


def _panel(studio: Application) -> ActivationsPanel:
    return cast("ActivationsPanel", studio.window.panels["activations"])


def _open(studio: Application) -> None:
    from cnnstudio.locate import samples_dir

    studio.window.show_panel("activations")
    panel = _panel(studio)
    panel.set_view("mosaic")
    panel.change(replace(panel.settings, layer=LAYER, sort="mean"))
    item = next((each for each in studio.window.shelf.items if each.name == "cat.jpg"), None)
    if item is None:
        studio.window.open_paths([samples_dir() / "cat.jpg"])
    else:
        studio.window.shelf.set_current(item.id)


def _theme(studio: Application, mode: str) -> None:
    from cnnstudio.gui.theme import theme

    theme().set_mode(mode)  # type: ignore[arg-type]


def _ablate(studio: Application) -> None:
    _theme(studio, "dark")
    panel = _panel(studio)
    panel.set_view("mosaic")
    panel.change(replace(panel.settings, layer=DEEP, unit=-1, ablated=tuple(range(0, 60, 3))))
