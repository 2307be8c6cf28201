"""The engine: one thread that owns torch and serves two lanes.

*Interactive* jobs are quick and concern what the person is touching now; per key the latest wins. *Long*
jobs take turns at their yields, and interactive jobs are served between those turns and inside them, at
every checkpoint.

Thread-safety: every public method may be called from any thread. One re-entrant lock guards the lanes, the
states of handles and the delivery of events. Events are delivered one at a time with that lock held, on the
engine's thread (progress, previews and notices that work reports from threads of its own: on those), so
once `submit` or `Handle.cancel` has returned, no event of the old job but Cancelled is delivered any more.
Listeners must therefore be short and must not wait for another thread. A listener that passes events on
through a queue of its own, as the window's bridge does, drops those whose `handle.cancel_requested` is set
when they come out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

from cnnstudio.engine.compute import Compute
from cnnstudio.engine.cores import limit_opencv_threads
from cnnstudio.engine.device import choose_device
from cnnstudio.engine.errands import Errands
from cnnstudio.engine.events import Cancelled, Event, Queued
from cnnstudio.engine.jobs import Handle, JobState, Lane, Work
from cnnstudio.engine.lanes import Lanes
from cnnstudio.engine.listeners import Listener, Listeners
from cnnstudio.engine.startup import load_torch, prepare
from cnnstudio.engine.task import Task
from cnnstudio.engine.turns import Turns


class Engine:
    """Runs jobs on one background thread. Start and stop it once; submitting is allowed before that."""

    def __init__(
        self,
        *,
        device: str = "auto",
        loader: Callable[[], None] = load_torch,
        choose: Callable[[str], str] = choose_device,
    ) -> None:
        """`device` as `choose_device` takes it; `loader` imports torch, `choose` picks the device."""
        self._lock = threading.RLock()
        self._wake = threading.Condition(self._lock)
        self._lanes = Lanes()
        self._turns = Turns(self, self._lanes, self._lock)
        self._errands = Errands(self._wake)
        self._listeners = Listeners()
        self._stopping = False
        self._compute = Compute(device, loader, choose, self._errands.post, self.emit)
        self._thread = threading.Thread(target=self._serve, name="cnnstudio-engine", daemon=True)

    # What others ask of it: any thread

    def start(self, *, load_torch: bool = True) -> Engine:
        """Begin to serve; `load_torch` imports torch at once, in the background, else on demand."""
        with self._lock:
            if self._thread.ident is None and not self._stopping:
                prepare()
                limit_opencv_threads(self._compute.threads)
                self._thread.start()
            if load_torch or any(task.needs_torch for task in self._lanes):
                self._compute.load()
        return self

    def submit(
        self,
        key: Hashable,
        work: Work,
        *args: Any,
        lane: Lane = "interactive",
        title: str = "",
        needs_torch: bool = False,
        interrupt: bool = True,
    ) -> Handle:
        """Have `work(*args, job)` run; returns at once. The arguments must not be changed afterwards.

        A job with the same key that waits is superseded. One that runs is superseded too, and stopped at
        its next checkpoint; with `interrupt=False` it is left to finish and to show its result, and the new
        one follows (for drags whose every frame takes longer than the time between two moves of the mouse).
        Work with `needs_torch` waits until torch is loaded, other work does not. After `stop` the handle
        comes back cancelled.
        """
        handle = Handle(key, title, lane, self._cancel)
        with self._lock:
            if self._stopping:
                handle.cancel_requested, handle.state = True, JobState.CANCELLED
                handle.settled.set()
                return handle
            self._errands.post(lambda: self.emit(Queued(handle)))
            self._supersede(Task(handle, work, args, needs_torch), interrupt)
            if needs_torch and self._thread.ident is not None:
                self._compute.load()
        return handle

    def jobs(self) -> tuple[Handle, ...]:
        """The handles that are not final, waiting ones first."""
        with self._lock:
            return tuple(task.handle for task in self._lanes)

    def cancel_all(self) -> None:
        """Cancel every job."""
        for handle in self.jobs():
            handle.cancel()

    def add_listener(self, listener: Listener) -> None:
        """Have `listener(event)` called for every event from now on; see the module's rules for listeners."""
        with self._lock:
            self._listeners.add(listener)

    def remove_listener(self, listener: Listener) -> None:
        """Undo `add_listener`; once this returned, the listener is not called any more."""
        with self._lock:
            self._listeners.remove(listener)

    def set_device(self, wanted: str) -> None:
        """Compute on another device from the next job on; DeviceChanged tells which, a Notice why not."""
        self._compute.set_device(wanted)

    def set_interactive(self, interactive: bool) -> None:
        """Leave one core to the window while a person interacts (the default), or use all."""
        self._compute.set_interactive(interactive)

    def stop(self, timeout: float = 2.0) -> bool:
        """Cancel everything and end the thread; whether it ended within `timeout` seconds.

        A job that never reaches a checkpoint is left behind on its daemon thread, unheard: once this
        returned, no event is delivered.
        """
        with self._lock:
            self._stopping = True
            self.cancel_all()
            self._errands.post(lambda: None)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        with self._lock:
            self._listeners.muted = True
        return not self._thread.is_alive()

    @property
    def device(self) -> str:
        """Torch's name of the device that the next job gets; "cpu" until torch is loaded."""
        return self._compute.device

    @property
    def description(self) -> str:
        """The device in words for the status bar."""
        return self._compute.description

    @property
    def compute_threads(self) -> int:
        """Threads that a job may compute with now."""
        return self._compute.threads

    @property
    def torch_ready(self) -> bool:
        """Whether torch is loaded."""
        return self._compute.ready

    @property
    def torch_error(self) -> str:
        """Why torch could not be loaded; "" if it could, or is not yet."""
        return self._compute.error

    # What its own parts ask of it

    def emit(self, event: Event) -> None:
        """Tell the listeners, unless the event's job is no longer wanted and this is not the end of it."""
        with self._lock:
            self._listeners.tell(event)

    def report(self, handle: Handle, change: Callable[[], None], event: Event) -> None:
        """Apply a change to a wanted, unfinished handle and tell the listeners."""
        with self._lock:
            if not handle.cancel_requested and not handle.state.final:
                change()
                self.emit(event)

    def attend(self) -> None:
        """A running job's checkpoint: do errands and, inside a long job, serve the interactive lane."""
        if self._errands.waiting and threading.get_ident() == self._thread.ident:
            self._errands.run()
            if self._turns.inside_long:
                while (task := self._take(long=False)) is not None:
                    self._turns.run(task)

    def run_errands(self) -> None:
        """Do what was posted to the engine's thread."""
        self._errands.run()

    # Its thread

    def _serve(self) -> None:
        while True:
            self._errands.run()
            task = self._take(long=True)
            if task is not None:
                self._turns.run(task)
                continue
            with self._wake:
                if not self._errands.waiting:
                    if self._stopping:
                        return
                    self._wake.wait()

    def _take(self, *, long: bool) -> Task | None:
        with self._lock:
            task = self._lanes.take_interactive(self._may_run)
            return task or (self._lanes.take_long(self._may_run) if long else None)

    def _may_run(self, task: Task) -> bool:
        return self._compute.settled or not task.needs_torch

    def _cancel(self, handle: Handle) -> None:
        with self._lock:
            if handle.state.final or handle.cancel_requested:
                return
            handle.cancel_requested = True
            waiting = self._lanes.waiting(handle.key)
            if waiting is not None and waiting.handle is handle:
                self._lanes.drop(waiting)
                self._never_begun(waiting)
            else:
                self._errands.post(self._close_cancelled)

    def _supersede(self, successor: Task, interrupt: bool) -> None:
        """Let a new task take the place of its key's waiting one, and stop the one under way."""
        previous = self._lanes.add(successor)
        running = self._lanes.under_way(successor.handle.key)
        if previous is not None:
            previous.handle.cancel_requested = previous.handle.superseded = True
            self._never_begun(previous)
        if running is not None and interrupt and not running.handle.cancel_requested:
            running.handle.superseded = True
            self._cancel(running.handle)

    def _never_begun(self, task: Task) -> None:
        handle = task.handle
        handle.state = JobState.CANCELLED
        handle.settled.set()
        task.release()
        self._errands.post(lambda: self.emit(Cancelled(handle)))

    def _close_cancelled(self) -> None:
        while True:
            with self._lock:
                task = self._lanes.take_cancelled()
            if task is None:
                return
            self._turns.close(task)
