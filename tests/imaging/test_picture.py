"""Pictures made of arrays."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.errors import PictureError
from cnnstudio.imaging.picture import Picture
from tests.imaging.files import photo


def test_shapes_and_kinds():
    grey = Picture.from_array(photo(channels=1), "grey")
    assert (grey.height, grey.width, grey.channels) == (24, 32, 1)
    alpha = Picture.from_array(photo(channels=4), "alpha")
    assert (alpha.channels, alpha.notes) == (3, ("alpha dropped",))
    deep = Picture.from_array(np.full((2, 2), 65535, np.uint16), "deep")
    assert (deep.pixels.dtype, deep.pixels.max(), deep.depth) == (np.float32, 255, 16)
    bits = Picture.from_array(np.eye(3, dtype=bool), "bits")
    assert bits.pixels[:, :, 0].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    odd = Picture.from_array(np.array([[np.nan, -5.0, 300.0, 7.25]]), "odd")
    assert odd.pixels[0, :, 0].tolist() == [0, 0, 255, 7.25]
    assert odd.path is None


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (0, 4), (4, 0, 3), (1, 2, 3, 4)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(PictureError, match="the shape"):
        Picture.from_array(np.zeros(shape), "odd")
    with pytest.raises(PictureError, match="values of type"):
        Picture.from_array(np.zeros((2, 2), complex), "odd")


def test_pixels_are_read_only_and_the_callers_array_stays_its_own():
    array = photo()
    picture = Picture.from_array(array, "x")
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0, 0] = 1
    before = int(picture.pixels[0, 0, 0])
    array[0, 0, 0] = before ^ 1
    assert picture.pixels[0, 0, 0] == before


def test_an_owned_array_is_not_copied():
    for array in (photo(), photo().astype(np.float32)):
        assert np.shares_memory(Picture.from_array(array, "x", own=True).pixels, array)


def test_the_hash_tells_pictures_apart():
    hashes = {Picture.from_array(a, "x").sha256 for a in (photo(), photo(32, 24), photo().astype(np.float32))}
    assert len(hashes) == 3
    assert Picture.from_array(photo(), "x").sha256 == Picture.from_array(photo(), "y").sha256
