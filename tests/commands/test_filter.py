"""`cnnstudio filter` as scripts use it, its numbers held against SciPy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import signal

from cnnstudio.filters.settings import PRESETS
from cnnstudio.imaging.recipes import recipe_of

PREWITT = [[1, 0, -1], [1, 0, -1], [1, 0, -1]]
ODD_ONE = [[1, -2, 3, 0.5], [0, 4, -1, 2]]
PADDING = {"zero": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def words(kernel: list[list[float]]) -> str:
    return ";".join(",".join(map(str, row)) for row in kernel)


def reference(
    path: Path, kernel, *, border="zero", before=None, after=None, stride=1, dilation=1
) -> np.ndarray:
    """(C, H, W) by SciPy's correlation of the padded picture; by default padded as for `same`."""
    small = np.asarray(kernel, np.float64)
    spread = np.zeros([dilation * (n - 1) + 1 for n in small.shape])
    spread[::dilation, ::dilation] = small
    lost = np.array(spread.shape) - 1
    before = lost // 2 if before is None else np.array([before, before])
    after = lost - before if after is None else np.array([after, after])
    pixels = np.asarray(Image.open(path), np.float64)
    planes = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    padded = [np.pad(plane, list(zip(before, after, strict=True)), PADDING[border]) for plane in planes]
    return np.stack([signal.correlate2d(p, spread, "valid")[::stride, ::stride] for p in padded])


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


@pytest.fixture
def raw(cnnstudio, tmp_path):
    """Runs the command with --raw and returns the array."""

    def run(*arguments: object) -> np.ndarray:
        target = tmp_path / "raw.npy"
        ran = cnnstudio("filter", *arguments, "-o", tmp_path / "out.png", "--raw", target)
        assert (ran.code, ran.err) == (0, "")
        values = np.load(target)
        assert values.dtype == np.float32
        assert values.flags.c_contiguous
        with Image.open(tmp_path / "out.png") as shown:
            assert shown.size == values.shape[:0:-1]
        return values

    return run


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kernel", [PREWITT, ODD_ONE, [[2]]])
def test_default_is_same_zero_correlation(raw, picture, mode, kernel) -> None:
    photo = picture(mode=mode)
    values = raw(photo, "--kernel", words(kernel))
    np.testing.assert_allclose(values, reference(photo, kernel), rtol=1e-4, atol=1e-2)
    assert len(values) == len(mode)


@pytest.mark.parametrize("border", PADDING)
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2), (3, 2)])
def test_borders_strides_dilations(raw, picture, border, stride, dilation) -> None:
    photo = picture()
    values = raw(
        photo, "--kernel", words(PREWITT), "--border", border, "--stride", stride, "--dilation", dilation
    )
    expected = reference(photo, PREWITT, border=border, stride=stride, dilation=dilation)
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize(("padding", "pad"), [("valid", 0), ("full", 2), ("0", 0), ("4", 4)])
def test_paddings(raw, picture, padding, pad) -> None:
    photo = picture()
    values = raw(photo, "--kernel", words(PREWITT), "--padding", padding)
    expected = reference(photo, PREWITT, before=pad, after=pad)
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-2)


def test_flip_is_convolution_and_pads_on_the_same_side(raw, picture) -> None:
    photo = picture()
    values = raw(photo, "--kernel", words(ODD_ONE), "--flip")
    expected = reference(photo, np.asarray(ODD_ONE)[::-1, ::-1])
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-2)


def test_volume_sums_the_channels(raw, picture) -> None:
    photo = picture()
    values = raw(photo, "--kernel", words(PREWITT), "--volume", "--bias", 7)
    expected = reference(photo, PREWITT).sum(axis=0, keepdims=True) + 7
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-2)


def test_transposed_lays_kernels_down(raw, picture) -> None:
    photo = picture(height=5, width=4, mode="L")
    values = raw(photo, "--kernel", words(ODD_ONE), "--transposed", "--stride", 2, "--padding", "valid")
    pixels = np.asarray(Image.open(photo), np.float64)
    spread = np.zeros((9, 7))
    spread[::2, ::2] = pixels
    np.testing.assert_allclose(values[0], signal.convolve2d(spread, ODD_ONE), rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("relu", lambda z: np.maximum(z, 0)),
        ("abs", np.abs),
        ("tanh", np.tanh),
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
    ],
)
def test_offset_divisor_bias_activation(raw, picture, name, function) -> None:
    photo = picture()
    values = raw(
        photo, "-k", words(PREWITT), "--divisor", 100, "--offset", 0.5, "--bias", -1, "--activation", name
    )
    np.testing.assert_allclose(values, function(reference(photo, PREWITT) / 100 - 0.5), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("kind", "function"), [("max", np.max), ("average", np.mean)])
def test_pooling(raw, picture, kind, function) -> None:
    photo = picture(height=13, width=15)
    values = raw(photo, "--kernel", "identity", "--pool", f"{kind}:3:2")
    planes = np.asarray(Image.open(photo), np.float64).transpose(2, 0, 1)
    windows = np.lib.stride_tricks.sliding_window_view(planes, (3, 3), axis=(1, 2))[:, ::2, ::2]
    np.testing.assert_allclose(values, function(windows, axis=(3, 4)), rtol=1e-5)


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "own"])
def test_every_preset_runs(raw, picture, name) -> None:
    values = raw(picture(height=20, width=20), "--kernel", name, "--normalise")
    assert values.shape == (3, 20, 20)
    assert np.isfinite(values).all()


def test_parameters_of_a_preset(raw, picture) -> None:
    photo = picture(height=30, width=30, mode="L")
    wide = raw(photo, "--kernel", "gaussian", "--size", 9, "--sigma", 3, "--padding", "valid", "--normalise")
    assert wide.shape == (1, 22, 22)
    weights = np.exp(-(np.arange(-4, 5) ** 2) / 18)
    kernel = np.outer(weights, weights) / weights.sum() ** 2
    np.testing.assert_allclose(wide, reference(photo, kernel, before=0, after=0), rtol=1e-4, atol=1e-2)


def test_a_shared_kernel_file(raw, picture, tmp_path) -> None:
    from cnnstudio.filters import kernel_to_json, parse_kernel

    file = tmp_path / "mine.json"
    file.write_text(kernel_to_json(parse_kernel(words(ODD_ONE), "mine")), encoding="utf-8")
    photo = picture()
    values = raw(photo, "--kernel", file)
    np.testing.assert_allclose(values, reference(photo, ODD_ONE), rtol=1e-4, atol=1e-2)


def test_16_bit_is_scaled_and_alpha_is_said(cnnstudio, picture, tmp_path) -> None:
    deep = tmp_path / "deep.png"
    values = np.array([[0, 257, 65535], [100, 3000, 40000]], np.uint16)
    Image.fromarray(values).save(deep)
    ran = cnnstudio("filter", deep, "-k", "identity", "-o", tmp_path / "o.png", "--raw", tmp_path / "r.npy")
    assert ran.code == 0
    assert "16-bit" in ran.err
    np.testing.assert_allclose(np.load(tmp_path / "r.npy")[0], values / 257, rtol=1e-6)
    ran = cnnstudio("filter", picture("see.png", mode="RGBA"), "-k", "identity", "-o", tmp_path / "o.png")
    assert ran.code == 0
    assert "alpha" in ran.err
    assert ran.err.count("see.png") == 1


def test_the_result_carries_its_recipe(cnnstudio, picture, tmp_path) -> None:
    photo = picture()
    cnnstudio("filter", photo, "-k", "sobel-h", "--stride", 2, "-o", tmp_path / "out.png")
    recipe = recipe_of(tmp_path / "out.png")
    assert recipe is not None
    assert (recipe.capability, recipe.source_name) == ("filters", "photo.png")
    assert recipe.settings["stride"] == 2
    assert str(tmp_path) not in json.dumps(recipe.settings)


@pytest.mark.parametrize("mode", ["signed", "abs", "clip"])
def test_modes_show(cnnstudio, picture, tmp_path, mode) -> None:
    out = tmp_path / "out.webp"
    assert cnnstudio("filter", picture(), "-k", "sobel-v", "--mode", mode, "-o", out).code == 0
    assert size_of(out) == (17, 12)


@pytest.mark.parametrize(
    "kernel",
    ["", ";", "1,2;3", "1,nan", "inf", "1,x", "sobel", "1,,2", ";".join(["1"] * 32), "missing.json", "1|2"],
)
def test_kernels_that_cannot_be_used(cnnstudio, picture, tmp_path, kernel) -> None:
    ran = cnnstudio("filter", picture(), "--kernel", kernel, "-o", tmp_path / "out.png")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--stride", "0"), ("--stride", "1.5"), ("--dilation", "0"), ("--padding", "half"),
        ("--padding", "-1"), ("--border", "mirror"), ("--divisor", "0"), ("--divisor", "nan"),
        ("--bias", "inf"), ("--pool", "max:0:1"), ("--pool", "min:2:2"), ("--activation", "gelu"),
        ("--mode", "red"), ("--device", "gpu"), ("--max-megapixels", "-1"), ("--sigma", "2"), ("--size", "5"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used(cnnstudio, picture, tmp_path, arguments) -> None:
    ran = cnnstudio("filter", picture(), "-k", "sobel-v", "-o", tmp_path / "out.png", *arguments)
    assert ran.code == 2
    assert ran.err.startswith("cnnstudio: ")
    assert ran.err.count("\n") == 1


def test_an_output_is_needed(cnnstudio, picture) -> None:
    ran = cnnstudio("filter", picture(), "--kernel", "box")
    assert ran.code == 2
    assert "--output" in ran.err


def test_a_kernel_larger_than_the_picture(cnnstudio, picture, tmp_path) -> None:
    tiny = picture(height=2, width=2)
    ran = cnnstudio("filter", tiny, "-k", words(PREWITT), "--padding", "valid", "-o", tmp_path / "out.png")
    assert ran.code in (1, 2)
    assert "photo.png" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_a_file_that_is_no_picture(cnnstudio, tmp_path, content) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    ran = cnnstudio("filter", tmp_path / "bad.png", "-k", "box", "-o", tmp_path / "out.png")
    assert ran.code == 1
    assert "bad.png" in ran.err
    assert ran.err.count("\n") == 1


def test_a_missing_picture(cnnstudio, tmp_path) -> None:
    ran = cnnstudio("filter", tmp_path / "none.png", "-k", "box", "-o", tmp_path / "out.png")
    assert ran.code == 1
    assert "none.png" in ran.err


def test_the_limit_is_named_and_can_be_raised(cnnstudio, picture, tmp_path) -> None:
    out = tmp_path / "out.png"
    photo = picture(height=100, width=200)
    ran = cnnstudio("filter", photo, "-k", "box", "-o", out, "--max-megapixels", "0.01")
    assert ran.code == 1
    assert "--max-megapixels" in ran.err
    assert cnnstudio("--max-megapixels", "0.02", "filter", photo, "-k", "box", "-o", out).code == 0


@pytest.mark.parametrize("target", ["no/such/folder/out.png", "photo.png/out.png", "out.xyz"])
def test_targets_that_cannot_be_written(cnnstudio, picture, tmp_path, target) -> None:
    ran = cnnstudio("filter", picture(), "-k", "box", "-o", tmp_path / target)
    assert ran.code == 1
    assert ran.err.count("\n") == 1


def test_a_batch_with_a_bad_file(cnnstudio, picture, tmp_path) -> None:
    for name in ("in/a.png", "in/deep/a.png", "in/b.png"):
        picture(name)
    (tmp_path / "in" / "bad.jpg").write_bytes(b"bad")
    ran = cnnstudio(
        "filter", tmp_path / "in", "-k", "box", "-o", tmp_path / "new/out", "--raw", tmp_path / "raw"
    )
    assert ran.code == 1
    assert "bad.jpg" in ran.err
    assert sorted(p.name for p in (tmp_path / "new/out").iterdir()) == ["a-2.png", "a.png", "b.png"]
    assert sorted(p.name for p in (tmp_path / "raw").iterdir()) == ["a-2.npy", "a.npy", "b.npy"]


def test_skip_existing_leaves_what_is_there(cnnstudio, picture, tmp_path) -> None:
    photos = [picture("a.png"), picture("b.png")]
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.png").write_bytes(b"mine")
    assert cnnstudio("filter", *photos, "-k", "box", "-o", out, "--skip-existing").code == 0
    assert (out / "a.png").read_bytes() == b"mine"
    assert size_of(out / "b.png") == (17, 12)


def test_ranks_write_disjoint_files_under_the_same_names(picture, tmp_path, monkeypatch, cnnstudio) -> None:
    for name in ("in/x/cup.png", "in/y/cup.png", "in/dog.png", "in/emu.png", "in/fox.png"):
        picture(name)
    alone = tmp_path / "alone"
    assert cnnstudio("filter", tmp_path / "in", "-k", "sobel-v", "-o", alone).code == 0
    counts = []
    for rank in range(2):
        monkeypatch.setenv("RANK", str(rank))
        monkeypatch.setenv("WORLD_SIZE", "2")
        ran = cnnstudio("filter", tmp_path / "in", "-k", "sobel-v", "-o", tmp_path / "shared")
        assert ran.code == 0
        assert ran.err.startswith(f"[rank {rank}/2]")
        counts.append(len(list((tmp_path / "shared").iterdir())))
    assert counts == [3, 5]
    for file in alone.iterdir():
        assert (tmp_path / "shared" / file.name).read_bytes() == file.read_bytes()


def test_the_command_works_as_a_module_without_torch(picture, tmp_path) -> None:
    code = (
        "import sys; from cnnstudio.__main__ import main; code = main(sys.argv[1:]);"
        "sys.exit(code or ('torch' in sys.modules) * 9)"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "filter",
        str(picture()),
        "-k",
        "log",
        "-o",
        str(tmp_path / "out.png"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out.png").is_file()
