"""What reading makes of every kind of file."""

from __future__ import annotations

import hashlib
import io
import os

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from cnnstudio.errors import PictureError, UsageError
from cnnstudio.imaging.reading import read_bytes, read_picture
from tests.imaging.files import file_of, one_of_each, photo

RGB, GREY = photo(), photo(channels=1)


@pytest.mark.parametrize("kind", sorted(one_of_each()))
def test_every_kind_is_read_as_the_same_picture(kind):
    picture = read_bytes(one_of_each()[kind], f"x.{kind}")
    assert picture.pixels.shape == (24, 32, 1 if "grey" in kind else 3)
    assert picture.pixels.dtype == (np.float32 if "16" in kind or "float" in kind else np.uint8)
    assert picture.pixels.flags.c_contiguous
    assert not picture.pixels.flags.writeable
    expected = photo(seed=0) if "animated" in kind or kind == "gif" else RGB
    expected = expected[:, :, :1] if picture.channels == 1 else expected
    if kind == "png-grey":
        expected = GREY[:, :, None]
    tolerance = (
        24 if kind in ("png-palette", "gif") or kind.startswith(("jpeg", "webp", "avif", "jp2")) else 0.02
    )
    assert np.abs(picture.pixels.astype(float) - expected).mean() <= tolerance


def test_a_file_keeps_name_path_and_hash(tmp_path):
    path = tmp_path / "a picture.png"
    path.write_bytes(file_of(RGB, "PNG"))
    picture = read_picture(path)
    assert (picture.name, picture.path) == ("a picture.png", str(path))
    assert picture.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (picture.width, picture.height, picture.channels, picture.depth) == (32, 24, 3, 8)
    assert picture.notes == ()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_as_pillow_does(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(RGB, kind, exif=exif)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    picture = read_bytes(data, "x")
    np.testing.assert_array_equal(picture.pixels, upright)
    if kind != "TIFF":
        assert ("turned by EXIF" in picture.notes) == (orientation != 1)


@pytest.mark.parametrize("large_pixels", [1, 10**9])
def test_exif_behind_the_pixels_of_a_png(monkeypatch, large_pixels):
    from cnnstudio.imaging import large

    monkeypatch.setattr(large, "LARGE_PIXELS", large_pixels)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = file_of(RGB, "PNG", exif=exif)
    start = data.index(b"eXIf") - 4
    length = int.from_bytes(data[start : start + 4], "big") + 12
    moved = data[:start] + data[start + length : -12] + data[start : start + length] + data[-12:]
    np.testing.assert_array_equal(read_bytes(moved, "x.png").pixels, np.rot90(RGB, -1))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_16_bit_colour(orientation):
    import cv2

    exif = Image.Exif()
    exif[0x0112] = orientation
    deep = RGB.astype(np.uint16) * 257
    plain = cv2.imencode(".png", deep[:, :, ::-1])[1].tobytes()
    with_exif = file_of(RGB, "PNG", exif=exif)
    start = with_exif.index(b"eXIf") - 4
    length = int.from_bytes(with_exif[start : start + 4], "big") + 12
    data = plain[:33] + with_exif[start : start + length] + plain[33:]
    picture = read_bytes(data, "x.png")
    assert picture.depth == 16
    np.testing.assert_array_equal(picture.pixels, read_bytes(with_exif, "y.png").pixels)


def test_16_bit_is_scaled_without_loss():
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    picture = read_bytes(file_of(Image.fromarray(values), "PNG"), "x.png")
    np.testing.assert_allclose(picture.pixels[:, :, 0], values / 257, rtol=1e-6)
    assert picture.pixels.max() == 255
    assert picture.notes == ("16-bit scaled to 0…255",)


@pytest.mark.parametrize("extension", [".png", ".tiff"])
def test_16_bit_colour_is_scaled_without_loss(extension):
    import cv2

    values = np.random.default_rng(1).integers(0, 65536, (20, 30, 3), dtype=np.uint16)
    data = cv2.imencode(extension, values[:, :, ::-1])[1].tobytes()
    picture = read_bytes(data, f"x{extension}")
    np.testing.assert_allclose(picture.pixels, values / 257, rtol=1e-6)


def test_alpha_is_dropped_and_said_but_not_composed():
    rgba = np.dstack([RGB, np.zeros(RGB.shape[:2], np.uint8)])
    picture = read_bytes(file_of(rgba, "PNG"), "x.png")
    np.testing.assert_array_equal(picture.pixels, RGB)
    assert picture.notes == ("alpha dropped",)


def test_transparent_palette_and_grey_with_alpha():
    palette = Image.fromarray(RGB).quantize(8)
    picture = read_bytes(file_of(palette, "PNG", transparency=0), "x.png")
    np.testing.assert_array_equal(picture.pixels, np.asarray(palette.convert("RGB")))
    assert picture.notes == ("alpha dropped",)
    grey = read_bytes(file_of(Image.fromarray(GREY).convert("LA"), "PNG"), "x.png")
    np.testing.assert_array_equal(grey.pixels[:, :, 0], GREY)
    assert grey.notes == ("alpha dropped",)


def test_black_and_white_becomes_0_and_255():
    picture = read_bytes(file_of(Image.fromarray(GREY > 128), "PNG"), "x.png")
    np.testing.assert_array_equal(picture.pixels[:, :, 0], (GREY > 128) * 255)
    assert picture.depth == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("gif", "first of 3 frames"),
        ("png-animated", "first of 3 frames"),
        ("webp-animated", "first of 3 frames"),
    ],
)
def test_the_first_frame_is_taken_and_said(kind, words):
    assert words in read_bytes(one_of_each()[kind], "x").notes


def test_a_float_tiff_with_nan_and_infinity():
    values = GREY.astype(np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    picture = read_bytes(file_of(Image.fromarray(values), "TIFF"), "x.tif")
    assert picture.pixels[0, :3, 0].tolist() == [0, 255, 0]
    np.testing.assert_array_equal(picture.pixels[1:, :, 0], GREY[1:])
    assert picture.notes == ("3 values not finite, replaced",)


@pytest.mark.parametrize(
    ("low", "high", "note"),
    [
        (0, 1, "0…1 scaled to 0…255"),
        (0, 65535, "16-bit scaled to 0…255"),
        (-3, 9, "−3…9 stretched to 0…255"),
        (-3e38, 3e38, "−3e38…3e38 stretched to 0…255"),
    ],
)
def test_float_ranges(low, high, note):
    values = np.linspace(low, high, 12, dtype=np.float32).reshape(3, 4)
    picture = read_bytes(file_of(Image.fromarray(values), "TIFF"), "x.tif")
    np.testing.assert_allclose(picture.pixels.ravel(), np.linspace(0, 255, 12), atol=1e-3)
    assert picture.notes == (note,)


def test_content_decides_over_the_extension(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(file_of(RGB, "JPEG"))
    assert read_picture(path).notes == ("JPEG file in spite of its name",)


def test_an_embedded_profile_is_honoured():
    lab = ImageCms.createProfile("LAB")
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain = read_bytes(file_of(RGB, "PNG", icc_profile=swapped.tobytes()), "x.png")
    np.testing.assert_array_equal(plain.pixels, RGB)
    assert plain.notes == ()
    # A profile for other pixels than the file holds is damage, and is passed over.
    odd = read_bytes(file_of(RGB, "PNG", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes()), "x.png")
    np.testing.assert_array_equal(odd.pixels, RGB)


def test_a_wide_gamut_profile_is_converted():
    from tests.imaging.profile_bytes import wide_gamut

    picture = read_bytes(file_of(RGB, "PNG", icc_profile=wide_gamut()), "x.png")
    assert picture.notes == ("colours converted from Wide test to sRGB",)
    # Red of the wide gamut is more saturated than the same numbers in sRGB; neutral grey stays neutral grey.
    grey = np.full((4, 4, 3), 128, np.uint8)
    neutral = read_bytes(file_of(grey, "PNG", icc_profile=wide_gamut()), "x.png").pixels
    assert np.abs(neutral.astype(int) - neutral[..., :1]).max() <= 1
    mild = np.full((4, 4, 3), (140, 110, 110), np.uint8)
    made = read_bytes(file_of(mild, "PNG", icc_profile=wide_gamut()), "x.png").pixels[0, 0].astype(int)
    assert made[0] - made[1] > 30


def test_one_pixel():
    assert read_bytes(file_of(RGB[:1, :1], "PNG"), "x.png").pixels.tolist() == [[RGB[0, 0].tolist()]]


def _claiming(width: int, height: int) -> bytes:
    import struct
    import zlib

    data = bytearray(file_of(GREY, "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def test_a_bomb_is_refused_with_the_limit_and_how_to_raise_it(monkeypatch):
    with pytest.raises(PictureError) as failed:
        read_bytes(_claiming(20000, 20000), "bomb.png")
    for words in (
        "bomb.png",
        "20000 × 20000",
        "400 megapixels",
        "limit is 300",
        "CNNSTUDIO_MAX_MEGAPIXELS=400",
        "--max-megapixels",
    ):
        assert words in str(failed.value)
    monkeypatch.setenv("CNNSTUDIO_MAX_MEGAPIXELS", "0.0001")
    with pytest.raises(PictureError, match=r"limit is 0\.0001"):
        read_bytes(file_of(RGB, "PNG"), "x.png")
    monkeypatch.setenv("CNNSTUDIO_MAX_MEGAPIXELS", "many")
    with pytest.raises(UsageError, match="CNNSTUDIO_MAX_MEGAPIXELS is 'many'"):
        read_bytes(file_of(RGB, "PNG"), "x.png")


def test_the_limit_can_be_given():
    assert read_bytes(file_of(RGB, "PNG"), "x.png", max_pixels=24 * 32).width == 32
    with pytest.raises(PictureError, match="megapixels"):
        read_bytes(file_of(RGB, "PNG"), "x.png", max_pixels=24 * 32 - 1)


def test_what_is_no_picture_file(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("not a picture")
    os.mkfifo(tmp_path / "pipe.png")
    for name, words in [
        ("", "is a folder"),
        ("empty.png", "is empty"),
        ("text.png", "is not a picture"),
        ("none.png", "does not exist"),
        ("pipe.png", "is not a file"),
        ("a\0b", "cannot be read"),
    ]:
        with pytest.raises(PictureError, match=words) as failed:
            read_picture(tmp_path / name)
        assert str(tmp_path) not in str(failed.value)


def test_a_checkpoint_is_called_and_its_exception_passes(tmp_path):
    class Stop(Exception):
        pass

    calls = []
    data = file_of(photo(900, 1200), "PNG")
    read_bytes(data, "x.png", checkpoint=lambda: calls.append(1))
    assert len(calls) > 5

    for allowed in range(len(calls)):
        left = iter(range(allowed))

        def stop(left=left):
            if next(left, None) is None:
                raise Stop

        with pytest.raises(Stop):
            read_bytes(data, "x.png", checkpoint=stop)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_large_files_give_the_same_values(monkeypatch, kind, channels):
    from cnnstudio.imaging import large

    if kind == "JPEG" and channels == 4:
        pytest.skip("JPEG has no alpha")
    exif = Image.Exif()
    exif[0x0112] = 6
    data = file_of(photo(90, 120, channels), kind, exif=exif)
    small = read_bytes(data, "x")
    monkeypatch.setattr(large, "LARGE_PIXELS", 1)
    same = read_bytes(data, "x")
    np.testing.assert_array_equal(same.pixels, small.pixels)
    assert same.notes == small.notes
    for cut in (len(data) // 2, len(data) * 3 // 4):
        with pytest.raises(PictureError, match=r"cut off|damaged"):
            read_bytes(data[:cut], "x")
