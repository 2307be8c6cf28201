"""Whatever people do in whatever order: the engine keeps its promises."""

from __future__ import annotations

import threading

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cnnstudio.engine import Cancelled, Engine, Event, Failed, Finished, Handle, JobState

PATIENCE = 20.0


class EngineMachine(RuleBasedStateMachine):
    """Submits, cancels, lets go; `model` holds what is still wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(device="cpu", loader=lambda: None)
        self.events: list[Event] = []
        self.promised_silence: dict[Handle, int] = {}
        self.newest: dict[str, Handle] = {}
        self.cancelled: set[Handle] = set()
        self.handles: list[Handle] = []
        self.gates: dict[Handle, threading.Event] = {}
        self.running: dict[str, int] = {}
        self.overlap = False
        self.engine.add_listener(self.events.append)
        self.engine.start(load_torch=False)

    def _enter(self, key: str) -> None:
        self.running[key] = self.running.get(key, 0) + 1
        self.overlap |= self.running[key] > 1

    def _function(self, key, value, gate, job):
        self._enter(key)
        try:
            while not gate.wait(0.0005):
                job.progress(0, 1)
                job.checkpoint()
            if value == 13:
                raise ValueError(value)
            return value
        finally:
            self.running[key] -= 1

    def _generator(self, key, value, gate, job):
        self._enter(key)
        try:
            while not gate.wait(0.0005):
                job.preview(value)
                yield
            if value == 13:
                raise ValueError(value)
            return value
        finally:
            self.running[key] -= 1

    @rule(
        key=st.sampled_from("abc"),
        long=st.booleans(),
        generator=st.booleans(),
        value=st.integers(10, 16),
        open_at_once=st.booleans(),
        needs_torch=st.booleans(),
    )
    def submit(self, key, long, generator, value, open_at_once, needs_torch):
        gate = threading.Event()
        if open_at_once:
            gate.set()
        old = self.newest.get(key)
        work = self._generator if generator else self._function
        handle = self.engine.submit(
            key, work, key, value, gate, lane="long" if long else "interactive", needs_torch=needs_torch
        )
        handle_value = value
        self.gates[handle] = gate
        self.handles.append(handle)
        handle.expected = handle_value  # type: ignore[attr-defined]
        if old is not None and old.cancel_requested:
            self.promised_silence.setdefault(old, len(self.events))
        self.newest[key] = handle

    @rule(which=st.integers(0, 30))
    def cancel(self, which):
        if self.handles:
            handle = self.handles[which % len(self.handles)]
            handle.cancel()
            if handle.cancel_requested:
                self.promised_silence.setdefault(handle, len(self.events))

    @rule(which=st.integers(0, 30))
    def let_go(self, which):
        if self.handles:
            self.gates[self.handles[which % len(self.handles)]].set()

    @rule(interactive=st.booleans())
    def set_interactive(self, interactive):
        self.engine.set_interactive(interactive)

    @invariant()
    def one_of_a_key_at_a_time(self):
        assert not self.overlap

    @invariant()
    def silence_is_kept(self):
        for handle, since in self.promised_silence.items():
            said = [type(e) for e in self.events[since:] if e.handle is handle]
            assert said in ([], [Cancelled])

    def teardown(self):
        for gate in self.gates.values():
            gate.set()
        try:
            for handle in self.handles:
                assert handle.wait(PATIENCE), (handle, self.handles)
            last = self.engine.submit("last", lambda job: None, lane="long")
            assert last.wait(PATIENCE)
            for handle in self.handles:
                self._check_end(handle)
            self.silence_is_kept()
            assert self.engine.jobs() == ()
        finally:
            assert self.engine.stop(PATIENCE)

    def _check_end(self, handle):
        ends = [type(e) for e in self.events if e.handle is handle and isinstance(e, Cancelled | Finished | Failed)]
        expected = {JobState.DONE: Finished, JobState.FAILED: Failed, JobState.CANCELLED: Cancelled}
        assert ends == [expected[handle.state]]
        if handle.state is JobState.DONE:
            assert handle.result == handle.expected != 13
        elif handle.state is JobState.FAILED:
            assert handle.expected == 13
        else:
            assert handle.cancel_requested
            assert handle.result is None


EngineMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestEngineKeepsItsPromises = EngineMachine.TestCase
