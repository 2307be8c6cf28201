"""Who runs when: latest wins, interactive jobs inside long ones, turns, cancelling."""

from __future__ import annotations

import threading
import time

import pytest

from cnnstudio.engine import Cancelled, Finished, JobState, Preview, Progress, Started

PATIENCE = 20.0


def test_a_job_returns_its_value(engine, ear):
    handle = engine.submit("k", lambda a, b, job: a + b, 2, 3, title="Sum")
    assert handle.wait(PATIENCE)
    assert (handle.state, handle.result, handle.error) == (JobState.DONE, 5, "")
    assert ear.of(handle) == ["Queued", "Started", "Finished"]


def test_a_generators_value_is_what_it_returns(engine):
    def work(job):
        yield
        yield
        return "end"

    for lane in ("interactive", "long"):
        handle = engine.submit(lane, work, lane=lane)
        assert handle.wait(PATIENCE)
        assert handle.result == "end"


def test_what_is_submitted_before_start_runs_after_it(make_engine):
    engine = make_engine(start=False)
    handle = engine.submit("k", lambda job: 1)
    assert handle.state is JobState.QUEUED
    engine.start(load_torch=False)
    assert handle.wait(PATIENCE)
    assert handle.result == 1


def test_of_many_moves_of_a_slider_the_first_running_and_the_newest_run(engine, ear, gate):
    ran = []
    blocker = engine.submit("other", gate.deaf)
    assert gate.entered.wait(PATIENCE)
    handles = [engine.submit("slider", lambda i, job: ran.append(i), i) for i in range(50)]
    gate.open()
    assert handles[-1].wait(PATIENCE)
    assert blocker.wait(PATIENCE)
    assert ran == [49]
    assert all(h.superseded and h.state is JobState.CANCELLED for h in handles[:-1])
    ear.wait_for(Finished, handles[-1])
    assert all(set(ear.of(h)) <= {"Queued", "Cancelled"} for h in handles[:-1])


@pytest.mark.parametrize("lane", ["interactive", "long"])
@pytest.mark.parametrize("kind", ["function", "generator"])
def test_a_running_job_is_stopped_by_its_successor(engine, ear, gate, lane, kind):
    old = engine.submit("k", getattr(gate, kind), lane=lane)
    assert gate.entered.wait(PATIENCE)
    new = engine.submit("k", lambda job: "new", lane=lane)
    assert new.wait(PATIENCE)
    assert new.result == "new"
    assert old.state is JobState.CANCELLED
    assert old.superseded
    assert old.result is None


def test_a_superseded_job_never_reports_again(engine, ear):
    inside, go_on = threading.Event(), threading.Event()

    def stubborn(job):
        inside.set()
        assert go_on.wait(PATIENCE)
        job.progress(1, 2)
        job.preview("stale")
        job.notice("stale")
        return "stale"

    old = engine.submit("k", stubborn)
    assert inside.wait(PATIENCE)
    new = engine.submit("k", lambda job: "fresh")
    before = len(ear.heard)
    go_on.set()
    assert new.wait(PATIENCE)
    ear.wait_for(Finished, new)
    late = [type(e) for _, e in ear.heard[before:] if e.handle is old]
    assert late == [Cancelled]
    assert old.result is None
    assert old.preview is None


def test_without_interrupt_the_running_one_is_shown_and_the_newest_follows(engine, gate):
    first = engine.submit("k", gate.function)
    assert gate.entered.wait(PATIENCE)
    others = [engine.submit("k", lambda i, job: i, i, interrupt=False) for i in range(9)]
    assert not first.cancel_requested
    gate.open()
    assert others[-1].wait(PATIENCE)
    assert (first.result, others[-1].result) == ("through", 8)
    assert all(h.superseded for h in others[:-1])


@pytest.mark.parametrize("kind", ["function", "generator"])
@pytest.mark.parametrize("lane", ["interactive", "long"])
def test_of_one_key_only_one_job_runs_at_a_time(engine, gate, kind, lane):
    first = engine.submit("k", getattr(gate, kind), lane="long")
    assert gate.entered.wait(PATIENCE)
    second = engine.submit("k", lambda job: first.state, lane=lane, interrupt=False)
    for i in range(3):
        assert engine.submit(i, lambda job: None).wait(PATIENCE)
    assert second.state is JobState.QUEUED
    gate.open()
    assert second.wait(PATIENCE)
    assert second.result is JobState.DONE


@pytest.mark.parametrize("kind", ["function", "generator"])
def test_interactive_jobs_are_served_in_the_middle_of_a_long_one(engine, gate, kind):
    long = engine.submit("long", getattr(gate, kind), lane="long")
    assert gate.entered.wait(PATIENCE)
    for i in range(3):
        quick = engine.submit(f"quick {i}", lambda job: threading.get_ident())
        assert quick.wait(PATIENCE)
        assert long.state is JobState.RUNNING
    gate.open()
    assert long.wait(PATIENCE)
    assert long.result == "through"


def test_an_interactive_job_is_not_served_inside_another(engine, gate):
    order = []
    engine.submit("first", gate.function)
    assert gate.entered.wait(PATIENCE)
    second = engine.submit("second", lambda job: order.append("second"))
    assert not order
    gate.open()
    assert second.wait(PATIENCE)


def test_long_jobs_take_turns(engine, gate):
    turns = []

    def work(name, job):
        for _ in range(5):
            turns.append(name)
            yield

    engine.submit("gate", gate.deaf)
    assert gate.entered.wait(PATIENCE)
    handles = [engine.submit(name, work, name, lane="long") for name in "abc"]
    gate.open()
    assert all(h.wait(PATIENCE) for h in handles)
    rounds = [set(turns[i : i + 3]) for i in range(0, 15, 3)]
    assert rounds[1:4] == [set("abc")] * 3


def test_a_slow_key_is_not_starved_by_a_busy_one(engine, gate):
    """A replaced job keeps its place in the queue, and so does everyone else."""
    order = []
    engine.submit("gate", gate.deaf)
    assert gate.entered.wait(PATIENCE)
    engine.submit("a", lambda job: order.append("a0"))
    b = engine.submit("b", lambda job: order.append("b"))
    engine.submit("a", lambda job: order.append("a1"))
    gate.open()
    assert b.wait(PATIENCE)
    assert order == ["a1", "b"]


@pytest.mark.parametrize("kind", ["function", "generator"])
@pytest.mark.parametrize("lane", ["interactive", "long"])
def test_cancel_takes_effect_within_100_ms(engine, ear, gate, kind, lane):
    handle = engine.submit("k", getattr(gate, kind), lane=lane)
    assert gate.entered.wait(PATIENCE)
    asked = time.perf_counter()
    handle.cancel()
    when, _ = ear.wait_for(Cancelled, handle)
    assert when - asked < 0.1
    assert handle.wait(0)


def test_a_waiting_job_is_cancelled_at_once_and_announced_at_the_next_checkpoint(engine, ear, gate):
    engine.submit("long", gate.function, lane="long")
    assert gate.entered.wait(PATIENCE)
    other = engine.submit("other long", lambda job: None, lane="long")
    other.cancel()
    assert other.wait(0)
    ear.wait_for(Cancelled, other)
    assert "Started" not in ear.of(other)


def test_a_paused_job_is_closed_while_a_long_function_holds_the_thread(engine, ear, gate):
    cleaned = threading.Event()

    def paused(job):
        try:
            while not gate.entered.is_set():
                yield
            yield
        finally:
            cleaned.set()

    handle = engine.submit("paused", paused, lane="long")
    ear.wait_for(Started, handle)
    engine.submit("long", gate.function, lane="long")
    assert gate.entered.wait(PATIENCE)
    handle.cancel()
    assert cleaned.wait(PATIENCE)
    ear.wait_for(Cancelled, handle)


def test_cancelling_twice_or_after_the_end_changes_nothing(engine, ear):
    handle = engine.submit("k", lambda job: 7)
    assert handle.wait(PATIENCE)
    handle.cancel()
    handle.cancel()
    assert (handle.state, handle.result) == (JobState.DONE, 7)
    assert ear.of(handle) == ["Queued", "Started", "Finished"]


def test_progress_and_previews_arrive(engine, ear):
    def work(job):
        for i in range(1000):
            job.progress(i + 1, 1000)
        job.preview("half")
        return "whole"

    handle = engine.submit("k", work)
    assert handle.wait(PATIENCE)
    ear.wait_for(Preview, handle)
    told = [e for _, e in ear.heard if isinstance(e, Progress)]
    assert told[0].done == 1
    assert (told[-1].done, told[-1].total, told[-1].seconds_left) == (1000, 1000, 0)
    assert len(told) < 500
    assert handle.progress == (1000, 1000)
    assert handle.preview == "half"


def test_checkpoints_on_foreign_threads_only_look_for_cancellation(engine, gate):
    from cnnstudio.engine import JobCancelled

    seen = []

    def work(job):
        def helper():
            gate.entered.set()
            try:
                while not gate.function(job):
                    pass
            except JobCancelled:
                seen.append("cancelled")

        thread = threading.Thread(target=helper)
        thread.start()
        thread.join()
        job.checkpoint()

    long = engine.submit("long", work, lane="long")
    assert gate.entered.wait(PATIENCE)
    quick = engine.submit("quick", lambda job: threading.current_thread().name)
    long.cancel()
    assert quick.wait(PATIENCE)
    assert seen == ["cancelled"]
    assert quick.result == "cnnstudio-engine"
