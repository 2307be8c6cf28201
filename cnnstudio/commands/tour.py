"""`cnnstudio tour`: every panel at work on the sample pictures, rendered off-screen to PNG files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cnnstudio.errors import StudioError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tour")(tour)


def tour(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the pictures; made if missing.")
    ],
    quick: Annotated[bool, typer.Option("--quick", help="One picture a panel.")] = False,
) -> None:
    """Render every panel at work on the sample pictures to PNG files (1440×900), without a screen."""
    from cnnstudio.launch import check_qt
    from cnnstudio.paths import made

    if out.exists() and not out.is_dir():
        raise StudioError(f"{out}: is a file; --out needs a folder.")
    made(out)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_qt()
    from cnnstudio.gui.tour import render_tour

    for picture in render_tour(out, quick=quick):
        typer.echo(str(picture))
