"""What a row of the table says about a network's state, and which buttons it offers: words from a value."""

from __future__ import annotations

from typing import NamedTuple

from cnnstudio.gui.model_state import ModelState, amount, part_of

IMPORT, DISCARD = "Import…", "Discard"
_WHY = "From its authors or a package index, checked by its hash."


class Told(NamedTuple):
    """state, more: one or two lines. icon: beside them, in `colour`. action: of the button, which is greyed where
    not `enabled`; why: its tip. other: of the quiet button beside it, "" for none."""

    state: str
    more: str = ""
    icon: str = ""
    colour: str = ""
    action: str = ""
    enabled: bool = True
    why: str = ""
    other: str = ""


def told(state: ModelState, off: str, removed: bool) -> Told:
    """The words for a state. off: why nothing can be fetched, or "". removed: it was removed on this page just now."""
    if state.fetching:
        more = "From a larger package archive" if state.grown else ""
        return Told("Being fetched", more, action="Cancel", why="What is here already is used the next time.")
    if state.installed:
        return _installed(state)
    may, why, to_get = not off, "Fetching is off." if off else _WHY, f"{amount(state.least, state.most)} to get"
    if state.trouble is not None:
        words = "No connection" if state.trouble.connection else "Failed"
        return Told(words, _stopped(state), "warning-circle", "error", "Retry", may, why, IMPORT)
    if state.damaged:
        why = "A file of it is not what its authors published. It is not used, and replaced."
        return Told("Damaged", to_get, "warning-circle", "error", "Get again", may, why, IMPORT)
    if state.stopped:
        return Told("Stopped", _stopped(state), action="Resume", enabled=may, why=why, other=DISCARD)
    if state.files_here:
        words = f"{state.files_here} of {state.files} files here"
        return Told(words, to_get, action="Get the rest", enabled=may, why=why, other=IMPORT)
    if removed:
        return Told("Removed", to_get, action="Get again", enabled=may, why=why, other=IMPORT)
    return Told("Not here", to_get, action="Get", enabled=may, why=why, other=IMPORT)


def _stopped(state: ModelState) -> str:
    return f"{part_of(state.stopped, state.stopped_of)} here" if state.stopped else ""


def _installed(state: ModelState) -> Told:
    if not state.removable:
        return Told("Installed", "Came with CNN Studio", "check-circle", "success")
    why = "Frees the room on disk; it can be fetched again."
    return Told("Installed", "", "check-circle", "success", "Remove", True, why)
