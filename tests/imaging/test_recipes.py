"""Recipes: they survive the file, they betray no folder, and damage does no harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import PngImagePlugin

from cnnstudio.errors import PictureError
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.reading import read_bytes, read_picture
from cnnstudio.imaging.recipes import Recipe, recipe_of
from cnnstudio.imaging.saving import encoded, save_picture
from cnnstudio.settings import from_plain, to_plain
from tests.imaging.files import file_of, photo

WORDS = st.text(max_size=20).filter(lambda text: "/" not in text and "\\" not in text and text[:1] != "~")
PLAIN = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(WORDS, PLAIN, max_size=5), WORDS.filter(lambda text: ":" not in text))
def test_a_recipe_comes_back_from_the_png(values, name):
    recipe = Recipe("filters", values, name, "ab" * 32, "0.1.0")
    assert read_bytes(encoded(photo()[:, :, :], "PNG", recipe), "x.png").recipe == recipe


def test_settings_come_back_as_they_were(tmp_path):
    settings = FilterSettings(bias=3.5, padding="full")
    recipe = Recipe("filters", to_plain(settings), "cat.jpg", "0" * 64, "0.1.0")
    save_picture(photo(), tmp_path / "x.png", recipe=recipe)
    found = recipe_of(tmp_path / "x.png")
    assert found == recipe
    assert from_plain(FilterSettings, found.settings) == settings


def test_no_path_gets_into_a_file(tmp_path):
    home = str(Path.home())
    values = {
        "kernel": f"{home}/kernels/k.json",
        "nested": [{"file": "C:\\Users\\ann\\k.json"}, "~/k.json"],
        "path": Path(home, "k.json"),
        "url": "file:///home/ann/k.json",
        "word": "sobel-v",
    }
    recipe = Recipe("filters", values, f"{home}/pictures/cat.jpg", "0" * 64, "0.1.0")
    save_picture(Picture.from_array(photo(), "cat.jpg"), tmp_path / "x.png", recipe=recipe)
    text = (tmp_path / "x.png").read_bytes()
    for secret in (home, "Users", "ann", "pictures", "kernels", str(tmp_path)):
        assert secret.encode() not in text
    found = recipe_of(tmp_path / "x.png")
    assert found.source_name == "cat.jpg"
    assert found.settings == {
        "kernel": "k.json",
        "nested": [{"file": "k.json"}, "k.json"],
        "path": "k.json",
        "url": "k.json",
        "word": "sobel-v",
    }


def test_a_pictures_own_recipe_is_kept_when_it_is_saved_again(tmp_path):
    recipe = Recipe("filters", {"bias": 1.0}, "cat.jpg", "0" * 64, "0.1.0")
    save_picture(photo(), tmp_path / "a.png", recipe=recipe)
    save_picture(read_picture(tmp_path / "a.png"), tmp_path / "b.png")
    assert recipe_of(tmp_path / "b.png") == recipe


def test_a_large_recipe_survives(tmp_path):
    recipe = Recipe("filters", {"w": [[[i / 3 for i in range(961)] for _ in range(3)]] * 40}, "a", "0", "1")
    save_picture(photo(), tmp_path / "x.png", recipe=recipe)
    assert recipe_of(tmp_path / "x.png") == recipe


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"cnnstudio": 2}',
        '{"cnnstudio": 1, "settings": 3}',
        '{"cnnstudio": 1, "capability": "f", "settings": {"a": NaN}}',
        "[" * 100_000,
    ],
)
def test_a_damaged_recipe_is_passed_over_and_said(tmp_path, text):
    with pytest.raises(PictureError):
        Recipe.from_json(text)
    entries = PngImagePlugin.PngInfo()
    entries.add_itxt("cnnstudio", text)
    (tmp_path / "x.png").write_bytes(file_of(photo(), "PNG", pnginfo=entries))
    picture = read_picture(tmp_path / "x.png")
    assert (picture.recipe, picture.notes) == (None, ("damaged recipe ignored",))
    assert recipe_of(tmp_path / "x.png") is None


def test_files_without_recipe(tmp_path):
    (tmp_path / "x.jpg").write_bytes(file_of(photo(), "JPEG"))
    assert recipe_of(tmp_path / "x.jpg") is None
    (tmp_path / "y.png").write_text("text")
    with pytest.raises(PictureError, match=r"y\.png is not a picture"):
        recipe_of(tmp_path / "y.png")


def test_what_json_cannot_carry_is_refused():
    for value in (float("nan"), {1, 2}):
        with pytest.raises(PictureError, match="recipe of filters"):
            Recipe("filters", {"a": value}, "x", "0", "1").to_json()
    assert json.loads(Recipe("f", {"a": (1, 2)}, "x", "0", "1").to_json())["settings"] == {"a": [1, 2]}
