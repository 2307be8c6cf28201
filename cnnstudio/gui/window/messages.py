"""Where words to the person go: what needs attention into the bar above the canvas, routine success into the status
line, so that nothing is said twice and nothing important leaves by itself.
"""

from __future__ import annotations

from cnnstudio.gui.status_line import StatusLine
from cnnstudio.gui.widgets.message_bar import MessageBar


class WindowMessages:
    """The window's `panels.base.Messages`."""

    def __init__(self, bar: MessageBar, line: StatusLine) -> None:
        self._bar, self._line = bar, line

    def error(self, text: str) -> None:
        """Something failed; stays until closed."""
        self._bar.show_message("error", text)

    def warning(self, text: str) -> None:
        """Something the person should know; stays until closed."""
        self._bar.show_message("warning", text)

    def info(self, text: str) -> None:
        """Leaves by itself."""
        self._bar.show_message("info", text)

    def clear(self) -> None:
        """What was said is past."""
        self._bar.dismiss()

    def status(self, text: str) -> None:
        """Routine success."""
        self._line.say(text)
