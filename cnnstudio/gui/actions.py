"""Actions stated once as data; shortcuts, menus and the command palette are made from this list.

`Action.enabled` is asked each time an action is about to be shown or run, so nobody has to keep a flag in step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.widgets.menu import Menu


def always() -> bool:
    """The default of `Action.enabled`."""
    return True


@dataclass(frozen=True)
class Action:
    """One thing a person can do: its words, key, picture, and what happens."""

    id: str
    title: str
    callback: Callable[[], object]
    shortcut: str = ""
    icon: str = ""
    enabled: Callable[[], bool] = always
    in_palette: bool = True


def bind_shortcuts(window: QWidget, actions: Iterable[Action]) -> None:
    """Give the window one QAction per shortcut; a disabled action swallows its key and does nothing."""
    for action in actions:
        if action.shortcut:
            made = QAction(action.title, window)
            made.setObjectName(action.id)
            made.setShortcuts([QKeySequence(one) for one in action.shortcut.split(" | ")])
            made.triggered.connect(lambda _=False, a=action: run(a))
            window.addAction(made)


def run(action: Action) -> None:
    """Run an action unless it is disabled just now."""
    if action.enabled():
        action.callback()


class PaletteEntry(NamedTuple):
    """An action as the command palette lists it at this moment."""

    title: str
    shortcut: str
    callback: Callable[[], object]
    enabled: bool


def entry_of(action: Action) -> PaletteEntry:
    """The action with the answer to whether it can be run now."""
    key = action.shortcut.split(" | ")[0].replace("+", " ")
    return PaletteEntry(action.title, key, action.callback, action.enabled())


def menu_of(parent: QWidget, actions: Iterable[Action | None]) -> Menu:
    """A context menu; None stands for a separator."""
    menu = Menu(parent)
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            key = action.shortcut.split(" | ")[0]
            menu.add(action.title, lambda a=action: run(a), icon=action.icon, shortcut=key, enabled=action.enabled())
    return menu
