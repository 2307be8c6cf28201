"""What every test needs: a screen or none, and a clear word where a system library is missing."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["tests.weights", "tests.models.servers"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Say which package is missing before pytest-qt fails on it without words."""
    from cnnstudio.errors import StudioError
    from cnnstudio.launch import check_qt

    try:
        check_qt()
    except StudioError as error:
        pytest.exit(f"cnnstudio: {error}", returncode=1)
