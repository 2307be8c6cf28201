"""How many cores compute: one is left to the window while a person interacts, all work while nobody does."""

from __future__ import annotations

import os
import sys


def available_cores() -> int:
    """Cores this process may use (its affinity, not the machine's count), at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def compute_threads(interactive: bool) -> int:
    """Threads to compute with: one less than the cores while a person interacts, but at least 1."""
    return max(1, available_cores() - interactive)


def set_torch_threads(count: int) -> None:
    """Tell torch; to be called on the thread that computes, because OpenMP keeps the number per thread."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != count:
        torch.set_num_threads(count)


def limit_opencv_threads(count: int) -> None:
    """Tell OpenCV, loaded or not: its own threads would otherwise take the core that is left to the window."""
    os.environ["OPENCV_FOR_THREADS_NUM"] = str(count)
    cv2 = sys.modules.get("cv2")
    if cv2 is not None:
        cv2.setNumThreads(count)
