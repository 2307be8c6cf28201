"""Networks of a few bytes behind a loopback server, and the page that shows them: the ground of its tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from cnnstudio.errors import UsageError
from cnnstudio.models import catalogue
from cnnstudio.models.registry import Model, ModelFile, Source
from tests.gui.conftest import settled
from tests.models.server import Server

NBSP = "\u00a0"
EDGES, FACES, EYES = (bytes(range(256)) * 1024, b"faces" * 3000, b"eyes" * 2500)
HALF = len(EDGES) // 2  # a multiple of the 64 KiB in which a download is counted


def network(name: str, title: str, files: dict[str, bytes], url: str, **more: object) -> Model:
    """A network whose files are these bytes, published at `url`."""
    rows = tuple(ModelFile(n, len(d), hashlib.sha256(d).hexdigest(), "torch") for n, d in files.items())
    source = Source("official", {n: f"{url}/{n}" for n in files}, sum(map(len, files.values())))
    return Model(
        name, title, str(more.get("task", "edges")), "one layer", "nothing much", "MIT (as distributed)", "nobody",
        rows, (source,), recommended=bool(more.get("recommended", True)),
    )  # fmt: skip


def named(name: str, models: tuple[Model, ...]) -> Model:
    for each in models:
        if each.name == name:
            return each
    raise UsageError(f"There is no network {name!r}.")


def tiny_networks(server: Server) -> tuple[Model, Model, Model]:
    """Two networks, the second of two files, and one that stands for torchvision's, published by the server."""
    for name, data in {"edges.bin": EDGES, "faces.bin": FACES, "eyes.bin": EYES, "more.pth": b"more"}.items():
        server.serve(f"/{name}", data)
    return (
        network("edges", "Edge net", {"edges.bin": EDGES}, server.url),
        network("faces", "Face net", {"faces.bin": FACES, "eyes.bin": EYES}, server.url, task="face detection"),
        network("resnet5", "resnet5", {"more.pth": b"more"}, server.url, task="classification", recommended=False),
    )


def known(monkeypatch: pytest.MonkeyPatch, own: tuple[Model, ...], *others: Model) -> tuple[Model, ...]:
    """Make these the registry's networks and those torchvision's; all of them."""
    every = (*own, *others)
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "0")
    monkeypatch.setattr(catalogue, "registered", lambda: own)
    monkeypatch.setattr(catalogue, "every_model", lambda: every)
    monkeypatch.setattr(catalogue, "model_named", lambda name: named(name, every))
    monkeypatch.setattr(catalogue, "torchvision_is_listed", lambda: True)
    return every


def page_in_front(studio, qtbot):
    """The application with the page in front."""
    app = studio()
    app.window.show_panel("models")
    settled(qtbot, app)
    return app


def row_of(app, name: str):
    return next(row for row in app.networks.page.table.rows() if row.model.name == name)


def press(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def installed(qtbot, app, name: str) -> None:
    qtbot.waitUntil(lambda: row_of(app, name).state.installed, timeout=10_000)
    settled(qtbot, app)


def drop_on(app, at: QPoint, *paths: Path) -> None:
    """Drop files at a point of the page."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(at), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    app.networks.page.dropEvent(event)


def middle_of(app, name: str) -> QPoint:
    row = row_of(app, name)
    return row.mapTo(app.networks.page, row.rect().center())
