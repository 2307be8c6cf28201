"""The learning view and the volume drawing, driven as a person and as the learner do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from cnnstudio.filters.learning import LearnSettings
from cnnstudio.gui.panels.filters_learn.learn_view import LearnChoice, LearnView
from cnnstudio.gui.panels.filters_volume import VolumeDrawing, VolumeLayer
from cnnstudio.gui.theme import theme

SOBEL = ((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0))
NEAR = ((1.0, 0.0, -1.0), (2.0, 0.01, -2.0), (1.0, 0.0, -1.0))


@pytest.fixture
def view(qtbot):
    made = LearnView()
    made.resize(1080, 740)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def press(qtbot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_start_tells_what_was_chosen(view, qtbot):
    view.target.sizes.setFocus()
    qtbot.keyClick(view.target.sizes, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.startRequested) as told:
        press(qtbot, view.start)
    assert told.args == [LearnChoice("preset", "sobel-v", 5, 400)]
    assert told.args[0].settings() == LearnSettings(hidden="sobel-v", size=5, steps=400)
    assert view.start.text() == "Pause"
    assert not view.target.isEnabled()


def test_progress_moves_curve_kernel_counter_and_error(view, qtbot):
    press(qtbot, view.start)
    view.set_target(SOBEL)
    view.show_progress(1, 100.0, ((0.0,) * 3,) * 3, steps=200, seconds_left=12.0)
    view.show_progress(50, 0.5, NEAR, seconds_left=9.0)
    assert view.curve.points() == [(1.0, 100.0), (50.0, 0.5)]
    assert view.learned.weights() == NEAR
    assert view.largest_error() == pytest.approx(0.005)
    assert "0.5" in view.learned.remark.text()
    assert view.counter.text().startswith("Step 50 of 200")
    assert view.counter.text().endswith("9\u00a0s left")
    assert view.progress.fraction() == 0.25


def test_a_loss_that_is_zero_or_not_finite_does_not_break_the_curve(view):
    view.show_progress(1, 0.0, SOBEL, steps=3)
    view.show_progress(2, float("nan"), SOBEL)
    view.show_progress(3, 1e-9, SOBEL)
    assert [step for step, _ in view.curve.points()] == [1.0, 3.0]


def test_pause_continue_stop(view, qtbot):
    press(qtbot, view.start)
    with qtbot.waitSignal(view.pauseRequested) as told:
        press(qtbot, view.start)
    assert told.args == [True]
    assert view.start.text() == "Continue"
    with qtbot.waitSignal(view.pauseRequested) as told:
        press(qtbot, view.start)
    assert told.args == [False]
    with qtbot.waitSignal(view.cancelRequested):
        press(qtbot, view.stop)
    view.show_done(message="Stopped")
    assert view.state() == "done"
    assert view.counter.text() == "Stopped"
    assert view.target.isEnabled()


def test_the_learned_kernel_can_be_used_and_reset(view, qtbot):
    assert not view.use.isEnabled()
    press(qtbot, view.start)
    view.show_progress(400, 1e-6, SOBEL)
    view.show_done(SOBEL)
    with qtbot.waitSignal(view.useKernelRequested) as told:
        press(qtbot, view.use)
    assert told.args == [SOBEL]
    press(qtbot, view.reset)
    assert view.state() == "idle"
    assert view.learned.weights() is None
    assert view.curve.points() == []


def test_painted_edges_bring_the_paint_canvas_until_the_run_starts(view, qtbot):
    canvas = QWidget()
    view.set_paint_canvas(canvas)
    assert not canvas.isVisible()
    view.target.kinds.setFocus()
    with qtbot.waitSignal(view.targetKindChanged) as told:
        qtbot.keyClick(view.target.kinds, Qt.Key.Key_End)
    assert told.args == ["painted"]
    assert canvas.isVisible()
    with qtbot.waitSignal(view.paintClearRequested):
        press(qtbot, view.target.clear)
    press(qtbot, view.start)
    assert not canvas.isVisible()
    assert view.largest_error() is None


def test_larger_kernels_replace_smaller_ones(view, qtbot):
    view.show_progress(1, 1.0, SOBEL)
    view.show_progress(2, 1.0, ((0.1,) * 7,) * 7)
    assert view.learned.grid.shape() == (7, 7)
    area = view.learned.grid
    assert area.parentWidget().rect().contains(area.geometry())
    assert abs(area.width() - area.height()) <= 1


def test_the_curve_follows_the_theme(view, qtbot):
    view.show_progress(1, 10.0, SOBEL, steps=2)
    view.show_progress(2, 1.0, SOBEL)
    dark = view.curve.grab().toImage().pixelColor(5, 5)
    theme().set_mode("light")
    try:
        light = view.curve.grab().toImage().pixelColor(5, 5)
    finally:
        theme().set_mode("dark")
    assert light.lightness() > dark.lightness()


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (
            VolumeLayer((6, 6), 3, (SOBEL,), (4, 4), bias=1.0, activation="relu"),
            "6 × 6 × 3 * 3 × 3 × 3 → 4 × 4",
        ),
        (
            VolumeLayer((6, 6), 3, (SOBEL,) * 3, (4, 4), filters=10),
            "6 × 6 × 3 * 10 × (3 × 3 × 3) → 4 × 4 × 10",
        ),
        (
            VolumeLayer((512, 768), 3, (SOBEL,), (512, 768), summed=False),
            "512 × 768 × 3 * 3 × 3 → 512 × 768 × 3",
        ),
        (VolumeLayer((28, 28), 1, (((1.0,),),), (28, 28)), "28 × 28 * 1 × 1 → 28 × 28"),
    ],
)
def test_the_volume_drawing_writes_the_sizes(qtbot, layer, formula):
    drawing = VolumeDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(900, 420)
    drawing.set_layer(layer)
    assert " ".join(drawing.accessibleDescription().replace("\u00a0", " ").split()) == formula
    assert not drawing.grab().isNull()


def test_the_volume_drawing_shows_thumbnails(qtbot):
    red = QImage(32, 24, QImage.Format.Format_RGB888)
    red.fill(QColor(250, 10, 10))
    drawing = VolumeDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(900, 420)
    drawing.set_layer(VolumeLayer((24, 32), 3, (SOBEL,), (22, 30)))
    plain = drawing.grab().toImage()
    drawing.set_layer(VolumeLayer((24, 32), 3, (SOBEL,), (22, 30), inputs=(red,) * 3, outputs=(red,)))
    shown = drawing.grab().toImage()

    def reds(image: QImage) -> int:
        return sum(
            image.pixelColor(x, y) == QColor(250, 10, 10) for x in range(0, 900, 6) for y in range(0, 420, 6)
        )

    assert reds(plain) == 0
    assert reds(shown) > 200
