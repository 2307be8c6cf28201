"""Inside a network's pass: yield points at every layer both ways, cancel, and torch's modes kept apart."""

from __future__ import annotations

import threading
import time

import pytest

from cnnstudio.engine import Cancelled, yield_points

torch = pytest.importorskip("torch")
PATIENCE = 60.0


@pytest.fixture(scope="module")
def vgg():
    from torchvision.models import vgg16

    return vgg16(weights=None).eval()


@pytest.fixture
def torch_engine(make_engine):
    engine = make_engine()
    engine.start(load_torch=True)
    return engine


def small_network():
    nn = torch.nn
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 5))


def test_a_checkpoint_at_every_layer_forward_and_backward():
    network, calls = small_network(), []
    picture = torch.rand(1, 3, 8, 8, requires_grad=True)
    with yield_points(network, lambda: calls.append(0)):
        loss = network(picture).sum()
        assert len(calls) == 5
        loss.backward()
        assert len(calls) == 10
    reference = picture.grad.clone()
    picture.grad = None
    network(picture).sum().backward()
    assert len(calls) == 10
    torch.testing.assert_close(picture.grad, reference)


def test_outputs_that_are_tuples_and_dictionaries_are_tapped():
    class Two(torch.nn.Module):
        def forward(self, x):
            return {"a": x * 2, "b": (x * 3, [x + 1])}

    calls = []
    x = torch.rand(2, requires_grad=True)
    network = Two()
    with yield_points(network, lambda: calls.append(0)):
        out = network(x)
        (out["a"] + out["b"][0] + out["b"][1][0]).sum().backward()
    assert len(calls) == 1 + 3


@pytest.mark.parametrize("layer", [2, 7])
def test_what_a_checkpoint_raises_reaches_the_caller(layer):
    class Stop(BaseException):
        pass

    network, calls = small_network(), []

    def checkpoint():
        calls.append(0)
        if len(calls) == layer:
            raise Stop

    picture = torch.rand(1, 3, 8, 8, requires_grad=True)
    with pytest.raises(Stop), yield_points(network, checkpoint):
        network(picture).sum().backward()
    assert len(calls) == layer
    network(picture).sum().backward()
    assert len(calls) == layer


def test_cancel_inside_vgg_passes(torch_engine, ear, vgg):
    rounds = threading.Event()

    def work(job):
        picture = torch.rand(1, 3, 64, 64, requires_grad=True)
        with yield_points(vgg, job.checkpoint):
            while True:
                vgg(picture).sum().backward()
                rounds.set()

    for wait in (0.0, 0.02, 0.05, 0.11):
        rounds.clear()
        handle = torch_engine.submit("vgg", work, lane="long", needs_torch=True)
        assert rounds.wait(PATIENCE)
        threading.Event().wait(wait)
        asked = time.perf_counter()
        handle.cancel()
        when, _ = ear.wait_for(Cancelled, handle)
        assert when - asked < 1.0, "the bound is generous: a pass of this size takes longer on a busy machine"


def test_interactive_jobs_are_served_inside_a_pass_and_compute_gradients_there(torch_engine, vgg):
    """The long job's no_grad is not the interactive job's, in the forward pass nor in the backward pass."""
    inside = threading.Event()

    def long(job):
        picture = torch.rand(1, 3, 64, 64, requires_grad=True)
        with yield_points(vgg, job.checkpoint):
            while True:
                inside.set()
                with torch.no_grad():
                    vgg(picture)
                vgg(picture).sum().backward()

    def quick(job):
        x = torch.ones(3, requires_grad=True)
        (x * x).sum().backward()
        return x.grad.tolist()

    handle = torch_engine.submit("long", long, lane="long", needs_torch=True)
    assert inside.wait(PATIENCE)
    for _ in range(30):
        answer = torch_engine.submit("quick", quick, needs_torch=True)
        assert answer.wait(PATIENCE)
        assert answer.result == [2, 2, 2], answer.error
    handle.cancel()
    assert handle.wait(PATIENCE)


def test_modes_left_on_at_a_yield_stay_with_their_job(torch_engine):
    def state():
        return torch.is_grad_enabled(), torch.is_autocast_enabled("cpu")

    seen = {"a": [], "b": []}

    def modest(job):
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for _ in range(4):
                yield
                seen["a"].append(state())
        yield
        seen["a"].append(state())

    def plain(job):
        for _ in range(4):
            seen["b"].append(state())
            yield

    handles = [torch_engine.submit(w.__name__, w, lane="long", needs_torch=True) for w in (modest, plain)]
    assert all(h.wait(PATIENCE) for h in handles)
    assert seen["a"] == [(False, True)] * 4 + [(True, False)]
    assert seen["b"] == [(True, False)] * 4


def test_inference_mode_of_a_long_job_is_not_anothers(torch_engine, gate):
    def long(job):
        with torch.inference_mode():
            return gate.function(job)

    torch_engine.submit("long", long, lane="long", needs_torch=True)
    assert gate.entered.wait(PATIENCE)
    quick = torch_engine.submit(
        "quick", lambda job: (torch.is_inference_mode_enabled(), torch.is_grad_enabled()), needs_torch=True
    )
    assert quick.wait(PATIENCE)
    assert quick.result == (False, True)


def test_torch_computes_with_the_threads_of_the_engine(torch_engine):
    before = torch.get_num_threads()
    try:
        for interactive in (False, True):
            torch_engine.set_interactive(interactive)
            handle = torch_engine.submit("k", lambda job: (torch.get_num_threads(), job.threads), needs_torch=True)
            assert handle.wait(PATIENCE)
            assert handle.result[0] == handle.result[1]
    finally:
        torch.set_num_threads(before)


def test_a_job_served_inside_the_pass_of_another_one_is_not_ended_by_its_cancellation():
    network = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Linear(4, 4))
    calls: list[str] = []

    def outer() -> None:
        calls.append("outer")
        if len(calls) == 1:
            with yield_points(network, lambda: calls.append("inner")):
                network(torch.zeros(1, 4))

    with yield_points(network, outer):
        network(torch.zeros(1, 4))
    assert calls == ["outer", "inner", "inner", "inner", "outer", "outer"]
    network(torch.zeros(1, 4))
    assert len(calls) == 6
