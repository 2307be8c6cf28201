"""Folders that are kept between runs, and the log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from cnnstudio import logs, paths
from cnnstudio.errors import StudioError


def test_one_variable_moves_every_folder(cnnstudio, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("CNNSTUDIO_HOME", str(tmp_path / "here"))
    ran = cnnstudio("where")
    assert ran.code == 0
    for name in ("config", "data", "cache", "log"):
        assert str(tmp_path / "here" / name) in ran.out
    assert not (tmp_path / "here").exists()


def test_without_it_the_system_decides(monkeypatch) -> None:
    monkeypatch.delenv("CNNSTUDIO_HOME")
    found = paths.folders().named()
    assert len(set(found.values())) == 4
    assert all(folder.is_absolute() for folder in found.values())


def test_clearing_the_cache_spares_the_rest(cnnstudio, tmp_path) -> None:
    places = paths.folders()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("kept")
    for folder in (places.cache / "deep", places.data, places.config):
        paths.made(folder)
        (folder / "file").write_bytes(b"x" * 3_000_000)
    (places.cache / "link").symlink_to(outside)
    ran = cnnstudio("clear-cache")
    assert ran.code == 0
    assert "3.0 MB" in ran.out
    assert list(places.cache.iterdir()) == []
    assert (outside / "precious").read_text() == "kept"
    assert (places.data / "file").exists()
    assert (places.config / "file").exists()


def test_clearing_a_cache_that_is_not_there(cnnstudio) -> None:
    assert cnnstudio("clear-cache").code == 0


def test_a_folder_that_cannot_be_made(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StudioError, match="CNNSTUDIO_HOME"):
        paths.made(tmp_path / "file" / "below")


def test_the_log_keeps_the_home_folder_private() -> None:
    assert logs.start_logging()
    logging.getLogger("cnnstudio.test").warning("cannot read %s", Path.home() / "photo.png")
    text = logs.log_file().read_text(encoding="utf-8")
    assert f"~{'/'}photo.png" in text.replace("\\", "/")
    assert str(Path.home() / "photo.png") not in text


def test_logging_is_off_where_nothing_can_be_written(monkeypatch, tmp_path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CNNSTUDIO_HOME", str(tmp_path / "file"))
    assert not logs.start_logging()
    assert "ValueError: boom" in logs.report_crash(ValueError("boom"))


def test_starting_twice_writes_once() -> None:
    logs.start_logging()
    logs.start_logging()
    logging.getLogger("cnnstudio").warning("only once")
    assert logs.log_file().read_text(encoding="utf-8").count("only once") == 1
