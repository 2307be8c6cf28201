"""The list of networks: that ours is complete, and what a list that is not is answered with."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.errors import ModelError, UsageError
from cnnstudio.locate import resources_dir
from cnnstudio.models.catalogue import model_named, recommended
from cnnstudio.models.registry import Model, read_registry

MODELS = read_registry()
SHA256 = "5" * 64
ROW = f"""
[[model]]
name = "tiny"
title = "Tiny"
task = "edges"
architecture = "one layer"
trained_on = "nothing"
licence = "CC0-1.0"
licence_from = "LICENSE"
[[model.file]]
name = "tiny.bin"
format = "torch"
size = 3
sha256 = "{SHA256}"
[[model.source]]
kind = "shipped"
package = "tiny-weights"
version = "1.0"
members = {{ "tiny.bin" = "tiny/tiny.bin" }}
[[model.source]]
kind = "official"
addresses = {{ "tiny.bin" = "https://tiny.test/tiny.bin.bz2" }}
unpack = "bz2"
[[model.source]]
kind = "archive"
package = "tiny-weights"
version = "1.0"
archive = "tiny_weights-1.0.tar.gz"
size = 40
sha256 = "{SHA256}"
members = {{ "tiny.bin" = "tiny/tiny.bin" }}
"""


def read(folder: Path, text: str) -> tuple[Model, ...]:
    path = folder / "list.toml"
    path.write_text(text, "utf-8")
    return read_registry(path)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_row_is_complete(model: Model) -> None:
    for words in (model.title, model.task, model.architecture, model.trained_on, model.licence, model.licence_from):
        assert words.strip()
    assert model.input
    assert model.files
    for file in model.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert file.size > 1000
        assert file.format
    assert model.size == sum(file.size for file in model.files)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_sources_bring_every_file(model: Model) -> None:
    order = [("shipped", "official", "archive").index(each.kind) for each in model.sources]
    assert order == sorted(order)
    assert "archive" in [each.kind for each in model.sources]
    for source in model.sources:
        assert set(source.where) == {file.name for file in model.files}
        assert source.words
        if source.kind == "official":
            assert {urlsplit(address).scheme for address in source.where.values()} == {"https"}
        if source.kind == "archive":
            assert re.fullmatch("[0-9a-f]{64}", source.sha256)
            assert source.version in source.archive
            assert source.size > 0


def test_no_two_files_claim_the_same_hash() -> None:
    hashes = [file.sha256 for model in MODELS for file in model.files]
    assert len(set(hashes)) == len(hashes)


def test_the_recommended_ones_make_about_150_megabytes() -> None:
    # 35.4 + 18.8 + 58.9 + 2.0 + 22.5 + 9.2 MB, the files as their authors published them.
    assert sum(model.size for model in recommended()) / 1e6 == pytest.approx(147, abs=1)


def test_a_whole_row_is_read(tmp_path) -> None:
    (model,) = read(tmp_path, ROW)
    assert (model.name, model.file("tiny.bin").size, model.recommended) == ("tiny", 3, False)
    assert [source.kind for source in model.sources] == ["shipped", "official", "archive"]
    # A shipped file is no download; official addresses without a size have that of the files.
    assert [source.size for source in model.sources] == [0, 3, 40]
    assert [source.words for source in model.sources] == [
        "installed package tiny-weights 1.0", "official address tiny.test", "package archive tiny-weights 1.0"
    ]  # fmt: skip
    with pytest.raises(ModelError, match="has: shipped, official, archive"):
        model.source("elsewhere")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('licence = "CC0-1.0"\n', ""),
        ('format = "torch"\n', ""),
        ("size = 3\n", ""),
        ("size = 3\n", "size = 0\n"),
        ("size = 3\n", 'size = "3"\n'),
        ("size = 40\n", ""),
        (f'sha256 = "{SHA256}"', f'sha256 = "{SHA256[1:]}"'),
        (f'sha256 = "{SHA256}"', f'sha256 = "{"G" * 64}"'),
        ('kind = "archive"', 'kind = "torrent"'),
        ('kind = "official"', ""),
        ("https://", "http://"),
        ('unpack = "bz2"', 'unpack = "rar"'),
        ('archive = "tiny_weights-1.0.tar.gz"\n', ""),
        ('archive = "tiny_weights', 'archive = "../tiny_weights'),
        ('"tiny.bin" = "https', '"other.bin" = "https'),
        ('name = "tiny.bin"', 'name = "../tiny.bin"'),
        ('name = "tiny.bin"', 'name = "/tiny.bin"'),
        ('package = "tiny-weights"\n', ""),
        ("[[model.source]]", "[[model.sources]]"),
        ('task = "edges"', 'task = "edges"\nflavour = "sweet"'),
    ],
)
def test_a_broken_row_is_named(before: str, after: str, tmp_path) -> None:
    assert before in ROW
    with pytest.raises(ModelError, match=r"list\.toml: the row of tiny is wrong") as caught:
        read(tmp_path, ROW.replace(before, after))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../tiny", "", ".hidden", "a/b", "a\\\\b"])
def test_a_name_that_leaves_its_folder_is_refused(name: str, tmp_path) -> None:
    with pytest.raises(ModelError, match="no plain name"):
        read(tmp_path, ROW.replace('name = "tiny"', f'name = "{name}"'))


def test_two_rows_of_one_name(tmp_path) -> None:
    with pytest.raises(ModelError, match="same name, tiny"):
        read(tmp_path, ROW + ROW)


@pytest.mark.parametrize("text", ["", "[[model]", "model = 3", "model = [3]", "[model]\nname = 'a'"])
def test_what_is_no_list(text: str, tmp_path) -> None:
    with pytest.raises(ModelError, match=r"list\.toml: the list of models"):
        read(tmp_path, text)


@given(st.integers(0, len(ROW) - 1), st.integers(0, 12), st.text(max_size=4))
def test_damage_anywhere_is_a_clear_error_or_a_whole_row(tmp_path_factory, at: int, cut: int, inserted: str) -> None:
    try:
        models = read(tmp_path_factory.getbasetemp(), ROW[:at] + inserted + ROW[at + cut :])
    except ModelError as error:
        assert "list.toml" in str(error)
    else:
        assert all(len(file.sha256) == 64 and file.size > 0 for model in models for file in model.files)


def test_a_list_that_is_not_there(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.toml.*Install again"):
        read_registry(tmp_path / "nowhere.toml")
    assert (resources_dir() / "models.toml").is_file()


def test_a_name_with_a_typing_error_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="Did you mean yolov3-tiny"):
        model_named("yolov3-tyni")
    assert model_named(" MTCNN ").name == "mtcnn"
