"""A scan for maximum patches against a search by hand, cut off at any moment, and asked for what cannot be."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from cnnstudio.activations import PatchIndex, PatchSettings, claim, patches_of, read_index, scan, subject_named
from cnnstudio.engine import run_now
from cnnstudio.engine.direct import DirectJob
from cnnstudio.errors import StudioError, UsageError
from tests.activations.tiny import KINDS, folder, of_network, plan, subject


def scanned(made, by, **more) -> PatchIndex:
    return run_now(scan, made, lambda device: by, **more)


def by_hand(by, names: list[Path], layer: str, batch: int, per_image: int) -> list[list[tuple]]:
    """Every activation of a layer, sorted: (value, picture, row, column) of the first nine of every unit.

    The batches are those of the scan, the last one filled up, so that even the last bit has to agree.
    """
    maps: list[np.ndarray] = []
    hook = by.network.get_submodule(layer).register_forward_hook(
        lambda _module, _inputs, output: maps.append(output.clone().numpy())
    )
    with torch.inference_mode():
        for start in range(0, len(names), batch):
            inputs = [by.prepared(np.atleast_3d(Image.open(each))).tensor for each in names[start : start + batch]]
            inputs += [inputs[-1]] * (batch - len(inputs))
            by.network(torch.cat(inputs).contiguous(memory_format=torch.channels_last))
    hook.remove()
    every = np.concatenate(maps)[: len(names)]
    found = []
    for unit in range(every.shape[1]):
        rows: list[tuple] = []
        for number, one in enumerate(every[:, unit]):
            places = sorted(((-one[r, c], r, c) for r, c in np.ndindex(one.shape)))
            rows += [(value, number, r, c) for value, r, c in places[: per_image or 9]]
        found.append([(-value, number, r, c) for value, number, r, c in sorted(rows)[:9]])
    return found


def rows_of(index: PatchIndex, layer: str, unit: int) -> list[tuple]:
    held = index.layers[layer]
    columns = (held.values, held.pictures, held.rows, held.columns)
    return [row for row in zip(*(each[unit].tolist() for each in columns), strict=True) if row[1] >= 0]


def same(one: PatchIndex, other: PatchIndex) -> bool:
    """Equal bit for bit, boxes and pictures too."""
    keys = ("values", "pictures", "rows", "columns", "row_spans", "column_spans")
    return (
        one.scanned == other.scanned
        and one.pictures.names == other.pictures.names
        and one.unreadable == other.unreadable
        and all((getattr(one.pictures, key) == getattr(other.pictures, key)).all() for key in ("sizes", "sha256"))
        and all(
            (getattr(layer, key) == getattr(other.layers[name], key)).all()
            for name, layer in one.layers.items()
            for key in keys
        )
    )


@pytest.mark.parametrize("per_image", [1, 2, 0])
@pytest.mark.parametrize("kind", KINDS)
def test_a_scan_finds_what_a_search_by_hand_finds(tmp_path, kind, per_image):
    pictures, by = folder(tmp_path / "pictures"), subject(kind)
    scanned(plan(pictures, tmp_path / "index", PatchSettings(batch=4, per_image=per_image)), by)
    index = read_index(tmp_path / "index")
    convolutions = [name for name, module in by.network.named_modules() if isinstance(module, nn.Conv2d)]
    assert sorted(index.layers) == sorted(convolutions)
    names = sorted(pictures.iterdir(), key=lambda each: each.name)
    for layer in convolutions:
        expected = by_hand(by, names, layer, 4, per_image)
        for unit, rows in enumerate(expected):
            assert rows_of(index, layer, unit) == rows
            assert [str(each.image) for each in patches_of(index, layer, unit)] == [str(names[row[1]]) for row in rows]


def test_a_real_network_with_named_layers_of_any_kind(tmp_path):
    """The second ReLU of a block runs twice in a pass; its first run is the layer."""
    pictures, by = folder(tmp_path / "pictures", 4), subject_named("resnet18")
    names = ("layer1.0.conv1", "layer1.0.relu", "fc", "avgpool")
    index = scanned(plan(pictures, tmp_path / "index", PatchSettings(layers=names, batch=2)), by)
    assert tuple(index.layers) == ("layer1.0.conv1", "layer1.0.relu", "avgpool", "fc")
    before, after = index.layers["layer1.0.conv1"], index.layers["layer1.0.relu"]
    outputs: dict[str, list] = {name: [] for name in names}
    hooks = [
        by.network.get_submodule(name).register_forward_hook(
            lambda _m, _i, output, name=name: outputs[name].append(output.clone())
        )
        for name in names
    ]
    with torch.inference_mode():
        for start in (0, 2):
            inputs = []
            for number in (start, start + 1):
                inputs.append(by.prepared(np.asarray(Image.open(pictures / f"p{number}.png"))).tensor)
            by.network(torch.cat(inputs).contiguous(memory_format=torch.channels_last))
    for hook in hooks:
        hook.remove()
    first_runs = torch.cat(outputs["layer1.0.relu"][::2]).amax((2, 3))
    np.testing.assert_array_equal(after.values[:, :4], first_runs.T.sort(dim=1, descending=True).values)
    convolved = torch.cat(outputs["layer1.0.conv1"]).amax((2, 3))
    np.testing.assert_array_equal(before.values[:, :4], convolved.T.sort(dim=1, descending=True).values)
    dense = torch.cat(outputs["fc"])
    np.testing.assert_array_equal(index.layers["fc"].values[:, :4], dense.T.sort(dim=1, descending=True).values)
    assert index.layers["fc"].rows.max() == 0


def steps(made, by) -> Iterator[None]:
    return scan(made, lambda device: by, DirectJob("", "cpu", 2, None, None, None))


@pytest.mark.parametrize("after", [1, 2, 5])
def test_a_scan_that_is_given_up_goes_on_where_it_was(tmp_path, after):
    pictures, by = folder(tmp_path / "pictures"), subject("residual")
    whole = scanned(plan(pictures, tmp_path / "whole", PatchSettings(batch=2)), by)
    part = plan(pictures, tmp_path / "part", PatchSettings(batch=2), seconds=0)
    assert claim(part, resume=False)
    running = steps(part, by)
    for _ in range(after):
        next(running)
    running.close()
    with pytest.raises(StudioError, match="unfinished scan"):
        read_index(tmp_path / "part")
    with pytest.raises(UsageError, match="--resume"):
        claim(part, resume=False)
    assert claim(part, resume=True)
    told = []
    scanned(part, by, on_progress=lambda done, total, left: told.append((done, total)))
    assert told[0][0] in range(2, 2 * after + 1)
    assert told[-1] == (11, 11)
    assert same(read_index(tmp_path / "part"), whole)
    assert sorted(each.name for each in (tmp_path / "part").iterdir()) == sorted(
        each.name for each in (tmp_path / "whole").iterdir()
    )
    assert claim(part, resume=True) is False


CHILD = """
import sys
from pathlib import Path
from cnnstudio.engine.direct import DirectJob
from cnnstudio.activations import PatchSettings, scan
from tests.activations.tiny import plan, subject
job = DirectJob("", "cpu", 2, None, None, None)
made = plan(Path(sys.argv[1]), Path(sys.argv[2]), PatchSettings(batch=1), seconds=0)
print("ready", flush=True)
sys.stdin.readline()
for _ in scan(made, lambda device: subject("plain"), job):
    print("batch", flush=True)
"""


def test_a_killed_process_leaves_a_state_that_is_whole(tmp_path):
    pictures, by = folder(tmp_path / "pictures", 40), subject("plain")
    whole = scanned(plan(pictures, tmp_path / "whole", PatchSettings(batch=1)), by)
    part = plan(pictures, tmp_path / "part", PatchSettings(batch=1))
    claim(part, resume=False)
    # Killed once early and once later, between whatever two instructions that happens to be.
    for batches in (3, 9):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(pictures), str(part.target)], cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as child:  # fmt: skip
            child.stdin.write("go\n")
            child.stdin.flush()
            for _ in range(1 + batches):
                assert child.stdout.readline()
            child.send_signal(signal.SIGKILL)
    assert claim(part, resume=True)
    scanned(part, by)
    assert same(read_index(part.target), whole)


@pytest.mark.parametrize("writes", [0, 1, 2, 4, 5, 6])
def test_a_full_disk_stops_the_scan_and_what_was_done_is_kept(tmp_path, monkeypatch, writes):
    pictures, by = folder(tmp_path / "pictures"), subject("plain")
    whole = scanned(plan(pictures, tmp_path / "whole"), by)
    part = plan(pictures, tmp_path / "part", seconds=0)
    claim(part, resume=False)
    left = [2 * writes]

    def full(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        # Every file that is written is forced to the disk, and so is its folder.
        patched.setattr(os, "fsync", full)
        with pytest.raises(StudioError, match=r"the disk is full.*--resume"):
            scanned(part, by)
    assert not (part.target / "index.json").exists()
    assert not list(part.target.rglob("*.part"))
    assert len(list(part.target.glob("unfinished-*"))) == (1 if writes else 0)
    claim(part, resume=True)
    scanned(part, by)
    assert same(read_index(part.target), whole)


def test_unreadable_pictures_are_listed_and_the_others_scanned(tmp_path):
    pictures, by = folder(tmp_path / "pictures", 6), subject("plain")
    good = scanned(plan(pictures, tmp_path / "good", PatchSettings(batch=4)), by)
    for name in ("a-first.png", "p2-and-a-half.png", "z-last.jpg"):
        (pictures / name).write_bytes(b"\x89PNG\r\n\x1a\nno")
    said: list[str] = []
    index = scanned(plan(pictures, tmp_path / "index", PatchSettings(batch=4)), by, on_notice=said.append)
    assert [name for name, _ in index.unreadable] == ["a-first.png", "p2-and-a-half.png", "z-last.jpg"]
    assert all(name in reason for name, reason in index.unreadable)
    assert [reason for _, reason in index.unreadable] == said
    for name, layer in index.layers.items():
        np.testing.assert_allclose(layer.values, good.layers[name].values, rtol=1e-5, atol=1e-6)
    seen = {patch.image.name for patch in patches_of(index, "0", 0)}
    assert seen == {f"p{number}.png" for number in range(6)}


def test_where_nothing_can_be_read_it_says_so(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "one.png").write_bytes(b"no")
    with pytest.raises(StudioError, match=r"None of the pictures .* could be read.*one\.png"):
        scanned(plan(tmp_path / "p", tmp_path / "index"), subject("plain"))


def test_the_index_so_far_is_shown_while_it_runs(tmp_path):
    pictures, by = folder(tmp_path / "pictures"), subject("plain")
    shown: list[PatchIndex] = []
    whole = scanned(plan(pictures, tmp_path / "index"), by, on_preview=shown.append)
    first = {patch.image.name for unit in range(8) for patch in patches_of(shown[0], "0", unit)}
    assert first == {f"p{number}.png" for number in (0, 1, 10, 2)}
    assert (shown[0].layers["0"].values[:, :4] > -np.inf).all()
    assert (whole.layers["0"].values[:, :9] >= shown[0].layers["0"].values[:, :9]).all()


def test_another_job_in_the_middle_of_a_pass_may_use_the_same_network(tmp_path):
    pictures, by = folder(tmp_path / "pictures"), subject("residual")
    alone = scanned(plan(pictures, tmp_path / "alone"), by)

    class Served(DirectJob):
        def giving_way(self, network):
            return network.stem.register_forward_hook(self.serve)

        inside = False

        def serve(self, *_):
            if not self.inside:
                self.inside = True
                by.network(torch.full((1, 3, 32, 32), 9.0))
                self.inside = False

    running = scan(plan(pictures, tmp_path / "index"), lambda device: by, Served("", "cpu", 2, None, None, None))
    for _ in running:
        pass
    assert same(read_index(tmp_path / "index"), alone)


def test_a_scan_is_not_gone_on_with_otherwise_than_it_began(tmp_path):
    pictures, by = folder(tmp_path / "pictures"), subject("plain")
    target = tmp_path / "index"

    def begin(**more) -> None:
        running = steps(plan(pictures, target, PatchSettings(**{"batch": 4, **more}), seconds=0), by)
        next(running)
        running.close()

    begin()
    with pytest.raises(UsageError, match="batch 4, not 2"):
        begin(batch=2)
    with pytest.raises(UsageError, match="other layers"):
        begin(layers=("3",))
    with pytest.raises(UsageError, match=r"network plain 0 of the tests, not residual 0 of the tests"):
        scanned(plan(pictures, target), subject("residual"))
    with pytest.raises(UsageError, match="1 processes"):
        claim(plan(pictures, target, world=2), resume=True)
    (pictures / "new.png").write_bytes((pictures / "p0.png").read_bytes())
    with pytest.raises(UsageError, match="other pictures"):
        scanned(plan(pictures, target), by)


def test_nothing_that_is_there_is_written_over(tmp_path):
    pictures, by = folder(tmp_path / "pictures", 3), subject("plain")
    with pytest.raises(UsageError, match="other files"):
        claim(plan(pictures, pictures), resume=False)
    scanned(plan(pictures, tmp_path / "index"), by)
    with pytest.raises(UsageError, match="finished index"):
        claim(plan(pictures, tmp_path / "index"), resume=False)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        claim(plan(pictures, tmp_path / "file"), resume=False)


def test_what_cannot_be_scanned_is_said(tmp_path):
    pictures = folder(tmp_path / "pictures", 2)
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudioError, match="holds no picture"):
        plan(tmp_path / "empty", tmp_path / "index")
    with pytest.raises(UsageError, match="no folder"):
        plan(tmp_path / "nowhere", tmp_path / "index")
    dense = of_network(nn.Sequential(nn.Flatten(), nn.Linear(3072, 4)), "dense")
    with pytest.raises(UsageError, match="dense has no convolution"):
        scanned(plan(pictures, tmp_path / "index"), dense)
    with pytest.raises(UsageError, match=r"no layer 'frist'\. Did you mean first"):
        scanned(plan(pictures, tmp_path / "index", PatchSettings(layers=("frist",))), subject("residual"))
