"""The few rules for widgets that Qt paints itself; everything else paints itself from the tokens.

Kept short on purpose: each rule is matched against every widget when the window is built.
"""

from __future__ import annotations

from cnnstudio.gui.theme import Tokens


def build(t: Tokens) -> str:
    """The application's style sheet for one theme."""
    n = {key: value.name() for key, value in t.__dict__.items() if hasattr(value, "name")}
    selection = f"selection-background-color: {n['tint']}; selection-color: {n['text1']};"
    return f"""
QLineEdit {{ background: transparent; border: none; {selection} }}
QPlainTextEdit, QTextEdit {{
  background: {n["formula"]}; border: 1px solid {n["field_line"]}; border-radius: 4px; {selection} }}
QAbstractScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{
  background: {n["track"]}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {n["text3"]}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
QSplitter::handle {{ background: {n["line"]}; }}
QToolTip {{
  background: {n["tip"]}; color: {n["text1"]}; border: 1px solid {n["line_strong"]}; padding: 4px 8px; }}
"""
