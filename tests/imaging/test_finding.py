"""Which files are found, and in which order."""

from __future__ import annotations

from cnnstudio.imaging.reading import EXTENSIONS, find_pictures


def test_folders_are_walked_in_natural_order(tmp_path):
    names = [
        "b/2.jpg",
        "b/10.JPG",
        "a10.png",
        "a2.png",
        "A1.png",
        "notes.txt",
        ".hidden.png",
        ".dir/x.png",
        "b/c/1.tif",
    ]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_pictures([tmp_path])]
    assert found == ["A1.png", "a2.png", "a10.png", "b/2.jpg", "b/10.JPG", "b/c/1.tif"]


def test_named_files_stay_as_they_are(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x.png").touch()
    named = [tmp_path / "z.xyz", tmp_path / "missing.png", tmp_path / "d"]
    assert find_pictures(named) == [*named[:2], tmp_path / "d" / "x.png"]


def test_the_common_extensions_are_known():
    assert {".png", ".jpg", ".jpeg", ".tif", ".webp", ".gif"} <= set(EXTENSIONS)
