"""What has to be right before Qt starts, because Qt itself answers with an abort.

A missing system library is named with the package that brings it; without a screen the tour is rendered
off-screen instead. Everything here costs a few milliseconds at most, and nothing but Qt is imported.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cnnstudio.errors import StudioError, UsageError
from cnnstudio.system_libraries import QT_LIBRARIES, explain_missing

TOUR_FOLDER = "cnnstudio-tour"


def open_window(words: Sequence[str], *, device: str | None, max_megapixels: float | None) -> int:
    """Open the window with these pictures and stay until it is closed; returns the exit code.

    Without a screen the tour is rendered, unless pictures were named. Raises StudioError when those cannot be
    shown or a system library is missing, UsageError for an unknown QT_QPA_PLATFORM.
    """
    no_screen = screen_problem()
    if no_screen and words:
        raise StudioError(
            f"{no_screen} Without one, use `cnnstudio filter IMAGE... --kernel NAME -o OUT` for these pictures, or "
            "`cnnstudio tour --out DIR` to see the window."
        )
    if no_screen:
        sys.stderr.write(f"cnnstudio: {no_screen}\n")
        return _tour_instead()
    # So much is made and so little thrown away until the window is painted that collecting garbage costs a tenth of
    # that time; the application switches it on again after the first paint.
    gc.disable()
    check_qt()
    from cnnstudio import logs

    logs.catch_crashes()
    from cnnstudio.gui.application import run_window

    return run_window(words, device=device, max_megapixels=max_megapixels)


def check_qt() -> None:
    """Raise StudioError, naming libraries and packages, unless Qt and its platform plugin can be loaded."""
    try:
        import PySide6.QtGui  # noqa: F401 - importing is the check
    except ImportError as error:
        raise StudioError(explain_missing(str(error), QT_LIBRARIES)) from None
    if sys.platform == "linux" and _platform() == "xcb":
        problem = _cannot_load(_plugin_folder() / "libqxcb.so")
        if problem:
            raise StudioError(explain_missing(problem, QT_LIBRARIES))


def screen_problem() -> str | None:
    """Why no window can be shown here, or None. Raises UsageError for a QT_QPA_PLATFORM that Qt lacks."""
    if sys.platform != "linux":
        return None
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        _check_platform(chosen)
    platform = _platform()
    if platform is None:
        return "there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if platform == "xcb" and not _x_server_answers():
        shown = os.environ.get("DISPLAY", "")
        return f"the screen DISPLAY={shown!r} cannot be reached."
    return None


def _tour_instead() -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_qt()
    from cnnstudio.gui.tour import render_tour

    out = Path(TOUR_FOLDER)
    sys.stderr.write(f"cnnstudio: showing the tour instead: rendering every panel to {out}/ …\n")
    made = render_tour(out, quick=False)
    sys.stderr.write(f"cnnstudio: {len(made)} pictures of the window are in {out.absolute()}.\n")
    return 0


def _platform() -> str | None:
    """The platform plugin Qt will take on Linux, or None when it has no screen to take one for."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if chosen:
        return chosen
    if os.environ.get("WAYLAND_DISPLAY") and _wayland_answers():
        return "wayland"
    return "xcb" if os.environ.get("DISPLAY") else None


def _check_platform(chosen: str) -> None:
    known = sorted(path.stem.removeprefix("libq") for path in _plugin_folder().glob("libq*.so"))
    names = [name.split(":")[0] for name in chosen.split(";")]
    if known and not any(name in known for name in names):
        raise UsageError(f"QT_QPA_PLATFORM is {chosen!r}; Qt knows here: {', '.join(known)}.")


def _plugin_folder() -> Path:
    spec = importlib.util.find_spec("PySide6")
    root = Path(spec.origin).parent if spec and spec.origin else Path()
    return root / "Qt" / "plugins" / "platforms"


def _cannot_load(library: Path) -> str:
    """The loader's complaint about a shared library, or an empty string."""
    import ctypes

    if not library.exists():
        return ""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return str(error)
    return ""


def _wayland_answers() -> bool:
    import socket

    name = os.environ["WAYLAND_DISPLAY"]
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _x_server_answers() -> bool:
    """Ask libxcb itself, which knows about forwarded displays and access rights."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        # Not ours to report: check_qt names the missing library with its package.
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return int(xcb.xcb_connection_has_error(connection)) == 0
    finally:
        xcb.xcb_disconnect(connection)
