"""Running maxima, merging and the index's files, against sorting everything by hand; boxes against arithmetic."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import nn

from cnnstudio.activations import PatchIndex, PatchSettings, merged, patches_of, read_index, scan, sheet
from cnnstudio.activations.picture_batches import AHEAD, batches_ahead
from cnnstudio.activations.top_units import TopUnits
from cnnstudio.engine import run_now
from cnnstudio.errors import PictureError, StudioError, UsageError
from cnnstudio.imaging.picture import Picture
from tests.activations.test_scanning import same, scanned
from tests.activations.tiny import folder, of_network, plan, subject


@settings(deadline=None)
@given(
    st.integers(1, 3), st.integers(1, 12), st.integers(1, 4), st.sampled_from([0, 1, 2, 5]),
    st.lists(st.integers(1, 5), max_size=4), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_running_maxima_are_those_of_all_at_once(channels, pictures, side, per_image, cuts, seed):
    """Few different values, so that most are equal: the earlier picture and the earlier position come first."""
    random = np.random.default_rng(seed)
    maps = random.integers(-2, 3, (pictures, channels, side, side)).astype(np.float32)
    missing = random.random(pictures) < 0.2
    top, start = TopUnits.of(channels, 9, per_image), 0
    for size in [*cuts, pictures]:
        part = slice(start, min(pictures, start + size))
        if part.start < part.stop:
            numbers = np.where(missing[part], -1, np.arange(pictures)[part]).astype(np.int32)
            top.look(0, torch.from_numpy(maps[part]), torch.from_numpy(numbers))
            top.settle()
        start = part.stop
    for unit in range(channels):
        rows = []
        for number in np.flatnonzero(~missing):
            one = maps[number, unit].ravel()
            order = sorted(range(one.size), key=lambda place: (-one[place], place))
            rows += [(-one[place], number, place) for place in order[: per_image or 9]]
        rows = [(-value, number, place) for value, number, place in sorted(rows)[:9]]
        found = zip(top.values[unit].tolist(), top.pictures[unit].tolist(), top.places[unit].tolist(), strict=True)
        assert list(found) == rows + [(-np.inf, -1, -1)] * (9 - len(rows))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, PatchIndex]:
    where = tmp_path_factory.mktemp("whole")
    folder(where / "all" / "a", 7)
    folder(where / "all" / "b", 9, seed=0)
    (where / "all" / "b" / "zz.png").write_bytes(b"no picture")
    return where, scanned(plan(where / "all", where / "index"), subject("plain"))


def test_two_halves_are_the_whole(whole, tmp_path):
    """The folders have pictures in common that are equal, so ties go across the parts."""
    where, index = whole
    halves = [scanned(plan(where / "all" / half, tmp_path / half), subject("plain")) for half in "ab"]
    for order in (halves, halves[::-1], [*halves, halves[0]]):
        assert same(merged(order), index)
    assert merged(halves).unreadable[0][0] == "b/zz.png"
    assert merged(halves).pictures.folder == str(where / "all")
    assert same(merged([read_index(tmp_path / half) for half in "ab"]), index)


def test_overlapping_parts_count_a_picture_once(whole, tmp_path):
    where, index = whole
    part = scanned(plan(where / "all" / "b", tmp_path / "b"), subject("plain"))
    assert same(merged([index, part]), index)
    assert same(merged([part, index]), index)


def test_parts_that_do_not_belong_together_are_refused(whole, tmp_path):
    where, index = whole
    half = where / "all" / "a"
    other = scanned(plan(half, tmp_path / "other"), subject("plain", seed=1))
    with pytest.raises(UsageError, match=r"'plain 0 of the tests' and 'plain 1 of the tests'"):
        merged([index, other])
    two = scanned(plan(half, tmp_path / "two", PatchSettings(batch=4, per_image=2)), subject("plain"))
    with pytest.raises(UsageError, match="--per-image 1 and 2"):
        merged([index, two])
    one = scanned(plan(half, tmp_path / "one", PatchSettings(batch=4, layers=("3",))), subject("plain"))
    with pytest.raises(UsageError, match="layers 0"):
        merged([index, one])
    changed = shutil.copytree(half, tmp_path / "a")
    Image.new("RGB", (40, 40), "red").save(changed / "p0.png")
    renamed = scanned(plan(changed, tmp_path / "changed"), subject("plain"))
    moved = dataclasses.replace(renamed.pictures, folder=str(half))
    with pytest.raises(UsageError, match=r"a/p0\.png was another picture"):
        merged([index, dataclasses.replace(renamed, pictures=moved)])


def ones(size: int, **convention) -> nn.Module:
    made = nn.Conv2d(3, 1, size, bias=False)
    nn.init.ones_(made.weight)
    return of_network(nn.Sequential(made), resize_to=10, **convention)


def scan_of(pixels: np.ndarray, tmp_path: Path, by) -> PatchIndex:
    (tmp_path / "p").mkdir()
    Image.fromarray(pixels).save(tmp_path / "p" / "one.png")
    return run_now(scan, plan(tmp_path / "p", tmp_path / "index"), lambda device: by)


def test_a_box_lies_in_the_picture_as_it_is_on_disk(tmp_path):
    """40 × 20 pixels become 20 × 10, of which columns 5 to 14 are seen: input x = picture x / 2 - 5."""
    pixels = np.zeros((20, 40, 3), np.uint8)
    pixels[8:14, 20:26] = 255
    index = scan_of(pixels, tmp_path, ones(3, crop=10))
    [patch] = patches_of(index, "0", 0)
    assert patch.position == (4, 5)
    assert patch.box == (20, 8, 26, 14)
    # Halved with weights 1, 3, 3, 1, a bright run of six becomes 7/8, 1, 7/8 of white.
    assert patch.activation == pytest.approx(3 * 2.75**2, abs=0.05)
    tile = sheet(index, [patch])[:160, :160]
    assert (tile == 255).all()


def test_a_box_is_clipped_where_the_picture_ends(tmp_path):
    """20 × 10 pixels in a grey square of 10: every second pixel, below two rows of grey. A 5 × 5 field at the top."""
    pixels = np.full((10, 20, 3), 0, np.uint8)
    pixels[:2, 4:6] = 255
    weights = torch.zeros(1, 3, 5, 5)
    weights[:, :, 2, 2] = 1
    by = ones(5, resize="letterbox", crop=None, fill=0.0)
    by.network[0].weight.data.copy_(weights)
    [patch] = patches_of(scan_of(pixels, tmp_path, by), "0", 0)
    assert patch.position == (0, 0)
    assert patch.box == (0, 0, 10, 6)


def test_a_position_that_sees_no_picture_has_an_empty_box(tmp_path):
    by = ones(1, resize="letterbox", crop=None, fill=200.0)
    index = scan_of(np.zeros((10, 20, 3), np.uint8), tmp_path, by)
    [patch] = patches_of(index, "0", 0)
    assert patch.position == (0, 0)
    assert patch.box == (0, 0, 0, 0)
    assert sheet(index, [patch]).shape == (488, 488, 3)


def test_a_picture_smaller_than_the_receptive_field_is_its_own_patch(tmp_path):
    index = scan_of(np.full((3, 4, 3), 9, np.uint8), tmp_path, ones(9, crop=10))
    [patch] = patches_of(index, "0", 0)
    assert patch.box == (0, 0, 4, 3)


def test_pictures_that_went_or_changed_since_are_named(tmp_path):
    pictures = folder(tmp_path / "p", 3)
    index = scanned(plan(pictures, tmp_path / "index"), subject("plain"))
    patches = patches_of(index, "3", 2)
    assert sheet(index, patches).shape == (488, 488, 3)
    Image.new("RGB", (30, 30)).save(pictures / "p1.png")
    with pytest.raises(PictureError, match=r"p1\.png was changed since"):
        sheet(index, patches)
    (pictures / "p1.png").unlink()
    with pytest.raises(PictureError, match=r"p1\.png is no longer there"):
        sheet(index, patches)


def test_units_and_layers_that_there_are_not(whole):
    _, index = whole
    with pytest.raises(UsageError, match="no unit 8; 0 has the units 0 to 7"):
        patches_of(index, "0", 8)
    with pytest.raises(UsageError, match="no layer 'conv'"):
        patches_of(index, "conv", 0)


def test_no_more_is_decoded_ahead_than_two_batches():
    by, started = subject("plain"), []
    pixels = np.zeros((40, 40, 3), np.uint8)

    def read(number: int) -> Picture:
        started.append(number)
        return Picture.from_array(pixels, f"{number}.png")

    ranges = [range(start, start + 3) for start in range(0, 60, 3)]
    batches = batches_ahead(by, ranges, 3, read, 4, lambda: None)
    for number, batch in enumerate(batches, 1):
        assert batch.numbers == tuple(ranges[number - 1])
        assert len(started) <= 3 * (number + AHEAD)
    assert sorted(started) == list(range(60))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_index_is_refused_or_still_makes_sense(whole, tmp_path, data):
    where, index = whole
    broken = tmp_path / "broken"
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(where / "index", broken)
    file = data.draw(st.sampled_from(sorted(path for path in broken.rglob("*") if path.is_file())))
    content = bytearray(file.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(content)
    try:
        held = read_index(broken)
        for name, layer in held.layers.items():
            for unit in range(layer.channels):
                for patch in patches_of(held, name, unit):
                    x1, y1, x2, y2 = patch.box
                    assert 0 <= x1 <= x2
                    assert 0 <= y1 <= y2
        merged([held, index])
    except StudioError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "photos"}, "is damaged"),
        ({"version": 2}, "later version"),
        ({"layers": []}, "is damaged"),
        ({"folder": None, "layers": "none"}, "is damaged"),
    ],
)
def test_an_index_of_another_kind_is_refused(whole, tmp_path, change, words):
    where, _ = whole
    shutil.copytree(where / "index", tmp_path / "index")
    file = tmp_path / "index" / "index.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(StudioError, match=words):
        read_index(tmp_path / "index")
    with pytest.raises(StudioError, match="is no index"):
        read_index(tmp_path)
