"""Saving: what is written, and that the old file survives whatever goes wrong."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from cnnstudio.errors import PictureError
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.reading import read_picture
from cnnstudio.imaging.saving import save_picture, write_atomically
from tests.imaging.files import file_of, photo

ONLY_UNIX = pytest.mark.skipif(os.name == "nt", reason="Unix permissions and limits")


@pytest.mark.parametrize("extension", [".png", ".jpg", ".JPEG", ".tif", ".tiff", ".webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_saved_pictures_are_read_back(tmp_path, extension, channels):
    path = tmp_path / f"out{extension}"
    array = photo(channels=channels)
    save_picture(array, path)
    back = read_picture(path)
    expected = array.reshape(24, 32, channels)
    if extension in (".png", ".tif", ".tiff"):
        np.testing.assert_array_equal(back.pixels[:, :, :channels], expected)
        assert back.channels == channels
    else:
        assert np.abs(back.pixels[:, :, :channels].astype(float) - expected).mean() < 3
    assert back.notes == ()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_values_are_rounded_and_cut(tmp_path):
    values = np.array([[0.4, 0.6, 254.6, 255.0, 100.5]], np.float32)
    save_picture(Picture.from_array(values, "x"), tmp_path / "x.png")
    assert read_picture(tmp_path / "x.png").pixels[:, :, 0].tolist() == [[0, 1, 255, 255, 100]]


def test_colours_are_declared_as_srgb(tmp_path):
    for extension in (".jpg", ".tif", ".webp"):
        save_picture(photo(), tmp_path / f"x{extension}")
        with Image.open(tmp_path / f"x{extension}") as image:
            icc = image.info["icc_profile"]
        assert ImageCms.getProfileName(ImageCms.ImageCmsProfile(io.BytesIO(icc))).startswith("sRGB")
    save_picture(photo(), tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as image:
        assert "srgb" in image.info


def test_equal_pictures_give_equal_files(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        save_picture(photo(), tmp_path / name)
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()


def test_quality_counts(tmp_path):
    sizes = []
    for quality in (40, 95):
        save_picture(photo(200, 300), tmp_path / "x.jpg", quality=quality)
        sizes.append((tmp_path / "x.jpg").stat().st_size)
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x.xyz", "extension '.xyz'"),
        ("x", "no extension"),
        ("missing/x.png", "folder does not exist"),
        ("folder.png", "is a folder"),
        ("file.png/x.png", "not a folder|does not exist"),
        ("n" * 300 + ".png", "too long"),
        ("a\0b.png", "cannot be a file name"),
    ],
)
def test_impossible_targets(tmp_path, name, words):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file.png").write_bytes(b"old")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PictureError, match=words):
        save_picture(photo(), tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


def test_formats_that_are_too_small(tmp_path):
    with pytest.raises(PictureError, match="16383 pixels a side"):
        save_picture(np.zeros((1, 16384), np.uint8), tmp_path / "x.webp")
    assert not list(tmp_path.iterdir())


@ONLY_UNIX
def test_permissions_and_links_stay(tmp_path):
    real = tmp_path / "real.png"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link.png"
    link.symlink_to(real)
    save_picture(photo(), link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes().startswith(b"\x89PNG")
    new = tmp_path / "new.png"
    save_picture(photo(), new)
    mask = os.umask(0)
    os.umask(mask)
    assert new.stat().st_mode & 0o777 == 0o666 & ~mask


def _in_process(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@ONLY_UNIX
def test_a_file_that_cannot_grow_leaves_the_old_one(tmp_path):
    """A real limit of the system: no file of this process may exceed 64 KB."""
    path = tmp_path / "x.png"
    save_picture(photo(), path)
    old = path.read_bytes()
    done = _in_process(
        """
        import resource, sys
        import numpy as np
        from cnnstudio.errors import PictureError
        from cnnstudio.imaging.saving import save_picture
        noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        try:
            save_picture(noise, sys.argv[1])
        except PictureError as error:
            print(error)
        """,
        path,
    )
    assert done.stdout.startswith("x.png was not saved: the file would be larger"), done.stderr
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    usual = Path.open

    def open_full(self, mode="r", *rest):
        return usual(Path("/dev/full"), "wb") if mode == "xb" else usual(self, mode, *rest)

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(PictureError, match=r"x\.png was not saved: the disk is full"):
        write_atomically(path, bytes(100_000))
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@ONLY_UNIX
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(b"a" * 3_000_000)
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
        import sys
        from cnnstudio.imaging.saving import write_atomically
        print("ready", flush=True)
        while True:
            for letter in (b"b", b"c"):
                write_atomically(sys.argv[1], letter * 3_000_000)
        """
            ),
            str(path),
        ],
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    for _ in range(50):
        data = path.read_bytes()
        assert len(data) == 3_000_000
        assert len(set(data)) == 1
    writer.kill()
    writer.wait()
    writer.stdout.close()
    data = path.read_bytes()
    assert len(data) == 3_000_000
    assert len(set(data)) == 1


@ONLY_UNIX
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_write_protected_file_stays(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PictureError, match="may not be written"):
        save_picture(photo(), path)
    assert path.read_bytes() == b"old"


# -- while others wait ---------------------------------------------------------------------------------------


class _Stop(Exception):
    pass


@pytest.mark.parametrize("extension", [".png", ".jpg", ".tif", ".webp"])
def test_saving_gives_way_and_can_be_stopped(tmp_path, extension):
    path = tmp_path / f"x{extension}"
    path.write_bytes(b"old")
    asked = []

    def stop():
        asked.append(1)
        if len(asked) == 2:
            raise _Stop

    noise = np.random.default_rng(0).integers(0, 256, (2500, 2500, 3), dtype=np.uint8)
    with pytest.raises(_Stop):
        save_picture(noise, path, checkpoint=stop)
    for thread in threading.enumerate():
        if "saving" in thread.name:
            thread.join(30)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    save_picture(noise, path, checkpoint=lambda: None)
    assert read_picture(path).pixels.shape == noise.shape


def test_failures_on_the_other_thread_are_raised_here(tmp_path):
    with pytest.raises(PictureError, match="folder does not exist"):
        save_picture(photo(), tmp_path / "missing" / "x.png", checkpoint=lambda: None)


def test_the_pixels_are_neither_copied_nor_hashed(tmp_path, monkeypatch):
    monkeypatch.setattr("cnnstudio.imaging.picture.hash_of_pixels", lambda pixels: pytest.fail("hashed"))
    for array in (photo(), photo().astype(np.float32), photo(channels=1), photo(channels=4)):
        save_picture(array, tmp_path / "x.png")


def test_png_is_quick_and_small(tmp_path):
    """Less than a third of what Pillow takes at its usual level, at most a fifth larger."""
    grain = np.random.default_rng(0).normal(0, 2, (1500, 2000, 3))
    pixels = np.clip(photo(1500, 2000) + grain, 0, 255).astype(np.uint8)
    start = time.perf_counter()
    usual = len(file_of(pixels, "PNG"))
    middle = time.perf_counter()
    save_picture(pixels, tmp_path / "x.png")
    assert time.perf_counter() - middle < (middle - start) / 3
    assert (tmp_path / "x.png").stat().st_size < 1.2 * usual


def test_png_from_other_layouts(tmp_path):
    """Views that are not contiguous, and every channel in its place."""
    pixels = photo(40, 50)
    save_picture(pixels[::-1, ::2], tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as image:
        np.testing.assert_array_equal(np.asarray(image), pixels[::-1, ::2])


@ONLY_UNIX
def test_pipes_and_devices_are_never_replaced_by_files(tmp_path):
    pipe = tmp_path / "x.png"
    os.mkfifo(pipe)
    with pytest.raises(PictureError, match=r"x\.png was not saved: it is a device or pipe"):
        write_atomically(pipe, b"new")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
