"""Who hears the engine's events. The engine holds its lock around every call."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.engine.events import Cancelled, Event
from cnnstudio.engine.failures import log_exception

Listener = Callable[[Event], None]


class Listeners:
    """The listeners, and the rule that nothing but its end is heard of a job that is no longer wanted."""

    def __init__(self) -> None:
        self.muted = False
        self._listeners: tuple[Listener, ...] = ()

    def add(self, listener: Listener) -> None:
        """One more."""
        self._listeners = (*self._listeners, listener)

    def remove(self, listener: Listener) -> None:
        """One less; nothing happens if it is none."""
        self._listeners = tuple(each for each in self._listeners if each != listener)

    def tell(self, event: Event) -> None:
        """Call each listener; one that fails is logged and harms nobody."""
        unwanted = event.handle is not None and event.handle.cancel_requested
        if self.muted or (unwanted and not isinstance(event, Cancelled)):
            return
        for listener in self._listeners:
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - logged
                log_exception(f"a listener failed at {event!r}", error)
