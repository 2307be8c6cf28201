"""Which device computes, how it is called, and how much memory is in use."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from cnnstudio.errors import UsageError

NAMES = 'Use "auto", "cpu", "cuda", "cuda:N" or "mps".'


def choose_device(wanted: str = "auto") -> str:
    """Torch's name of the device to use: "cpu", "cuda:0", "cuda:1", …, "mps".

    "auto" takes CUDA, else MPS, else the CPU. Everything but "cpu" imports torch. Raises UsageError for a
    name that is none, and for a device that this machine does not have.
    """
    kind, _, number = wanted.strip().lower().partition(":")
    if kind not in ("auto", "cpu", "cuda", "mps") or (number and not (kind == "cuda" and number.isdecimal())):
        raise UsageError(f"{wanted!r} is not a device. {NAMES}")
    if kind == "cpu":
        return "cpu"
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = torch.backends.mps.is_available()
    if kind == "auto":
        return "cuda:0" if cuda else "mps" if mps else "cpu"
    if kind == "mps":
        if not mps:
            raise UsageError('This machine has no Apple GPU that torch can use ("mps"). Use "auto" or "cpu".')
        return "mps"
    if not cuda:
        raise UsageError('This machine has no NVIDIA GPU that torch can use ("cuda"). Use "auto" or "cpu".')
    if int(number or 0) >= cuda:
        last = "cuda:0" if cuda == 1 else f"cuda:0 to cuda:{cuda - 1}"
        raise UsageError(f"There is no device {wanted!r} here; this machine has {last}.")
    return f"cuda:{int(number or 0)}"


def describe(device: str, threads: int) -> str:
    """The device in words for the status bar: "CPU · 2 threads", "NVIDIA H100 · cuda:0", "Apple GPU"."""
    if device.startswith("cuda"):
        torch = sys.modules.get("torch")
        name = torch.cuda.get_device_name(device) if torch and torch.cuda.is_available() else "NVIDIA GPU"
        return f"{name} · {device}"
    if device == "mps":
        return "Apple GPU"
    return f"CPU · {threads} thread{'' if threads == 1 else 's'}"


@dataclass(frozen=True)
class Memory:
    """Bytes in use; the last two are None without CUDA."""

    process: int
    used: int
    total: int
    device_used: int | None = None
    device_total: int | None = None


def memory(device: str = "cpu") -> Memory:
    """What this process, the machine and (on CUDA, once torch is loaded) the device hold; about 0.1 ms."""
    import psutil

    process = psutil.Process().memory_info().rss
    machine = psutil.virtual_memory()
    used = machine.total - machine.available
    if device.startswith("cuda") and (torch := sys.modules.get("torch")) is not None:
        free, total = torch.cuda.mem_get_info(device)
        return Memory(process, used, machine.total, total - free, total)
    return Memory(process, used, machine.total)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this is a device (or Python, or torch's CPU allocator) saying that memory did not suffice.

    Told by name and text, so that torch need not be imported to ask.
    """
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and any(
        mark in text for mark in ("out of memory", "can't allocate memory", "not enough memory")
    )


def free_caches() -> None:
    """Give back what is only held for later: unreachable objects and torch's cached device memory."""
    import gc

    gc.collect()
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
