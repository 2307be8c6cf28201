"""The fonts and icons that come along suffice on a machine that has none."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QIcon, QImage, QRawFont, QTextLayout

from cnnstudio.gui import fonts, icons, numbers_text
from cnnstudio.gui.theme import DIVERGING, SEQUENTIAL, contrast, theme, tokens, tokens_for

PACKAGE = Path(__file__).parents[2] / "cnnstudio"
_NO_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>{folder}</cachedir></fontconfig>"""
_PROBE = """
import json, sys
from PySide6.QtGui import QFontDatabase, QGuiApplication, QRawFont
app = QGuiApplication([])
from cnnstudio.gui import fonts
fonts.load()
texts = json.load(sys.stdin)
missing = {}
for role, characters in texts.items():
    face = QRawFont.fromFont(fonts.font(role))
    missing[role] = [face.familyName(), [c for c in characters if not face.supportsCharacter(ord(c))]]
missing["families"] = QFontDatabase.families()
print(json.dumps(missing))
"""


def _texts() -> dict[str, str]:
    """Characters of all string constants that are no docstrings, by the role that shows them."""
    plain: set[str] = set()
    formulas: set[str] = set()
    for path in [*PACKAGE.glob("gui/**/*.py"), *PACKAGE.glob("*/settings.py"), PACKAGE / "errors.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        shown_as_formula = {
            id(k.value)
            for n in ast.walk(tree)
            if isinstance(n, ast.Call)
            for k in n.keywords
            if k.arg == "formula"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                (formulas if id(node) in shown_as_formula else plain).update(node.value)
    keep = [{c for c in found if c.isprintable() or c in "\u00a0\u202f"} for found in (plain, formulas)]
    return {"body": "".join(sorted(keep[0])), "formula": "".join(sorted(keep[1]))}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fontconfig belongs to Linux")
def test_every_text_has_glyphs_without_system_fonts(tmp_path):
    config = tmp_path / "fonts.conf"
    config.write_text(_NO_FONTS.format(folder=tmp_path), encoding="utf-8")
    environment = os.environ | {
        "FONTCONFIG_FILE": str(config),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(PACKAGE.parent),
    }
    ran = subprocess.run(
        [sys.executable, "-c", _PROBE],
        input=json.dumps(_texts()),
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert set(found["families"]) >= {fonts.SANS, fonts.MONO}
    assert found["body"] == [fonts.SANS, []]
    assert found["formula"] == [fonts.MONO, []]


@pytest.mark.parametrize("role", fonts.ROLES)
def test_roles_use_the_families_that_come_along(role):
    row = fonts.ROLES[role]
    assert QRawFont.fromFont(fonts.font(role)).familyName() == (fonts.MONO if row.mono else fonts.SANS)
    assert fonts.font(role).pixelSize() == row.pixels


def test_weights_differ_and_figures_are_tabular():
    widths = [fonts.width(role, "Convolution") for role in ("body", "button", "name")]
    assert widths == sorted(widths)
    assert widths[0] < widths[2]
    assert fonts.width("body", "111") == pytest.approx(fonts.width("body", "888"))


def _ink(image: QImage) -> set[int]:
    return {
        image.pixelColor(x, y).rgb() & 0xFFFFFF
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    }


def test_icons_follow_theme_and_state():
    made = icons.icon("copy", 16, "text1")
    normal = made.pixmap(16, 16).toImage()
    off = made.pixmap(16, 16, QIcon.Mode.Disabled).toImage()
    assert _ink(made.pixmap(64, 64).toImage()) == {tokens().text1.rgb() & 0xFFFFFF}
    assert normal != off
    theme().set_mode("light")
    try:
        assert _ink(made.pixmap(64, 64).toImage()) == {tokens_for(False).text1.rgb() & 0xFFFFFF}
    finally:
        theme().set_mode("dark")


def test_unknown_icon_is_named():
    with pytest.raises(KeyError, match="no-such-icon"):
        icons.icon("no-such-icon")


@pytest.mark.parametrize("dark", [True, False])
def test_text_contrast_reaches_the_tokens_promise(dark):
    t = tokens_for(dark)
    for ink, ground, least in (
        (t.text1, t.panel, 13),
        (t.text2, t.panel, 8),
        (t.text3, t.panel, 5),
        (t.on_accent, t.accent, 5),
        (t.error, t.panel, 5),
        (t.warning, t.panel, 5),
        (t.info, t.panel, 5),
        (t.caption, t.canvas, 6),
        (t.text1, t.error_bar, 12),
        (t.text1, t.tint, 11),
    ):
        assert contrast(ink, ground) >= least


def test_greys_are_neutral():
    for dark in (True, False):
        for name in ("canvas", "bg", "panel", "raised", "line", "text1", "text2", "text3", "track"):
            c: QColor = getattr(tokens_for(dark), name)
            assert c.red() == c.green() == c.blue()


def test_colour_maps_equal_those_of_the_imaging_room():
    maps = pytest.importorskip("cnnstudio.imaging.colour_maps")
    for ours, theirs in ((DIVERGING, maps.DIVERGING), (SEQUENTIAL, maps.SEQUENTIAL)):
        assert [(at, QColor(c).name()) for at, c in ours] == [
            (at, QColor(c).name() if isinstance(c, str) else QColor(*c).name()) for at, c in theirs
        ]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (-1, None, "−1"),
        (0.5, 2, "0.50"),
        (1 / 3, None, "0.3333"),
        (12345678, None, "12\u202f345\u202f678"),
        (1234, None, "1234"),
        (-0.0001, 2, "0.00"),
        (2.50, None, "2.5"),
        (1e-12, None, "1e−12"),
        (0, None, "0"),
    ],
)
def test_numbers_are_written_for_people(value, decimals, text):
    assert numbers_text.number(value, decimals) == text


def test_sentences_of_numbers():
    assert numbers_text.time_left(138) == "2\u00a0min 18\u00a0s left"
    assert numbers_text.size(512, 512) == "512\u00a0×\u00a0512"
    assert numbers_text.percent(0.38) == "38\u00a0%"
    assert numbers_text.percent(0.999) == "99\u00a0%"
    assert numbers_text.milliseconds(6.2) == "6\u00a0ms"
    assert numbers_text.byte_count(9e9) == "9\u00a0GB"
    assert numbers_text.number(300, sign=True) == "+300"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("−1", -1),
        ("0,5", 0.5),
        ("1/9", 1 / 9),
        (" 512 px", 512),
        ("1e-3", 1e-3),
        ("12\u202f345", 12345),
        (".5", 0.5),
    ],
)
def test_typed_numbers_are_understood(text, value):
    assert numbers_text.parse(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "abc", "1/0", "nan", "inf", "1;2", "--3", "1e999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        numbers_text.parse(text)


def test_the_design_system_loads_no_heavy_library():
    names = [p.stem for p in (PACKAGE / "gui" / "widgets").glob("*.py") if p.stem != "__init__"]
    code = "import sys\n" + "\n".join(f"import cnnstudio.gui.widgets.{n}" for n in names)
    heavy = ("numpy", "cv2", "PIL", "torch", "qtawesome", "superqt", "pyqtgraph")
    code += f"\nprint([m for m in {heavy} if m in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]", ran.stderr


@pytest.mark.parametrize("role", ["body", "hint", "name", "title", "formula"])
@pytest.mark.parametrize("words", ["tall_1x5000.png", "3x3 0x1F 12X4", "a->b <= != :: (c) --", "fi ff ffl"])
def test_every_character_is_written_as_itself(qapp, role, words):
    """Judged by the shaped glyphs: in company each character has the glyph that it has alone."""
    assert shaped(role, words) == [glyph for character in words for glyph in shaped(role, character)]


def shaped(role: str, words: str) -> list[int]:
    layout = QTextLayout(words, fonts.font(role))
    layout.beginLayout()
    layout.createLine().setLineWidth(1000)
    layout.endLayout()
    return [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
