"""The file types named in dialogs; kept apart from the reader so that a dialog needs no NumPy."""

from __future__ import annotations

OPEN_SUFFIXES = (
    "png", "jpg", "jpeg", "tif", "tiff", "webp", "bmp", "gif", "ppm", "pgm", "avif", "heic", "jp2", "tga", "ico",
)  # fmt: skip


def open_filter() -> str:
    """The filter of the open dialog: pictures first, then everything, because contents decide and not names."""
    return f"Pictures ({' '.join(f'*.{s}' for s in OPEN_SUFFIXES)});;All files (*)"
