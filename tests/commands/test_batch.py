"""The batch mechanism by itself, with functions of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cnnstudio.commands.batch import AHEAD, BEHIND, Batch
from cnnstudio.commands.naming import Item
from cnnstudio.commands.ranks import Rank
from cnnstudio.commands.reporting import PlainLines, duration, time_left
from cnnstudio.errors import PictureError, UsageError


def items(folder: Path, count: int) -> list[Item]:
    return [Item(folder / f"{i}.in", (folder / f"{i}.out",)) for i in range(count)]


def write(result: str, item: Item) -> None:
    item.targets[0].write_text(result)


def copying(compute=lambda name: name, read=lambda path: path.stem, write=write) -> Batch[str, str]:
    return Batch(read, compute, write)


def test_every_item_is_written(tmp_path) -> None:
    assert copying().run(items(tmp_path, 9)) == 0
    assert [(tmp_path / f"{i}.out").read_text() for i in range(9)] == [str(i) for i in range(9)]


@pytest.mark.parametrize("stage", ["read", "compute", "write"])
@pytest.mark.parametrize("error", [PictureError("is torn"), RuntimeError("boom"), MemoryError()])
def test_one_bad_item_does_not_stop_the_others(tmp_path, capsys, stage, error) -> None:
    def failing(value, *rest):
        name = rest[0].source.stem if rest else getattr(value, "stem", value)
        if name == "2":
            raise error
        return write(value, *rest) if rest else name

    assert copying(**{stage: failing}).run(items(tmp_path, 5)) == 1
    assert sorted(path.stem for path in tmp_path.glob("*.out")) == ["0", "1", "3", "4"]
    reported = [line for line in capsys.readouterr().err.splitlines() if line.startswith("cnnstudio: ")]
    assert len(reported) == 1
    assert "2.in" in reported[0]


def test_settings_that_do_not_suit_a_picture_are_failed_work(tmp_path) -> None:
    def refuse(_: str) -> str:
        raise UsageError("the kernel is larger than the picture")

    assert copying(compute=refuse).run(items(tmp_path, 1)) == 1
    assert copying(compute=refuse).run(items(tmp_path, 2)) == 1


def test_existing_results_are_skipped(tmp_path, capsys) -> None:
    (tmp_path / "1.out").write_text("old")
    read: list[str] = []

    def reading(path: Path) -> str:
        read.append(path.stem)
        return path.stem

    assert copying(read=reading).run(items(tmp_path, 3), skip_existing=True) == 0
    assert (tmp_path / "1.out").read_text() == "old"
    assert sorted(read) == ["0", "2"]
    assert "skipped" in capsys.readouterr().err


def test_an_item_with_a_missing_extra_is_not_skipped(tmp_path) -> None:
    (tmp_path / "a.out").write_text("old")
    item = Item(tmp_path / "a.in", (tmp_path / "a.out", tmp_path / "a.npy"))
    assert copying().run([item], skip_existing=True) == 0
    assert (tmp_path / "a.out").read_text() == "a"


def test_ranks_share_the_work(tmp_path) -> None:
    for index in range(3):
        rank = Rank(index, 3)
        assert copying(compute=lambda name, r=index: f"{name} by {r}").run(items(tmp_path, 8), rank=rank) == 0
    texts = [(tmp_path / f"{i}.out").read_text() for i in range(8)]
    assert texts == [f"{i} by {i % 3}" for i in range(8)]


def test_decoding_runs_ahead_but_not_away(tmp_path) -> None:
    read: set[str] = set()
    ahead_of_first = threading.Event()

    def reading(path: Path) -> str:
        read.add(path.stem)
        if len(read) == AHEAD + 1:
            ahead_of_first.set()
        return path.stem

    most = 0

    def computing(name: str) -> str:
        nonlocal most
        assert ahead_of_first.wait(10), "nothing was decoded while the first picture was computed"
        most = max(most, len(read) - int(name))
        return name

    assert copying(read=reading, compute=computing).run(items(tmp_path, 12)) == 0
    assert most <= AHEAD + BEHIND


def test_an_interrupt_stops_and_leaves_no_thread(tmp_path) -> None:
    def computing(name: str) -> str:
        if name == "3":
            raise KeyboardInterrupt
        return name

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        copying(compute=computing).run(items(tmp_path, 50))
    assert threading.active_count() == before
    assert len(list(tmp_path.glob("*.out"))) <= 3


def test_plain_lines_say_the_time_left(capsys) -> None:
    now = iter([0.0, 10.0, 20.0, 30.0])
    lines = PlainLines(3, clock=lambda: next(now))
    for name in "abc":
        lines.done(Path(name), f"→ {name}.png")
    assert capsys.readouterr().err.splitlines() == [
        "[1/3] a → a.png, 20 s left",
        "[2/3] b → b.png, 10 s left",
        "[3/3] c → c.png",
    ]


def test_no_time_is_left_below_a_second(capsys) -> None:
    now = iter([0.0, 0.3, 0.6])
    lines = PlainLines(3, clock=lambda: next(now))
    for name in "abc":
        lines.done(Path(name), f"→ {name}.png")
    assert "left" not in capsys.readouterr().err


def test_notes_of_results_are_said(tmp_path, capsys) -> None:
    class Noted(str):
        notes = ("computed on the CPU",)

    assert copying(compute=Noted).run(items(tmp_path, 1)) == 0
    assert "0.in: computed on the CPU" in capsys.readouterr().err


def test_a_single_success_is_silent(tmp_path, capsys) -> None:
    assert copying().run(items(tmp_path, 1)) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_time_left_is_the_mean_pace() -> None:
    assert time_left(started=5, finished=0, total=4, now=9) == 0
    assert time_left(started=5, finished=1, total=4, now=7) == 6


def test_a_failed_picture_is_named_with_its_folder(capsys) -> None:
    lines = PlainLines(2)
    lines.failed(Path("hol/corrupt.jpg"), "corrupt.jpg is cut off. Use another file.")
    lines.failed(Path("hol/b.jpg"), "there is not enough memory.")
    err = capsys.readouterr().err
    assert "hol/corrupt.jpg is cut off. Use another file." in err
    assert "hol/b.jpg: there is not enough memory." in err
