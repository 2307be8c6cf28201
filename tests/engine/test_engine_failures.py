"""Nothing that work does ends the engine; stopping always ends."""

from __future__ import annotations

import logging
import threading
import time
import weakref

import pytest

from cnnstudio.engine import Engine, Failed, Finished, JobState, Notice, run_now
from cnnstudio.errors import OutOfDeviceMemory, PictureError, StudioError

PATIENCE = 20.0


class OutOfMemoryError(RuntimeError):
    """Called like torch's own."""


def test_an_error_for_people_is_shown_as_it_is(engine, ear):
    def work(job):
        raise PictureError("cup.png is not a picture. Choose another file.")

    handle = engine.submit("k", work, title="Open")
    _, event = ear.wait_for(Failed, handle)
    assert event.message == handle.error == "cup.png is not a picture. Choose another file."
    assert handle.state is JobState.FAILED
    assert isinstance(handle.exception, PictureError)


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3), RecursionError()])
def test_any_other_error_names_the_job_and_goes_to_the_log(engine, ear, caplog, error):
    def work(job):
        raise error

    with caplog.at_level(logging.ERROR, "cnnstudio.engine"):
        handle = engine.submit("k", work, title="Sharpen")
        _, event = ear.wait_for(Failed, handle)
    assert event.message.startswith("Sharpen ")
    assert "log" in event.message
    assert type(error).__name__ in caplog.text
    after = engine.submit("k", lambda job: "alive")
    assert after.wait(PATIENCE)
    assert after.result == "alive"


def test_errors_inside_a_long_job_leave_it_unharmed(engine, ear, gate):
    long = engine.submit("long", gate.function, lane="long")
    assert gate.entered.wait(PATIENCE)
    bad = engine.submit("bad", lambda job: 1 / 0)
    ear.wait_for(Failed, bad)
    gate.open()
    assert long.wait(PATIENCE)
    assert long.result == "through"


def test_a_generator_that_fails_while_closing_is_cancelled_all_the_same(engine, gate):
    def work(job):
        try:
            gate.entered.set()
            while True:
                yield
        finally:
            raise ValueError("in the clean-up")

    handle = engine.submit("k", work, lane="long")
    assert gate.entered.wait(PATIENCE)
    handle.cancel()
    assert handle.wait(PATIENCE)
    assert handle.state is JobState.CANCELLED
    assert engine.submit("k", lambda job: 0).wait(PATIENCE)


def test_a_failing_listener_ends_nothing(engine, ear):
    def listener(event):
        raise RuntimeError("the window is gone")

    engine.add_listener(listener)
    handle = engine.submit("k", lambda job: 1)
    ear.wait_for(Finished, handle)
    engine.remove_listener(listener)


def test_nothing_keeps_a_result_alive_but_its_handle(engine, ear):
    engine.remove_listener(ear)

    class Large:
        pass

    handle = engine.submit("k", lambda job: Large())
    assert handle.wait(PATIENCE)
    gone = threading.Event()
    weakref.finalize(handle.result, gone.set)
    del handle
    assert gone.wait(PATIENCE)


@pytest.mark.parametrize("lane", ["interactive", "long"])
@pytest.mark.parametrize("as_generator", [False, True])
def test_out_of_device_memory_runs_again_on_the_cpu_and_says_so(make_engine, ear, lane, as_generator):
    engine = make_engine(device="cuda:0", choose=lambda wanted: "cuda:0")
    engine.start(load_torch=True)
    devices = []

    def function(job):
        devices.append(job.device)
        if job.device != "cpu":
            raise OutOfMemoryError("CUDA out of memory. Tried to allocate 80.00 GiB")
        return "done"

    def generator(job):
        yield
        return function(job)

    work = generator if as_generator else function
    handle = engine.submit("k", work, lane=lane, title="Style", needs_torch=True)
    ear.wait_for(Finished, handle)
    assert devices == ["cuda:0", "cpu"]
    assert (handle.result, handle.device) == ("done", "cpu")
    _, notice = ear.wait_for(Notice, handle)
    assert "Style" in notice.text
    assert "CPU" in notice.text
    following = engine.submit("k", lambda job: job.device)
    assert following.wait(PATIENCE)
    assert following.result == "cuda:0"


def test_the_tensors_of_the_failed_attempt_are_gone_before_the_second(make_engine):
    engine = make_engine(device="cuda:0", choose=lambda wanted: "cuda:0")
    engine.start(load_torch=True)

    class Tensor:
        pass

    kept = []

    def work(job):
        if job.device == "cpu":
            return kept[0]() is None
        tensor = Tensor()
        kept.append(weakref.ref(tensor))
        raise OutOfMemoryError

    handle = engine.submit("k", work, needs_torch=True)
    assert handle.wait(PATIENCE)
    assert handle.result is True


def test_out_of_memory_on_the_cpu_too_is_a_message(make_engine, ear):
    engine = make_engine(device="cuda:0", choose=lambda wanted: "cuda:0")
    engine.start(load_torch=True)

    def work(job):
        raise OutOfMemoryError

    handle = engine.submit("k", work, title="Style", needs_torch=True)
    _, event = ear.wait_for(Failed, handle)
    assert "memory" in event.message


def test_stop_ends_at_once_where_work_looks_up(engine, ear, gate):
    long = engine.submit("long", gate.function, lane="long")
    assert gate.entered.wait(PATIENCE)
    waiting = engine.submit("second", lambda job: 1, lane="long")
    began = time.perf_counter()
    assert engine.stop()
    assert time.perf_counter() - began < 1
    assert long.state is waiting.state is JobState.CANCELLED


def test_stop_does_not_wait_for_work_that_never_looks_up(engine, ear, gate):
    deaf = engine.submit("deaf", gate.deaf)
    assert gate.entered.wait(PATIENCE)
    began = time.perf_counter()
    assert not engine.stop(timeout=0.2)
    assert time.perf_counter() - began < 1
    heard = len(ear.heard)
    gate.open()
    assert deaf.wait(PATIENCE)
    assert len(ear.heard) == heard


def test_submitting_after_stop_gives_a_cancelled_handle(engine):
    engine.stop()
    handle = engine.submit("k", lambda job: 1)
    assert handle.wait(0)
    assert handle.state is JobState.CANCELLED


def test_stop_without_start_and_twice():
    engine = Engine(device="cpu", loader=lambda: None)
    assert engine.stop()
    assert engine.stop()


def test_run_now_is_the_same_protocol_in_the_calling_thread():
    reports, previews = [], []

    def work(a, job):
        job.progress(1, 2)
        job.checkpoint()
        yield
        job.preview("p")
        job.progress(2, 2)
        return a, job.device, threading.current_thread()

    value = run_now(work, 5, on_progress=lambda *r: reports.append(r), on_preview=previews.append)
    assert value == (5, "cpu", threading.current_thread())
    assert reports == [(1, 2, None), (2, 2, 0.0)]
    assert previews == ["p"]
    assert run_now(lambda job: job.threads, threads=3) == 3


def test_run_now_lets_errors_through():
    def work(job):
        raise StudioError("no")

    with pytest.raises(StudioError, match="no"):
        run_now(work)


def test_out_of_memory_has_its_own_error(engine):
    def work(job):
        raise MemoryError

    handle = engine.submit("k", work, title="Scan")
    assert handle.wait(PATIENCE)
    assert "Scan needs more memory" in handle.error
    assert issubclass(OutOfDeviceMemory, StudioError)
