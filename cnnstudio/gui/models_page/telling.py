"""What a row of the table says about a network's state, and which button it offers: words from a value."""

from __future__ import annotations

from typing import NamedTuple

from cnnstudio.gui.model_state import ModelState, part_of


class Told(NamedTuple):
    """state, more: one or two lines. icon: beside them, in `colour`. action: of the button, which is greyed where
    not `enabled`; why: its tip. may_import: a file may be taken in instead."""

    state: str
    more: str = ""
    icon: str = ""
    colour: str = ""
    action: str = ""
    enabled: bool = True
    why: str = ""
    may_import: bool = False


def told(state: ModelState, off: str, removed: bool) -> Told:
    """The words for a state. off: why nothing can be fetched, or "". removed: it was removed on this page just now."""
    if state.fetching:
        return Told("Being fetched", action="Cancel", why="What is here already is used the next time.")
    if state.installed:
        return _installed(state)
    why = off or "From its authors or a package index, checked by its hash."
    if state.error:
        return Told("Failed", "See below", "warning-circle", "error", "Retry", not off, why, True)
    if removed:
        return Told("Removed", action="Get again", enabled=not off, why=why, may_import=True)
    if state.partial:
        more = f"{part_of(state.partial, max(state.size, state.partial))} are here"
        return Told("Broken off", more, action="Resume", enabled=not off, why=why, may_import=True)
    return Told("Not here", off, action="Get", enabled=not off, why=why, may_import=True)


def _installed(state: ModelState) -> Told:
    if not state.removable:
        return Told("Installed", "Came with CNN Studio", "check-circle", "success")
    why = "Frees the room on disk; it can be fetched again."
    return Told("Installed", "", "check-circle", "success", "Remove", True, why)
