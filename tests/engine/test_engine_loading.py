"""The start: what is served before torch is there, and what importing costs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from cnnstudio.engine import DeviceChanged, Failed, JobState, Notice, TorchReady, choose_device, memory
from cnnstudio.engine.cores import available_cores, compute_threads
from cnnstudio.engine.device import describe
from cnnstudio.errors import UsageError

PATIENCE = 20.0


def test_importing_the_room_imports_nothing_heavy():
    code = "import sys, cnnstudio.engine; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"torch", "numpy", "psutil", "PySide6", "cv2", "PIL", "logging"} & set(loaded.split())


def test_work_without_torch_is_served_while_torch_loads(make_engine, ear):
    loading, go_on = threading.Event(), threading.Event()

    def loader():
        loading.set()
        assert go_on.wait(PATIENCE)

    engine = make_engine(start=False, loader=loader)
    network = engine.submit("network", lambda job: "network", needs_torch=True)
    engine.start()
    assert loading.wait(PATIENCE)
    quick = engine.submit("filter", lambda job: "filter")
    long = engine.submit("long", lambda job: "long", lane="long")
    assert quick.wait(PATIENCE)
    assert long.wait(PATIENCE)
    assert network.state is JobState.QUEUED
    assert not engine.torch_ready
    go_on.set()
    assert network.wait(PATIENCE)
    assert network.result == "network"
    kinds = [type(e) for _, e in ear.heard]
    assert kinds.index(TorchReady) < kinds.index(DeviceChanged)


def test_torch_becomes_ready_inside_a_long_function(make_engine, ear, gate):
    go_on = threading.Event()
    engine = make_engine(loader=lambda: go_on.wait(PATIENCE))
    engine.start()
    engine.submit("long", gate.function, lane="long")
    assert gate.entered.wait(PATIENCE)
    network = engine.submit("network", lambda job: "network", needs_torch=True)
    go_on.set()
    assert network.wait(PATIENCE)
    assert network.result == "network"


def test_torch_is_loaded_once_and_only_on_demand(make_engine):
    times = []
    engine = make_engine(loader=lambda: times.append(1))
    assert engine.submit("a", lambda job: 0).wait(PATIENCE)
    assert not times
    for key in "bc":
        assert engine.submit(key, lambda job: 0, needs_torch=True).wait(PATIENCE)
    engine.start()
    assert times == [1]


def test_a_broken_torch_is_a_message_and_the_rest_still_works(make_engine, ear):
    def loader():
        raise ImportError("libtorch_cpu.so: cannot open shared object file")

    engine = make_engine(loader=loader)
    network = engine.submit("network", lambda job: 0, needs_torch=True)
    _, event = ear.wait_for(Failed, network)
    assert "libtorch_cpu.so" in event.message
    _, ready = ear.wait_for(TorchReady)
    assert ready.error == event.message
    assert engine.submit("filter", lambda job: 0).wait(PATIENCE)


def test_a_device_that_is_not_there_falls_back_to_the_cpu_and_says_so(make_engine, ear):
    def choose(wanted):
        if wanted == "cuda":
            raise UsageError("This machine has no CUDA.")
        return wanted

    engine = make_engine(device="cuda", choose=choose)
    engine.start()
    _, notice = ear.wait_for(Notice)
    assert "no CUDA" in notice.text
    assert engine.device == "cpu"
    engine.set_device("mps")
    ear.wait_for(DeviceChanged)
    done = engine.submit("k", lambda job: job.device, needs_torch=True)
    assert done.wait(PATIENCE)
    assert done.result == "mps"


def test_threads_leave_one_core_to_the_window(engine):
    assert compute_threads(True) == max(1, available_cores() - 1)
    assert compute_threads(False) == available_cores()
    seen = []
    for interactive in (False, True):
        engine.set_interactive(interactive)
        handle = engine.submit("k", lambda job: seen.append(job.threads))
        assert handle.wait(PATIENCE)
    assert seen == [compute_threads(False), compute_threads(True)]


@pytest.mark.parametrize("wanted", ["tpu", "cuda:x", "cpu:1", "", "cuda:-1", "mps:0"])
def test_names_that_are_no_devices(wanted):
    with pytest.raises(UsageError, match="not a device"):
        choose_device(wanted)


def test_devices_of_this_machine():
    import torch

    assert choose_device("cpu") == "cpu"
    if torch.cuda.is_available():
        assert choose_device("auto") == choose_device("cuda") == "cuda:0"
        with pytest.raises(UsageError, match="cuda:99"):
            choose_device("cuda:99")
    else:
        with pytest.raises(UsageError, match="no NVIDIA GPU"):
            choose_device("cuda")
        if not torch.backends.mps.is_available():
            assert choose_device("auto") == "cpu"
            with pytest.raises(UsageError, match="no Apple GPU"):
                choose_device("mps")


def test_words_for_the_status_bar():
    assert describe("cpu", 1) == "CPU · 1 thread"
    assert describe("cpu", 2) == "CPU · 2 threads"


def test_memory_counts_this_process():
    now = memory()
    assert 1 << 20 < now.process < now.total
    assert 0 < now.used <= now.total
    assert now.device_used is None


def test_real_torch_comes_in_with_its_libraries_mapped_first():
    code = """
import os, sys
from cnnstudio.engine import Engine, TorchReady
from cnnstudio.engine.startup import preload_libraries
mapped = preload_libraries()
assert mapped or sys.platform == "win32", "no library was mapped"
assert "torch" not in sys.modules
engine = Engine(device="cpu").start()
handle = engine.submit("k", lambda job: __import__("torch").ones(2).sum().item(), needs_torch=True)
assert handle.wait(120), handle
print(handle.result, handle.error, os.environ["OMP_WAIT_POLICY"], round(sys.getswitchinterval(), 6), engine.stop())
"""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["2.0", "PASSIVE", "0.0002", "True"]


def test_the_program_ends_although_a_job_is_deaf():
    code = """
import threading
from cnnstudio.engine import Engine
engine = Engine(device="cpu", loader=lambda: None).start()
inside = threading.Event()
engine.submit("k", lambda job: (inside.set(), threading.Event().wait()))
assert inside.wait(20)
print(engine.stop(0.1))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert run.stdout.strip() == "False", run.stderr
