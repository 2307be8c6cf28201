"""Which package brings which system library that Qt's wheel leaves to the operating system.

The wheel carries Qt, not these; a bare container or a minimal server lacks them. The loader names only the
first one that is missing, so all are tried, and one message names them all with one command for each system.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import NamedTuple


class Packages(NamedTuple):
    """What brings one library: the package's name on Debian and Ubuntu, and on Fedora."""

    debian: str
    fedora: str


QT_LIBRARIES: Mapping[str, Packages] = {
    "libEGL.so.1": Packages("libegl1", "mesa-libEGL"),
    "libGL.so.1": Packages("libgl1", "mesa-libGL"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": Packages("libglib2.0-0", "glib2"),
    "libX11.so.6": Packages("libx11-6", "libX11"),
    "libzstd.so.1": Packages("libzstd1", "libzstd"),
    "libz.so.1": Packages("zlib1g", "zlib"),
    "libstdc++.so.6": Packages("libstdc++6", "libstdc++"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb"),
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb.so.1": Packages("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-util.so.1": Packages("libxcb-util1", "xcb-util"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Packages("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": Packages("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": Packages("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": Packages("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": Packages("libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": Packages("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": Packages("libxcb-xkb1", "libxcb"),
}


def explain_missing(complaint: str, known: Mapping[str, Packages]) -> str:
    """One line for an ImportError or loader error: each missing library, and the commands that bring them."""
    first = re.search(r"(lib[\w.+-]+\.so(?:\.\d+)*): cannot open shared object", complaint)
    if first is None:
        return _not_a_library(complaint)
    missing = [first.group(1)]
    missing += [name for name in known if name != missing[0] and not _loads(name)]
    named = [known[name] for name in missing if name in known]
    words = f"the window needs system libraries that are missing here: {', '.join(missing)}."
    if not named:
        return f"{words} Install the package of your system that brings them."
    debian = " ".join(dict.fromkeys(each.debian for each in named))
    fedora = " ".join(dict.fromkeys(each.fedora for each in named))
    return f"{words} Debian, Ubuntu: sudo apt-get install {debian}. Fedora: sudo dnf install {fedora}."


def _not_a_library(complaint: str) -> str:
    if "No module named" in complaint:
        return f"PySide6 is not installed ({complaint}). Run: pip install pyside6-essentials"
    line = complaint.strip().splitlines()[0] if complaint.strip() else "no reason was given"
    advice = (
        "Install the current Microsoft Visual C++ Redistributable."
        if sys.platform == "win32"
        else "Reinstall with: pip install --force-reinstall pyside6-essentials"
    )
    return f"Qt cannot be loaded: {line}. {advice}"


def _loads(name: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
