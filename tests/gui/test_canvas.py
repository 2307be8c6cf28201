"""The canvas driven by wheel, mouse and keys, judged by the pixels it paints and the signals it sends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.gui.canvas import (
    Brush,
    CanvasView,
    Frame,
    Pane,
    PictureMime,
    Placement,
    image_from_rgb,
    layout,
    whole,
)
from cnnstudio.gui.canvas.stage import Stage
from cnnstudio.gui.theme import tokens

RED, GREEN, BLUE = QColor("#C02020"), QColor("#20A040"), QColor("#3050D0")


class DenseCanvas(CanvasView):
    """A canvas on a screen with two device pixels to the logical one."""

    def devicePixelRatioF(self) -> float:
        return 2.0


def plain(width: int, height: int, colour: QColor) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def checker(size: int) -> QImage:
    image = plain(size, size, QColor("black"))
    for y in range(size):
        for x in range(size):
            if (x + y) % 2:
                image.setPixelColor(x, y, QColor("white"))
    return image


def coded(width: int, height: int) -> QImage:
    """A picture whose colours tell the pixel: red is x, green is y."""
    rows = b"".join(bytes((x, y, 77)) for y in range(height) for x in range(width))
    return image_from_rgb(rows, width, height)


def pane_of(name: str, image: QImage, placement: Placement | None = None) -> Pane:
    pane = Pane(name, name.title())
    pane.set_raster(image.width(), image.height(), placement)
    pane.set_frame(whole(image))
    return pane


def rendered(canvas: CanvasView) -> QImage:
    ratio = canvas.devicePixelRatioF()
    out = QImage(canvas.size() * ratio, QImage.Format.Format_RGB32)
    out.setDevicePixelRatio(ratio)
    canvas.render(out)
    return out


def count_of(image: QImage, colour: QColor) -> int:
    return sum(image.pixel(x, y) == colour.rgb() for y in range(image.height()) for x in range(image.width()))


def middle_of(canvas: CanvasView, index: int = 0) -> QPointF:
    """The middle of a view, in logical pixels."""
    cell = canvas.visible_views()[index].cell
    ratio = canvas.devicePixelRatioF()
    return QPointF((cell.x() + cell.width() / 2) / ratio, (cell.y() + cell.height() / 2) / ratio)


def turn_wheel(canvas: CanvasView, at: QPointF, notches: int = 1) -> None:
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


@pytest.fixture
def canvas(qtbot):
    made = CanvasView()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def pair(canvas):
    panes = [pane_of("input", plain(200, 150, RED)), pane_of("output", plain(200, 150, BLUE))]
    canvas.set_panes(panes)
    canvas.kept = panes
    return canvas


def show_one(canvas: CanvasView, image: QImage) -> Pane:
    pane = pane_of("only", image)
    canvas.set_panes([pane])
    canvas.kept = pane
    return pane


# -- painting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dense", [False, True])
def test_single_pixels_have_hard_edges_at_3200_per_cent(qtbot, dense):
    canvas = DenseCanvas() if dense else CanvasView()
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    show_one(canvas, checker(4))
    canvas.set_zoom(3200)
    image, view = rendered(canvas), canvas.visible_views()[0].cell
    left, top = view.x() + view.width() // 2 - 64, view.y() + view.height() // 2 - 64
    for row in range(4):
        for column in range(4):
            # One line of the grid lies on each edge; everything between them is the pixel's own colour.
            inside = image.copy(left + 32 * column + 2, top + 32 * row + 2, 28, 28)
            assert count_of(inside, QColor("white" if (row + column) % 2 else "black")) == 28 * 28
    canvas.set_zoom(2000)
    image = rendered(canvas)
    assert count_of(image, QColor("black")) == count_of(image, QColor("white")) == 8 * 20 * 20


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize(("width", "height"), [(1, 5000), (5000, 1)])
def test_a_picture_of_one_pixel_across_is_a_line_a_screen_pixel_wide(qtbot, dense, width, height):
    canvas = DenseCanvas() if dense else CanvasView()
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    show_one(canvas, plain(width, height, RED))
    canvas.set_marker("only", width // 2, height // 2)
    canvas.fit()
    image, ratio = rendered(canvas), 2 if dense else 1
    red = [(x, y) for y in range(image.height()) for x in range(image.width()) if image.pixel(x, y) == RED.rgb()]
    across, along = (0, 1) if width == 1 else (1, 0)
    assert len({at[across] for at in red}) == ratio
    assert max(at[along] for at in red) - min(at[along] for at in red) > 300 * ratio
    assert count_of(image, QColor("white")) > 20  # the marker


def test_captions_beside_each_other_stand_on_one_line(qapp):
    stage = Stage()
    small = pane_of("output", plain(170, 120, BLUE), Placement(1, 1, 15, 15))
    stage.panes = [pane_of("input", plain(200, 150, RED)), small, Pane("none", "Nothing")]
    stage.mode = "side"
    stage.arrange(1200, 400, 1.0)
    views = stage.views()
    assert len({view.cell.y() for view in views}) == 1
    assert len({stage.caption_rect(view).top() for view in views}) == 1
    assert stage.caption_rect(views[1]).bottom() < stage.seen(views[0]).top()


def test_an_empty_pane_says_why_in_its_middle(canvas):
    full, empty = pane_of("input", plain(200, 150, RED)), Pane("output", "Result")
    canvas.set_panes([full, empty])
    canvas.set_mode("side")
    before = rendered(canvas)
    empty.set_notice("No output", "Use a smaller kernel.")
    after, cell = rendered(canvas), canvas.visible_views()[1].cell
    changed = [
        (x, y) for y in range(after.height()) for x in range(after.width()) if after.pixel(x, y) != before.pixel(x, y)
    ]
    assert all(cell.contains(*at) for at in changed)
    assert any(abs(y - cell.center().y()) < 20 and abs(x - cell.center().x()) < 40 for x, y in changed)
    empty.set_raster(200, 150)
    empty.set_frame(whole(plain(200, 150, BLUE)))
    assert count_of(rendered(canvas), BLUE) == count_of(rendered(canvas), RED)


def test_a_frame_of_the_right_size_is_copied_pixel_for_pixel(canvas):
    picture = coded(120, 90)
    show_one(canvas, picture)
    canvas.one_to_one()
    cell = canvas.visible_views()[0].cell
    left, top = cell.x() + (cell.width() - 120) / 2, cell.y() + (cell.height() - 90) / 2
    shown = rendered(canvas).copy(round(left), round(top), 120, 90)
    assert shown.pixel(0, 0) & 0xFFFFFF == 77
    assert shown.pixel(119, 89) & 0xFFFFFF == (119 << 16) + (89 << 8) + 77


def test_below_100_per_cent_pixels_are_blended(canvas):
    show_one(canvas, checker(100))
    canvas.set_zoom(50)
    greys = {rendered(canvas).pixel(round(p.x()), round(p.y())) for p in [middle_of(canvas)]}
    assert greys.isdisjoint({QColor("black").rgb(), QColor("white").rgb()})


def test_a_partial_frame_lies_at_its_place_over_the_backdrop(canvas):
    pane = Pane("only")
    pane.set_raster(400, 400)
    pane.set_backdrop(Frame(plain(40, 40, GREEN), 0, 0, 400, 400, exact=False))
    pane.set_frame(Frame(plain(50, 50, RED), 200, 200, 100, 100))
    canvas.set_panes([pane])
    canvas.one_to_one()
    image, at = rendered(canvas), middle_of(canvas)
    x, y = round(at.x()), round(at.y())
    assert image.pixelColor(x - 10, y - 10) == GREEN
    assert image.pixelColor(x + 5, y + 5) == RED
    assert image.pixelColor(x + 95, y + 95) == RED
    assert image.pixelColor(x + 110, y + 50) == GREEN


def test_where_nothing_is_known_yet_the_raster_shows_as_a_plain_card(canvas):
    pane = Pane("only")
    pane.set_raster(100, 100)
    canvas.set_panes([pane])
    image, at = rendered(canvas), middle_of(canvas)
    assert image.pixelColor(round(at.x()), round(at.y())) == tokens().panel
    assert image.pixelColor(3, 3) == tokens().canvas


def test_values_are_written_into_large_pixels_only(canvas):
    pane = show_one(canvas, plain(6, 6, RED))
    asked = []
    pane.set_value_text(lambda x, y: asked.append((x, y)) or "8")
    canvas.set_zoom(1600)
    rendered(canvas)
    assert not asked
    canvas.set_zoom(3200)
    inside = rendered(canvas)
    assert set(asked) == {(x, y) for x in range(6) for y in range(6)}
    assert count_of(inside, RED) < 36 * 31 * 31, "grid lines and figures cover some of it"


def test_overlays_are_painted_in_raster_coordinates_and_clipped(canvas):
    pane = show_one(canvas, plain(10, 10, RED))

    def mark(painter: QPainter, to_view) -> None:
        painter.fillRect(to_view.rect(4, 4, 1, 1), GREEN)
        painter.fillRect(to_view.rect(-5, 0, 5, 10), GREEN)

    pane.set_overlays([mark])
    canvas.set_zoom(1000)
    assert count_of(rendered(canvas), GREEN) == 100


def test_the_marker_surrounds_the_same_place_in_both_panes(pair):
    pair.set_mode("side")
    pair.one_to_one()
    pair.set_marker("input", 100, 75)
    image = rendered(pair)
    for view in pair.visible_views():
        x, y = view.cell.x() + view.cell.width() // 2, view.cell.y() + view.cell.height() // 2
        line = [image.pixelColor(x + step, y) for step in range(-12, 13)]
        assert line.count(QColor("white")) == 2
        assert line.count(QColor("black")) == 2


# -- linked views --------------------------------------------------------------------------------------------


def test_side_by_side_gives_equal_views_that_show_the_same_place(pair):
    panes = [pane_of("input", coded(200, 150)), pane_of("output", coded(200, 150))]
    pair.set_panes(panes)
    pair.set_mode("side")
    pair.set_zoom(700)
    pair.pan(-123, 45)
    left, right = (rendered(pair).copy(view.cell) for view in pair.visible_views())
    assert left == right
    assert left.size() == right.size()


def test_a_stride_2_output_lies_over_its_input(canvas):
    fine, coarse = coded(128, 128), coded(64, 64)
    panes = [pane_of("input", fine), pane_of("output", coarse, Placement(2.0, 2.0))]
    canvas.set_panes(panes)
    canvas.set_mode("side")
    canvas.set_zoom(800)
    canvas.look_at("output", 20, 30)
    image = rendered(canvas)
    first, second = (v.cell for v in canvas.visible_views())
    for dx, dy in ((0, 0), (37, -51), (-90, 64)):
        a = image.pixelColor(first.center() + QPoint(dx, dy))
        b = image.pixelColor(second.center() + QPoint(dx, dy))
        assert (a.red() // 2, a.green() // 2) == (b.red(), b.green())
    assert canvas.viewports()["output"].width == pytest.approx(canvas.viewports()["input"].width / 2, abs=1)


def test_a_narrow_canvas_stacks_its_views(pair):
    pair.set_mode("side")
    pair.resize(400, 900)
    first, second = (v.cell for v in pair.visible_views())
    assert first.x() == second.x()
    assert second.y() > first.bottom()


# -- zoom and place ------------------------------------------------------------------------------------------


def test_fit_shows_all_and_follows_the_size(canvas):
    show_one(canvas, plain(2000, 1000, RED))
    assert canvas.fitting
    before = canvas.zoom
    canvas.resize(1200, 800)
    assert canvas.zoom > before
    port = canvas.viewports()["only"]
    assert (port.x, port.y, port.width, port.height) == (0, 0, 2000, 1000)
    assert port.out_width == 1200 - 32


def test_the_wheel_zooms_at_the_pointer(canvas, qtbot):
    show_one(canvas, coded(250, 250))
    canvas.set_zoom(400)
    at = middle_of(canvas) + QPointF(130, -70)
    with qtbot.waitSignal(canvas.hovered):
        QTest.mouseMove(canvas, at.toPoint())
    view = canvas.visible_views()[0]
    before = canvas.place_at(view, at)
    with qtbot.waitSignal(canvas.zoomChanged) as heard:
        turn_wheel(canvas, at, 3)
    assert heard.args[0] == pytest.approx(400 * 1.25**3)
    assert canvas.place_at(view, at) == pytest.approx(before, abs=0.2)


def test_zoom_stays_between_1_and_6400_per_cent(canvas):
    show_one(canvas, plain(50, 50, RED))
    turn_wheel(canvas, middle_of(canvas), 60)
    assert canvas.zoom == 6400
    turn_wheel(canvas, middle_of(canvas), -200)
    assert canvas.zoom == 1


def test_dragging_moves_the_picture_with_the_pointer(canvas):
    show_one(canvas, coded(250, 250))
    canvas.set_zoom(800)
    view, at = canvas.visible_views()[0], middle_of(canvas)
    grabbed = canvas.place_at(view, at)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at.toPoint())
    QTest.mouseMove(canvas, at.toPoint() + QPoint(40, 20))
    QTest.mouseMove(canvas, at.toPoint() + QPoint(80, -30))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at.toPoint() + QPoint(80, -30))
    assert canvas.place_at(view, at + QPointF(80, -30)) == pytest.approx(grabbed, abs=0.2)


def test_a_picture_cannot_be_lost_by_panning(canvas):
    show_one(canvas, plain(250, 250, RED))
    canvas.set_zoom(800)
    canvas.pan(100_000, 100_000)
    view = canvas.visible_views()[0]
    assert canvas.place_at(view, QPointF(view.cell.topLeft())) == pytest.approx((0, 0), abs=0.1)


def test_a_double_click_changes_between_fit_and_one_to_one(canvas):
    show_one(canvas, plain(2000, 1500, RED))
    fitted, at = canvas.zoom, middle_of(canvas).toPoint()
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert canvas.zoom == 100
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert canvas.zoom == fitted


def test_keys_zoom_fit_and_pan(canvas):
    show_one(canvas, plain(2000, 1500, RED))
    QTest.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.zoom == 100
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == 150
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom == 100
    before = canvas.viewports()["only"].x
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.viewports()["only"].x == before + 64
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.fitting


@pytest.mark.parametrize(("percent", "samples"), [(50, 768), (100, 768), (800, 96)])
def test_a_viewport_asks_for_no_more_samples_than_there_are(canvas, percent, samples):
    show_one(canvas, plain(4000, 4000, RED))
    canvas.set_zoom(percent)
    port = canvas.viewports()["only"]
    assert port.out_width == pytest.approx(samples, abs=1)
    assert port.width == pytest.approx(768 / percent * 100, abs=1)


def test_viewports_are_sent_once_for_many_changes(canvas, qtbot):
    show_one(canvas, plain(4000, 4000, RED))
    with qtbot.waitSignal(canvas.viewportChanged):
        pass
    heard = []
    canvas.viewportChanged.connect(heard.append)
    for percent in (20, 40, 80, 160):
        canvas.set_zoom(percent)
    with qtbot.waitSignal(canvas.viewportChanged):
        pass
    assert len(heard) == 1
    assert heard[0] == canvas.viewports()


def test_another_picture_of_the_same_size_is_asked_for_again(canvas, qtbot):
    show_one(canvas, plain(40, 40, RED))
    with qtbot.waitSignal(canvas.viewportChanged):
        pass
    with qtbot.waitSignal(canvas.viewportChanged):
        show_one(canvas, plain(40, 40, BLUE))


def test_answering_a_viewport_gives_an_unscaled_frame(canvas, qtbot):
    """What is asked for is exactly what fits: noise must come through unblended at a reduced zoom."""
    pane = Pane("only")
    pane.set_raster(1000, 700)
    canvas.set_panes([pane])
    canvas.set_zoom(37)
    with qtbot.waitSignal(canvas.viewportChanged) as heard:
        pass
    port = heard.args[0]["only"]
    noise = image_from_rgb(os.urandom(port.out_width * port.out_height * 3), port.out_width, port.out_height)
    pane.set_frame(Frame(noise, port.x, port.y, port.width, port.height))
    view = canvas.visible_views()[0].cell
    image = rendered(canvas)
    left = round(view.x() + view.width() / 2 - port.out_width / 2)
    top = round(view.y() + view.height() / 2 - port.out_height / 2)
    wanted = noise.convertToFormat(QImage.Format.Format_RGB32)
    found = [
        (x, y)
        for x in (left - 1, left, left + 1)
        for y in (top - 1, top, top + 1)
        if image.copy(x, y, port.out_width, port.out_height) == wanted
    ]
    assert len(found) == 1


# -- frames --------------------------------------------------------------------------------------------------


def test_a_late_frame_of_an_older_edit_is_refused(canvas):
    pane = show_one(canvas, plain(10, 10, RED))
    assert pane.set_frame(whole(plain(10, 10, GREEN), generation=7))
    assert not pane.set_frame(whole(plain(10, 10, BLUE), generation=6))
    assert pane.frame.image.pixelColor(0, 0) == GREEN


def test_a_stale_frame_stays_at_its_place_when_the_stride_changes(canvas):
    pane = show_one(canvas, coded(100, 100))
    pane.set_raster(50, 50, Placement(2.0, 2.0))
    assert pane.frame.rect.getRect() == (0, 0, 50, 50)
    assert not pane.frame.exact


def test_images_share_and_keep_their_buffer():
    buffer = bytearray(2 * 3 * 3)
    image = image_from_rgb(buffer, 3, 2)
    buffer[0] = 200
    assert image.pixelColor(0, 0).red() == 200
    with pytest.raises(ValueError, match="needs 27"):
        image_from_rgb(buffer, 3, 3)
    with pytest.raises(ValueError, match="channels"):
        image_from_rgb(buffer, 3, 3, 2)


def test_images_are_made_from_arrays():
    numpy = pytest.importorskip("numpy")
    array = numpy.arange(2 * 3 * 3, dtype=numpy.uint8).reshape(2, 3, 3)
    assert image_from_rgb(array, 3, 2).pixelColor(2, 1).getRgb()[:3] == (15, 16, 17)
    assert image_from_rgb(array[..., 0].copy(), 3, 2, 1).pixelColor(1, 1).red() == 12
    with pytest.raises(ValueError, match="contiguous"):
        image_from_rgb(array[:, ::2], 2, 2)


# -- comparing -----------------------------------------------------------------------------------------------


def halves(canvas: CanvasView) -> tuple[QColor, QColor]:
    image, at = rendered(canvas), middle_of(canvas)
    return (
        image.pixelColor(round(at.x()) - 60, round(at.y()) + 40),
        image.pixelColor(round(at.x()) + 60, round(at.y()) + 40),
    )


def test_the_divider_is_dragged_and_moved_by_keys(pair):
    pair.set_mode("wipe")
    assert halves(pair) == (RED, BLUE)
    at = middle_of(pair).toPoint()
    QTest.mousePress(pair, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(pair, at + QPoint(100, 0))
    QTest.mouseRelease(pair, Qt.MouseButton.LeftButton, pos=at + QPoint(100, 0))
    assert halves(pair) == (RED, RED)
    assert pair.fitting, "dragging the divider does not pan"
    QTest.keyClick(pair, Qt.Key.Key_Home)
    assert halves(pair) == (BLUE, BLUE)
    QTest.keyClick(pair, Qt.Key.Key_Right)
    assert pair.wipe == pytest.approx(0.01)
    QTest.keyClick(pair, Qt.Key.Key_End)
    QTest.keyClick(pair, Qt.Key.Key_Left)
    assert pair.wipe == pytest.approx(0.99)


def test_space_shows_the_original_while_held(pair):
    assert halves(pair) == (BLUE, BLUE)
    QTest.keyPress(pair, Qt.Key.Key_Space)
    assert halves(pair) == (RED, RED)
    QTest.keyRelease(pair, Qt.Key.Key_Space)
    assert halves(pair) == (BLUE, BLUE)


def test_flicker_alternates_and_stops_with_the_mode(pair, qtbot):
    pair.set_mode("flicker")
    assert halves(pair) == (BLUE, BLUE)
    qtbot.waitUntil(lambda: halves(pair) == (RED, RED), timeout=3000)
    qtbot.waitUntil(lambda: halves(pair) == (BLUE, BLUE), timeout=3000)
    pair.set_mode("result")
    assert halves(pair) == (BLUE, BLUE)


def test_an_unknown_mode_is_named(pair):
    with pytest.raises(ValueError, match="'both'"):
        pair.set_mode("both")


# -- probing, painting, dragging out -------------------------------------------------------------------------


def test_hover_and_click_name_the_pixel(canvas, qtbot):
    show_one(canvas, coded(10, 10))
    canvas.set_zoom(2000)
    at = (middle_of(canvas) + QPointF(30, -50)).toPoint()
    with qtbot.waitSignal(canvas.hovered) as heard:
        QTest.mouseMove(canvas, at)
    assert heard.args == ["only", 6, 2]
    with qtbot.waitSignal(canvas.clicked) as heard:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert heard.args == ["only", 6, 2]
    with qtbot.waitSignal(canvas.hovered) as heard:
        QTest.mouseMove(canvas, QPoint(2, 2))
    assert heard.args == [None, None, None]


def test_the_probe_is_moved_and_pinned_by_keys(canvas, qtbot):
    show_one(canvas, coded(10, 10))
    canvas.set_marker("only", 3, 3)
    with qtbot.waitSignal(canvas.clicked) as heard:
        QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == ["only", 4, 3]
    with qtbot.waitSignal(canvas.clicked) as heard:
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert heard.args == ["only", 4, 3]


@pytest.mark.parametrize(
    ("button", "erase"), [(Qt.MouseButton.LeftButton, False), (Qt.MouseButton.RightButton, True)]
)
def test_a_stroke_is_reported_in_pixels_of_the_pane(canvas, qtbot, button, erase):
    show_one(canvas, plain(10, 10, RED))
    canvas.set_zoom(2000)
    canvas.set_brush(Brush(2.0))
    at = middle_of(canvas).toPoint()
    QTest.mousePress(canvas, button, pos=at)
    QTest.mouseMove(canvas, at + QPoint(40, 0))
    assert count_of(rendered(canvas), RED) < 200 * 200 - 1000, "the running stroke is seen"
    with qtbot.waitSignal(canvas.strokePainted) as heard:
        QTest.mouseRelease(canvas, button, pos=at + QPoint(40, 0))
    name, points, erased = heard.args
    assert (name, erased) == ("only", erase)
    assert points[0] == pytest.approx((5, 5), abs=0.1)
    assert points[-1] == pytest.approx((7, 5), abs=0.1)


def test_escape_gives_a_stroke_up(canvas, qtbot):
    show_one(canvas, plain(10, 10, RED))
    canvas.set_brush(Brush())
    at = middle_of(canvas).toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    with qtbot.assertNotEmitted(canvas.strokePainted):
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at)


def test_pictures_are_dragged_out_by_caption_and_with_alt(pair, qtbot):
    pair.set_mode("side")
    alt = Qt.KeyboardModifier.AltModifier
    cell = pair.visible_views()[1].cell
    inside = cell.center()
    QTest.mousePress(pair, Qt.MouseButton.LeftButton, alt, inside)
    with qtbot.waitSignal(pair.dragRequested) as heard:
        QTest.mouseMove(pair, inside + QPoint(30, 0))
    assert heard.args == ["output"]
    QTest.mouseRelease(pair, Qt.MouseButton.LeftButton, alt, inside)
    caption = next(
        QPoint(cell.x() + 20, y) for y in range(cell.bottom()) if pair.caption_at(QPointF(cell.x() + 20, y))
    ) + QPoint(0, 5)
    QTest.mousePress(pair, Qt.MouseButton.LeftButton, pos=caption)
    with qtbot.waitSignal(pair.dragRequested):
        QTest.mouseMove(pair, caption + QPoint(0, 30))


def test_the_dragged_file_is_written_only_when_asked_for(qtbot, tmp_path):
    written = []

    def write():
        path = tmp_path / "result.png"
        plain(5, 5, RED).save(str(path))
        written.append(path)
        return path

    mime = PictureMime(plain(5, 5, RED), write)
    assert mime.hasUrls()
    assert mime.hasImage()
    assert QImage(mime.imageData()).size().width() == 5
    assert not written
    assert [url.toLocalFile() for url in mime.urls()] == [str(tmp_path / "result.png")]
    assert mime.urls()
    assert len(written) == 1


def test_a_file_that_cannot_be_written_leaves_the_image(qtbot):
    def write():
        raise PermissionError("read-only folder")

    mime = PictureMime(plain(5, 5, RED), write)
    assert mime.urls() == []
    assert isinstance(mime.error, PermissionError)


# -- reach and cost ------------------------------------------------------------------------------------------


def test_the_ring_is_shown_for_keyboard_focus_only(pair, qtbot):
    ring = tokens().accent_text
    pair.activateWindow()
    pair.clearFocus()
    pair.setFocus(Qt.FocusReason.MouseFocusReason)
    assert count_of(rendered(pair), ring) == 0
    pair.clearFocus()
    pair.setFocus(Qt.FocusReason.TabFocusReason)
    assert pair.hasFocus()
    assert count_of(rendered(pair), ring) > 800


def test_every_small_size_paints(pair):
    for mode in ("result", "side", "wipe", "flicker"):
        pair.set_mode(mode)
        for size in ((160, 120), (161, 400), (900, 121)):
            pair.resize(*size)
            assert not rendered(pair).isNull()
    pair.set_panes([])
    assert pair.viewports() == {}
    rendered(pair)


def test_a_dense_screen_asks_for_more_samples(qtbot):
    canvas = DenseCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 500)
    show_one(canvas, plain(4000, 4000, RED))
    canvas.set_zoom(100)
    assert canvas.viewports()["only"].out_width == 2 * (800 - 32)


def test_the_canvas_loads_no_numerical_library():
    heavy = {"numpy", "torch", "cv2", "PIL", "superqt", "pyqtgraph", "qtawesome"}
    code = f"import sys, cnnstudio.gui.canvas; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rows_of_landscape_photos_stand_close_in_the_middle():
    made = layout.cells(1440, 700, 8, QSizeF(451, 300), 1)
    wide = (1440 - 2 * 16 - 3 * 12) // 4
    assert {(cell.width(), cell.height()) for cell in made} == {(wide, round(wide * 300 / 451))}
    above, below = made[0], made[4]
    assert below.top() - (above.top() + above.height()) == 30 + 12  # caption and gap
    assert abs((above.top() - 30) - (700 - below.top() - below.height())) <= 1
