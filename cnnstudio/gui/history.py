"""Undo and redo of every parameter: a step is a pair of settings values.

While a slider is dragged the panel reports `final=False`; all of these and the closing `final=True` make one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

Restore = Callable[[str, Any], None]


class _Step(QUndoCommand):
    def __init__(self, panel: str, before: Any, after: Any, restore: Restore) -> None:
        super().__init__(f"change in {panel}")
        self.panel, self.before, self.after, self.restore = panel, before, after, restore
        self._already_shown = True

    def undo(self) -> None:
        self.restore(self.panel, self.before)

    def redo(self) -> None:
        # QUndoStack.push calls redo at once, when the window shows the new value already.
        if self._already_shown:
            self._already_shown = False
            return
        self.restore(self.panel, self.after)


class History(QObject):
    """The one undo stack of the window.

    Signals: `changed()` whenever what can be undone or redone may have changed.
    """

    changed = Signal()

    def __init__(self, restore: Restore, limit: int = 500) -> None:
        super().__init__()
        self._restore = restore
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(limit)
        self._stack.indexChanged.connect(self._moved)
        self._open: dict[str, Any] = {}

    def record(self, panel: str, before: Any, after: Any, final: bool) -> None:
        """Note that `panel` went from `before` to `after`; a drag is closed by its final report."""
        start = self._open.setdefault(panel, before)
        if final:
            del self._open[panel]
            if start != after:
                self._stack.push(_Step(panel, start, after, self._restore))

    def _moved(self, _index: int) -> None:
        self.changed.emit()

    def close(self, panel: str) -> None:
        """Forget a drag of this panel that was never finished; what follows begins a step of its own."""
        self._open.pop(panel, None)

    def undo(self) -> None:
        """Take the last step back."""
        self._open.clear()
        self._stack.undo()

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        self._open.clear()
        self._stack.redo()

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._stack.canUndo()

    def can_redo(self) -> bool:
        """Whether a step was taken back."""
        return self._stack.canRedo()
