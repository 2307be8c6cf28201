"""What a batch writes where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.commands.naming import plan
from cnnstudio.errors import StudioError, UsageError

STEMS = st.sampled_from(["cup", "Cup", "cup-2", "cup-3", "dog", "dog-2"])
FOLDERS = st.sampled_from(["a", "b", "c", "out"])


def test_one_picture_goes_into_the_file(picture, tmp_path) -> None:
    photo = picture()
    (item,) = plan([photo], tmp_path / "edges.jpg", extras={".npy": tmp_path / "raw.npy"})
    assert item.targets == (tmp_path / "edges.jpg", tmp_path / "raw.npy")


def test_one_picture_into_an_existing_folder(picture, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (item,) = plan([picture("photo.jpg")], tmp_path / "out")
    assert item.targets == (tmp_path / "out" / "photo.png",)


def test_a_folder_becomes_a_folder(picture, tmp_path) -> None:
    for name in ("in/b.png", "in/deep/a.png"):
        picture(name)
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    items = plan([tmp_path / "in"], tmp_path / "out", extras={".npy": tmp_path / "raw"})
    assert {item.targets[0].name for item in items} == {"a.png", "b.png"}
    assert {item.targets[1] for item in items} == {tmp_path / "raw" / "a.npy", tmp_path / "raw" / "b.npy"}


def test_equal_stems_are_numbered(picture, tmp_path) -> None:
    photos = [picture(name) for name in ("a/cup.png", "b/cup.png", "b/cup-2.png", "c/CUP.png")]
    names = [item.targets[0].name for item in plan(photos, tmp_path / "out")]
    assert names == ["cup.png", "cup-3.png", "cup-2.png", "CUP-4.png"]


def test_numbers_do_not_depend_on_the_order_given(picture, tmp_path) -> None:
    photos = [picture(name) for name in ("b/cup.png", "a/cup.png", "b/cup-2.png", "c/CUP.png")]
    expected = {item.source: item.targets for item in plan(photos, tmp_path / "out")}
    for order in (photos[::-1], photos[2:] + photos[:2], sorted(photos)):
        items = plan(order, tmp_path / "out")
        assert [item.source for item in items] == order
        assert {item.source: item.targets for item in items} == expected


@given(st.lists(st.tuples(FOLDERS, STEMS), min_size=2, max_size=12))
def test_no_two_results_and_no_result_and_picture_share_a_file(pairs: list[tuple[str, str]]) -> None:
    sources = [Path("/nowhere") / folder / f"{stem}.png" for folder, stem in pairs]
    items = plan(sources, Path("/nowhere/out"), extras={".npy": Path("/nowhere/raw")})
    assert [item.source for item in items] == sources
    targets = [str(target).casefold() for item in items for target in item.targets]
    assert len(set(targets)) == len(targets)
    assert not set(targets) & {str(source).casefold() for source in sources}


def test_results_of_an_earlier_run_are_not_taken_for_pictures(picture, tmp_path) -> None:
    picture("in/a.png")
    picture("in/out/a.png")
    (item,) = plan([tmp_path / "in"], tmp_path / "in" / "out")
    assert item.source == tmp_path / "in" / "a.png"


def test_the_picture_itself_is_no_target(picture) -> None:
    photo = picture()
    with pytest.raises(UsageError, match=r"photo\.png is the picture itself"):
        plan([photo], photo)


def test_two_results_need_two_names(picture, tmp_path) -> None:
    with pytest.raises(UsageError, match="two different results"):
        plan([picture()], tmp_path / "x.png", extras={".npy": tmp_path / "x.png"})


def test_a_folder_without_pictures(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudioError, match="no picture") as caught:
        plan([tmp_path / "empty"], tmp_path / "out")
    assert caught.value.exit_code == 1


def test_several_pictures_do_not_fit_a_file(picture, tmp_path) -> None:
    photos = [picture("a.png"), picture("b.png")]
    with pytest.raises(UsageError, match="folder"):
        plan(photos, picture("out.png"))
    with pytest.raises(UsageError, match=r"folder is needed.*such as new"):
        plan(photos, photos[0].with_name("new.png"))
    with pytest.raises(UsageError, match="folder"):
        plan(photos, photos[0].with_name("out"), extras={".npy": photos[0].with_name("raw.npy")})


def test_a_folder_called_like_a_file_is_a_folder(picture, tmp_path) -> None:
    (tmp_path / "out.png").mkdir()
    items = plan([picture("a.png"), picture("b.png")], tmp_path / "out.png")
    assert [item.targets[0].parent.name for item in items] == ["out.png", "out.png"]


def test_an_empty_folder_among_others_stands_in_the_list(picture, tmp_path) -> None:
    (tmp_path / "cup").mkdir()
    photo = picture("cup.png")
    items = plan([tmp_path / "cup", photo], tmp_path / "out")
    assert [(item.source, [t.name for t in item.targets]) for item in items] == [
        (tmp_path / "cup", []),
        (photo, ["cup.png"]),
    ]
