"""Fair timing: contenders interleaved in one run, medians, one JSON line a case."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

ROUNDS = 15


def interleaved(
    contenders: dict[str, Callable[[], Any]], *, rounds: int = ROUNDS, warm: int = 2
) -> dict[str, list[float]]:
    """Milliseconds of every contender in each round; the order turns around from round to round."""
    if rounds < ROUNDS:
        raise ValueError(f"medians need at least {ROUNDS} rounds, not {rounds}")
    for _ in range(warm):
        for run in contenders.values():
            run()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: 1 if number % 2 == 0 else -1]:
            start = time.perf_counter()
            contenders[name]()
            taken[name].append((time.perf_counter() - start) * 1e3)
    return taken


def compare(
    name: str,
    case: str,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    *,
    rounds: int = ROUNDS,
    **more: Any,
) -> None:
    """Time both interleaved and print the line with the ratio of their medians (below 1: ours is faster)."""
    taken = interleaved({"ours": ours, "theirs": theirs}, rounds=rounds)
    mine, other = (statistics.median(taken[key]) for key in ("ours", "theirs"))
    report(name, case, ratio=round(mine / other, 3), ours_ms=round(mine, 2), theirs_ms=round(other, 2),
           rounds=rounds, **more)  # fmt: skip


def distribution(name: str, case: str, milliseconds: Sequence[float], **more: Any) -> None:
    """Print the line of a timing distribution: its median, 99th percentile and worst value."""
    ordered = sorted(milliseconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    report(
        name,
        case,
        p50_ms=at(0.5),
        p99_ms=at(0.99),
        worst_ms=round(ordered[-1], 2),
        count=len(ordered),
        **more,
    )


def report(name: str, case: str, **values: Any) -> None:
    """Print one JSON line at once, so that a long run shows what it has."""
    print(json.dumps({"name": name, "case": case, **values}), flush=True)
