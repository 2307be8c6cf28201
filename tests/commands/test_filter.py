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

from cnnstudio.commands.all_or_none import all_or_none
from cnnstudio.filters.settings import PRESETS
from cnnstudio.imaging.recipes import recipe_of
from cnnstudio.imaging.saving import write_atomically

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


def test_a_blur_gives_a_blurred_photo(cnnstudio, picture, tmp_path) -> None:
    """A kernel that sums to 1 keeps the picture: by default OUT is a colour photo, here against SciPy."""
    photo, out = picture(), tmp_path / "out.png"
    assert cnnstudio("filter", photo, "-k", "gaussian", "--size", 15, "--sigma", 3, "-o", out).code == 0
    steps = np.arange(15) - 7
    bell = np.exp(-(steps**2) / (2 * 3.0**2))
    expected = reference(photo, np.outer(bell, bell) / bell.sum() ** 2).transpose(1, 2, 0)
    with Image.open(out) as shown:
        assert shown.mode == "RGB"
        assert np.abs(np.asarray(shown, np.float64) - expected).max() <= 0.51


def test_a_sum_without_negative_weights_is_shown_in_its_range(cnnstudio, picture, tmp_path) -> None:
    photo, out = picture(), tmp_path / "out.png"
    assert cnnstudio("filter", photo, "-k", "1,2,1;2,4,2;1,2,1", "-o", out).code == 0
    expected = reference(photo, [[1, 2, 1], [2, 4, 2], [1, 2, 1]]).transpose(1, 2, 0) / 16
    with Image.open(out) as shown:
        assert np.abs(np.asarray(shown, np.float64) - expected).max() <= 0.51


@pytest.mark.parametrize("mode", ["auto", "signed", "abs", "clip"])
def test_modes_show(cnnstudio, picture, tmp_path, mode) -> None:
    out = tmp_path / "out.webp"
    assert cnnstudio("filter", picture(), "-k", "sobel-v", "--mode", mode, "-o", out).code == 0
    assert size_of(out) == (17, 12)


@pytest.mark.parametrize(
    "kernel",
    ["", ";", "1,2;3", "1,nan", "1e30,1", "inf", "1,x", "sobel", "1,,2", ";".join(["1"] * 32), "missing.json", "1|2"],
)
def test_kernels_that_cannot_be_used(cnnstudio, picture, tmp_path, kernel) -> None:
    ran = cnnstudio("filter", picture(), "--kernel", kernel, "-o", tmp_path / "out.png")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--angle", "nan"), "--angle is nan; it must be a number between -180 and 180."),
        (("--bias", "x"), "--bias is x; it must be a number between -1000 and 1000."),
        (("--range", "nan"), "--range is nan; it must be a number between 0 and 5000."),
        (("--size", "x"), "--size is x; it must be a whole number between 1 and 31."),
        (("--stride", "1.5"), "--stride is 1.5; it must be a whole number between 1 and 16."),
        (("--border", "mirror"), "--border is 'mirror'; use one of: zero, reflect, replicate, circular."),
        (("--padding", "65"), "--padding is '65'; use valid, same, full or a whole number between 0 and 64."),
        (
            ("--pool", "max:0"),
            "--pool is 'max:0'; use max:F:S or average:F:S, such as max:2:2, F and S between 1 and 16.",
        ),
        (("--divisor", "0"), "--divisor is 0; it must be another number."),
    ],
)
def test_a_refused_option_says_what_is_allowed(cnnstudio, picture, tmp_path, arguments, message) -> None:
    ran = cnnstudio("filter", picture(), "-k", "gaussian", "-o", tmp_path / "out.png", *arguments)
    assert (ran.code, ran.err) == (2, f"cnnstudio: {message}\n")


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


@pytest.mark.parametrize(
    "arguments",
    [
        ("photo.png", "-o", ""), ("", "-o", "out.png"), ("photo.png", "-o", "out.xyz"), ("photo.png", "-o", "out.gif"),
        ("photo.png", "-o", "out"), ("photo.png", "-o", "out.png", "--raw", "raw.txt"),
        ("photo.png", "-o", "out.png", "--raw", ""), ("photo.png", "photo.png", "-o", "new.png"),
    ],
)  # fmt: skip
def test_names_that_cannot_be_meant(cnnstudio, picture, tmp_path, monkeypatch, arguments) -> None:
    picture()
    monkeypatch.chdir(tmp_path)
    ran = cnnstudio("filter", "-k", "box", *arguments)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["photo.png"]


def test_kernels_and_modes_in_any_case(raw, picture) -> None:
    photo = picture()
    shouted = raw(photo, "-k", "Sobel-V", "--mode", "ABS", "--border", "Zero", "--device", "CPU")
    np.testing.assert_array_equal(shouted, raw(photo, "-k", "sobel-v"))


@pytest.mark.parametrize("text", ["[[1,0,-1],[1,0,-1],[1,0,-1]]", "[[[1,0,-1],[1,0,-1],[1,0,-1]]]"])
def test_a_bare_list_is_a_kernel_file(raw, picture, tmp_path, text) -> None:
    (tmp_path / "mine.json").write_text(text)
    photo = picture()
    np.testing.assert_array_equal(raw(photo, "-k", tmp_path / "mine.json"), raw(photo, "-k", words(PREWITT)))


@pytest.mark.parametrize("text", ["[]", "[1]", "[[1],[1,2]]", "[[1e30]]", "{}", "[[[1]],[[2]]]", '[["a"]]', "7"])
def test_kernel_files_that_cannot_be_used(cnnstudio, picture, tmp_path, text) -> None:
    (tmp_path / "mine.json").write_text(text)
    ran = cnnstudio("filter", picture(), "-k", tmp_path / "mine.json", "-o", tmp_path / "out.png")
    assert ran.code == 2
    assert "mine.json" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("old", [b"old", None])
def test_both_results_are_written_or_neither(cnnstudio, picture, tmp_path, old) -> None:
    photo, out = picture(), tmp_path / "out.png"
    if old is not None:
        out.write_bytes(old)
    ran = cnnstudio("filter", photo, "-k", "box", "-o", out, "--raw", tmp_path / "nowhere" / "raw.npy")
    assert ran.code == 1
    assert (out.read_bytes() if out.exists() else None) == old
    assert not list(tmp_path.glob(".*"))


def test_what_fails_together_is_taken_back_together(tmp_path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("before")

    def write(then: Exception | None) -> None:
        with all_or_none([old, new]):
            write_atomically(old, b"after")
            write_atomically(new, b"after")
            if then is not None:
                raise then

    with pytest.raises(RuntimeError, match="boom"):
        write(RuntimeError("boom"))
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert old.read_text() == "before"
    write(None)
    assert sorted((path.name, path.read_text()) for path in tmp_path.iterdir()) == [("new", "after"), ("old", "after")]


def test_an_empty_folder_does_not_stop_the_others(cnnstudio, picture, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    ran = cnnstudio("filter", tmp_path / "empty", picture(), "-k", "box", "-o", tmp_path / "out")
    assert ran.code == 1
    assert f"{tmp_path / 'empty'} holds no picture." in ran.err
    assert (tmp_path / "out" / "photo.png").exists()
    assert cnnstudio("filter", tmp_path / "empty", "-k", "box", "-o", tmp_path / "none").code == 1
    assert not (tmp_path / "none").exists()


def test_skipping_does_not_depend_on_the_order(cnnstudio, picture, tmp_path) -> None:
    first, second = picture("s1/x.png"), picture("s2/x.png")
    out = tmp_path / "out"
    assert cnnstudio("filter", first, second, "-k", "identity", "-o", out, "--mode", "clip").code == 0
    (out / "x.png").unlink()
    ran = cnnstudio(
        "filter", second, first, "-k", "identity", "-o", out, "--mode", "clip", "--skip-existing"
    )
    assert ran.code == 0
    assert ran.err.count("skipped") == 1
    with Image.open(out / "x.png") as made, Image.open(first) as given:
        np.testing.assert_array_equal(np.asarray(made), np.asarray(given))


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that takes no files")
def test_a_folder_that_takes_no_files(cnnstudio, picture) -> None:
    ran = cnnstudio("filter", picture(), "-k", "box", "-o", "/proc/x.png")
    assert ran.code == 1
    assert "/proc/x.png cannot be written there" in ran.err


def test_an_accelerator_without_memory_leaves_the_work_to_the_cpu(
    cnnstudio, picture, tmp_path, monkeypatch
) -> None:
    import torch

    from cnnstudio import filters

    whole = filters.apply

    def apply(settings, pixels, *, device="cpu", **more):
        if device != "cpu":
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return whole(settings, pixels, device=device, **more)

    monkeypatch.setattr(filters, "apply", apply)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    ran = cnnstudio("filter", picture(), "-k", "box", "-o", tmp_path / "out.png", "--device", "cuda")
    assert ran.code == 0
    assert "CPU" in ran.err
    assert ran.err.count("\n") == 1
    assert size_of(tmp_path / "out.png") == (17, 12)


def test_a_kernel_larger_than_the_picture(cnnstudio, picture, tmp_path) -> None:
    tiny = picture(height=2, width=2)
    ran = cnnstudio("filter", tiny, "-k", words(PREWITT), "--padding", "valid", "-o", tmp_path / "out.png")
    assert ran.code == 1
    assert "photo.png" in ran.err
    assert ran.err.count("\n") == 1
    both = tiny, picture("second.png", height=2, width=2)
    assert cnnstudio("filter", *both, "-k", words(PREWITT), "--padding", "valid", "-o", tmp_path / "o").code == 1


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


@pytest.mark.parametrize("target", ["no/such/folder/out.png", "photo.png/out.png"])
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
