"""The classification panel's part of the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.gui.application import Application

Shot = tuple[str, Callable[["Application"], None]]


def shots(quick: bool) -> Iterator[Shot]:
    """The pictures of this panel, in order; without its network they show how to get it."""
    yield "classification-cat", lambda s: _open(s, "cat.jpg")
    if quick:
        return
    yield "classification-coffee", lambda s: _open(s, "coffee.jpg")
    yield "classification-rocket", lambda s: _open(s, "rocket.jpg")
    yield "classification-light", lambda s: _theme(s, "light")
    yield "classification-twenty", _twenty


def _open(studio: Application, name: str) -> None:
    from cnnstudio.locate import samples_dir

    studio.window.show_panel("classification")
    item = next((each for each in studio.window.shelf.items if each.name == name), None)
    if item is None:
        studio.window.open_paths([samples_dir() / name])
    else:
        studio.window.shelf.set_current(item.id)


def _theme(studio: Application, mode: str) -> None:
    from cnnstudio.gui.theme import theme

    theme().set_mode(mode)  # type: ignore[arg-type]


def _twenty(studio: Application) -> None:
    from dataclasses import replace

    _theme(studio, "dark")
    panel = studio.window.panels["classification"]
    panel.change(replace(panel.settings, top=20), True)  # type: ignore[attr-defined]
