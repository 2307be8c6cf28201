"""Whatever the bytes are, reading ends in a picture or in a StudioError, never in another exception."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnstudio.errors import PictureError, StudioError
from cnnstudio.imaging import large
from cnnstudio.imaging.limits import VARIABLE, check_size
from cnnstudio.imaging.reading import read_bytes
from tests.imaging.files import file_of, one_of_each

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

FILES = one_of_each()
MAGICS = [data[:cut] for data in FILES.values() for cut in (4, 16, 40)]


def _read(data: bytes) -> None:
    try:
        picture = read_bytes(data, "x.png", max_pixels=4_000_000)
    except StudioError as error:
        message = str(error)
    else:
        assert np.isfinite(picture.pixels).all()
        assert picture.pixels.shape[2] in (1, 3)
        return
    assert message.startswith("x.png")
    assert message.endswith(".")
    assert "\n" not in message


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", *MAGICS]))
def test_random_bytes(data, magic):
    _read(magic + data)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), st.data())
def test_changed_bytes(kind, data):
    made = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    _read(bytes(made))


@pytest.mark.parametrize("kind", sorted(FILES))
def test_truncated_files(kind):
    whole = FILES[kind]
    for cut in sorted({int(len(whole) * part) for part in np.linspace(0, 0.99, 25)}):
        _read(whole[:cut])
    with pytest.raises(PictureError):
        read_bytes(whole[: len(whole) // 8], "x.png")


@pytest.mark.parametrize("kind", ["png", "jpeg", "png-alpha", "png-grey", "jpeg-progressive"])
def test_damaged_large_files(kind, monkeypatch):
    monkeypatch.setattr(large, "LARGE_PIXELS", 1)
    whole, rng = FILES[kind], np.random.default_rng(3)
    for _ in range(60):
        made = bytearray(whole)
        for place in rng.integers(8, len(made), 3):
            made[place] = rng.integers(256)
        _read(bytes(made))
        _read(whole[: rng.integers(len(whole))])


@pytest.mark.parametrize(
    ("size", "limit", "words"),
    [
        ((70, 50), 1000, "70 × 50 = 0.0035 megapixels; the limit is 0.001."),
        ((20000, 20000), 300_000_000, "= 400 megapixels; the limit is 300. To open it, raise Settings → Size limit,"),
        ((1, 300_000_001), 300_000_000, "= 300.000001 megapixels; the limit is 300."),
    ],
)
def test_the_limit_is_told_with_enough_digits(size, limit, words):
    with pytest.raises(PictureError) as caught:
        check_size("x.png", *size, limit)
    assert words in str(caught.value)
    assert VARIABLE in str(caught.value)


def test_absurd_sizes_are_not_advised_to_be_allowed():
    with pytest.raises(PictureError, match="too large to open") as caught:
        check_size("x.png", 2**31 - 1, 2**31 - 1, 300_000_000)
    assert VARIABLE not in str(caught.value)


def test_a_picture_without_numbers_says_so():
    image = Image.fromarray(np.full((4, 5), np.nan, np.float32))
    picture = read_bytes(file_of(image, "TIFF"), "nan.tif")
    assert picture.notes == ("holds no numbers",)
    assert not picture.pixels.any()


def test_a_stretched_range_has_four_digits_and_a_true_minus():
    image = Image.fromarray(np.array([[-2146690000.0, 3e9, 0.0]], np.float32))
    (note,) = read_bytes(file_of(image, "TIFF"), "wide.tif").notes
    assert note == "−2.147e9…3e9 stretched to 0…255"
