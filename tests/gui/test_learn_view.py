"""The learning view and the volume drawing, driven as a person and as the learner do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from cnnstudio.filters.learning import LearnSettings, hidden_kernel
from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.gui.panels.filters.learn.learn_view import LearnChoice, LearnView
from cnnstudio.gui.panels.filters.volume import VolumeDrawing
from cnnstudio.gui.panels.filters.volume_layer import VolumeLayer
from cnnstudio.gui.theme import theme
from cnnstudio.locate import samples_dir
from cnnstudio.settings import declared
from tests.gui.conftest import settled

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
        press(qtbot, view.controls.start)
    assert told.args == [LearnChoice("preset", LearnSettings(hidden="sobel-v", size=5, steps=400))]
    assert view.controls.start.text() == "Pause"
    assert not view.target.isEnabled()


def test_the_options_come_from_the_declarations_and_are_told(view, qtbot):
    offered = {one.name: one for one in declared(LearnSettings)}
    controls = view.options.controls
    assert set(controls) == {"optimiser", "rate", "bias", "seed"}
    assert controls["optimiser"].values() == tuple(c.value for c in offered["optimiser"].choices)
    for name, control in controls.items():
        assert control.accessibleName() == offered[name].label
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    controls["optimiser"].setFocus()
    qtbot.keyClick(controls["optimiser"], Qt.Key.Key_Down)
    for name, typed in (("rate", "0.2"), ("seed", "7")):
        controls[name].setFocus()
        controls[name].selectAll()
        qtbot.keyClicks(controls[name], typed)
        qtbot.keyClick(controls[name], Qt.Key.Key_Return)
    qtbot.mouseClick(controls["bias"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(view.startRequested) as told:
        press(qtbot, view.controls.start)
    assert told.args[0].settings == LearnSettings(optimiser="adam", rate=0.2, seed=7, bias=True)
    assert not view.options.isEnabled()


def test_progress_moves_curve_kernel_counter_and_error(view, qtbot):
    press(qtbot, view.controls.start)
    view.set_target(SOBEL)
    view.show_progress(1, 100.0, ((0.0,) * 3,) * 3, steps=200, seconds_left=12.0)
    view.show_progress(50, 0.5, NEAR, seconds_left=9.0)
    assert view.curve.points() == [(1.0, 100.0), (50.0, 0.5)]
    assert view.learned.weights() == NEAR
    assert view.largest_error() == pytest.approx(0.005)
    assert "0.5" in view.learned.remark.text()
    assert view.controls.counter.text().startswith("Step 50 of 200")
    assert view.controls.counter.text().endswith("9\u00a0s left")
    assert view.controls.progress.fraction() == 0.25


def test_a_loss_that_is_zero_or_not_finite_does_not_break_the_curve(view):
    view.show_progress(1, 0.0, SOBEL, steps=3)
    view.show_progress(2, float("nan"), SOBEL)
    view.show_progress(3, 1e-9, SOBEL)
    assert [step for step, _ in view.curve.points()] == [1.0, 3.0]


def test_pause_continue_stop(view, qtbot):
    press(qtbot, view.controls.start)
    with qtbot.waitSignal(view.pauseRequested) as told:
        press(qtbot, view.controls.start)
    assert told.args == [True]
    assert view.controls.start.text() == "Continue"
    with qtbot.waitSignal(view.pauseRequested) as told:
        press(qtbot, view.controls.start)
    assert told.args == [False]
    with qtbot.waitSignal(view.cancelRequested):
        press(qtbot, view.controls.stop)
    view.show_done(message="Stopped")
    assert view.state() == "done"
    assert view.controls.counter.text() == "Stopped"
    assert view.target.isEnabled()


def test_the_learned_kernel_can_be_used_and_reset(view, qtbot):
    assert not view.controls.use.isEnabled()
    press(qtbot, view.controls.start)
    view.show_progress(400, 1e-6, SOBEL)
    view.show_done(SOBEL)
    with qtbot.waitSignal(view.useKernelRequested) as told:
        press(qtbot, view.controls.use)
    assert told.args == [SOBEL]
    press(qtbot, view.controls.reset)
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
    press(qtbot, view.controls.start)
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
            "768 × 512 × 3 * 3 × 3 → 768 × 512 × 3",
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


# -- the page, with the real engine -------------------------------------------------------------------------------
@pytest.fixture
def learner(qtbot, studio):
    """The learn page of the real window over a sample photo, and the application."""

    def open_page(settings: FilterSettings | None = None, **choice):
        app = studio(load_torch=True)
        app.window.open_paths([samples_dir() / "cat.jpg"])
        panel = app.window.panels["filters"]
        if settings is not None:
            panel.change(settings, True)
        panel.set_view("learn")
        page = panel.learn_page()
        page.view.set_choice(LearnChoice("preset", LearnSettings(**choice)))
        settled(qtbot, app)
        return app, panel, page

    return open_page


def test_cancelling_in_the_status_bar_stops_the_view(learner, qtbot):
    app, _, page = learner(steps=10_000)
    press(qtbot, page.view.controls.start)
    qtbot.waitUntil(lambda: len(page.view.curve.points()) > 1, timeout=60_000)
    app.bridge.cancel_shown()
    qtbot.waitUntil(lambda: page.view.state() == "done", timeout=10_000)
    assert page.view.controls.counter.text() == "Stopped"
    assert page.view.target.isEnabled()
    settled(qtbot, app)
    assert page.view.state() == "done"


def test_a_pause_leaves_the_engine_idle_and_the_run_goes_on_with_what_it_began_with(learner, qtbot):
    app, _, page = learner(hidden="prewitt-h", steps=1500)
    view = page.view
    press(qtbot, view.controls.start)
    qtbot.waitUntil(lambda: len(view.curve.points()) > 3, timeout=60_000)
    press(qtbot, view.controls.start)
    settled(qtbot, app)  # fails when a paused run stays on the engine
    assert view.state() == "paused"
    paused_at, seen = view.curve.points()[-1]
    view.set_choice(LearnChoice("preset", LearnSettings(hidden="sobel-v", steps=20)))
    press(qtbot, view.controls.start)
    qtbot.waitUntil(lambda: view.state() == "done", timeout=60_000)
    steps = [step for step, _ in view.curve.points()]
    assert min(steps[steps.index(paused_at) :]) >= paused_at > 0, "it goes on and does not begin anew"
    assert view.curve.points()[-1][1] < seen
    assert view.controls.counter.text() == "Done after 1500 steps"
    truth = hidden_kernel(LearnSettings(hidden="prewitt-h"))
    assert abs(truth - view.learned.weights()).max() < 0.02


def test_the_learned_kernel_with_its_bias_replaces_the_selected_filter(learner, qtbot):
    two = FilterSettings(filters=(Kernel("emboss"), Kernel("laplacian"), Kernel("box")))
    app, panel, page = learner(two, hidden="sobel-h", bias=True, steps=600, rate=0.1)
    page.set_filter_index(1)
    press(qtbot, page.view.controls.start)
    qtbot.waitUntil(lambda: page.view.state() == "done", timeout=60_000)
    press(qtbot, page.view.controls.use)
    settled(qtbot, app)
    first, learned, last = panel.settings.filters
    assert (first, last) == (two.filters[0], two.filters[2])
    assert learned.name == "learned"
    assert abs(hidden_kernel(LearnSettings(hidden="sobel-h")) - learned.slices[0]).max() < 0.05
    assert learned.offset != 0
    assert learned.offset == pytest.approx(0, abs=2)


def test_the_choices_come_back_and_damaged_ones_do_not(learner):
    _, _, page = learner()
    page.view.set_choice(LearnChoice("painted", LearnSettings(hidden="log", size=7, optimiser="adam", bias=True)))
    kept = page.state()
    page.view.set_choice(LearnChoice("preset", LearnSettings()))
    for damaged in ({}, {"kind": 4, "settings": {"rate": "fast"}}, {"settings": {"size": 10**9}}, {"settings": []}):
        page.restore(damaged)
        assert page.view.choice() == LearnChoice("preset", LearnSettings())
    page.restore(kept)
    assert page.view.choice() == LearnChoice(
        "painted", LearnSettings(hidden="log", size=7, optimiser="adam", bias=True)
    )


def test_learning_without_a_picture_says_what_it_learns_from(qtbot, studio):
    app = studio()
    panel = app.window.panels["filters"]
    panel.set_view("learn")
    settled(qtbot, app)
    counter = panel.learn_page().view.controls.counter
    assert counter.text() == "Not started, learns from random noise: no picture is open"
    app.window.open_paths([samples_dir() / "cat.jpg"])
    settled(qtbot, app)
    assert counter.text() == "Not started"


def test_painted_edges_show_what_was_learned_from_them(qtbot, studio):
    app = studio(load_torch=True)
    app.window.open_paths([samples_dir() / "cat.jpg"])
    settled(qtbot, app)
    panel = app.window.panels["filters"]
    panel.set_view("learn")
    settled(qtbot, app)
    page = panel.learn_page()
    page.view.set_choice(LearnChoice("painted", LearnSettings(steps=30)))
    painting = page.painting
    painting.canvas.strokePainted.emit("paint", [(40.0, 50.0), (300.0, 60.0)], False)
    assert painting.canvas.isVisible()
    press(qtbot, page.view.controls.start)
    qtbot.waitUntil(lambda: page.view.state() == "done", timeout=60_000)
    settled(qtbot, app)
    assert painting.canvas.isVisible()
    assert [view.pane.id for view in painting.canvas.visible_views()] == ["paint", "answer"]
    image = painting.answer.frame.image
    seen = {image.pixelColor(x, y).red() for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}
    assert len(seen) > 3  # an answer, not an empty pane
    press(qtbot, page.view.controls.reset)
    assert [view.pane.id for view in painting.canvas.visible_views()] == ["paint"]
