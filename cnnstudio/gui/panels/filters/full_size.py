"""The result at full size: computed in the long lane once the hand rests, and kept until something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters import picture_jobs
from cnnstudio.gui.panels.filters.filtering import Filtering

if TYPE_CHECKING:
    from cnnstudio.imaging.pyramid import Pyramid

REST_MS = 250


class FullSize(QObject):
    """At most one result, of the filtering that was wanted last.

    Signals: `ready()` when it stands.
    """

    ready = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._wanted: Filtering | None = None
        self._made: tuple[Any, Pyramid] | None = None
        self._asked = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)

    @property
    def pyramid(self) -> Pyramid | None:
        """The result with its reduced copies, once it stands."""
        return self._made[1] if self._made is not None else None

    def pixels_of(self, filtering: Filtering) -> Any:
        """The result (H', W', 3) uint8, if it was made from exactly this; else None."""
        return self._made[0] if self._made is not None and filtering.same_as(self._wanted) else None

    def want(self, filtering: Filtering) -> None:
        """Compute this, unless something else is wanted before the hand rests."""
        self.forget()
        self._wanted = filtering
        self._rest.start()

    def set_seen(self, seen: bool) -> None:
        """Nothing is begun for a page that nobody looks at; what was wanted follows when it is shown again."""
        if not seen:
            self._rest.stop()
        elif self._wanted is not None and not self._asked:
            self._rest.start()

    def forget(self) -> None:
        """Let go of the result, and of the job that makes it."""
        self._wanted = self._made = None
        self._asked = False
        self._rest.stop()
        self._studio.engine.cancel("filters.full")

    def _ask(self) -> None:
        wanted = self._wanted
        if wanted is not None:
            self._asked = True
            self._studio.engine.submit(
                "filters.full", picture_jobs.full_display, wanted,
                lane="long", title="Filtering at full size",
                done=lambda made: self._arrived(wanted, made), failed=self._studio.messages.error,
            )  # fmt: skip

    def _arrived(self, filtering: Filtering, made: tuple[Any, Pyramid]) -> None:
        if filtering is self._wanted:
            self._made = made
            self.ready.emit()
