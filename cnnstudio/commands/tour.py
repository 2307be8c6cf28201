"""`cnnstudio tour`: every panel at work on the sample pictures, rendered off-screen to PNG files."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from cnnstudio.commands.paths_given import make_folder, path_given
from cnnstudio.commands.plain_help import PlainCommand


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tour", cls=PlainCommand)(tour)


def tour(
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="DIR", help="Folder for the pictures; made if missing.")
    ],
    quick: Annotated[bool, typer.Option("--quick", help="One picture a panel.")] = False,
) -> None:
    """Render every panel at work on the sample pictures to PNG files (1440×900), without a screen."""
    from cnnstudio.launch import check_qt

    folder = path_given("--out", out)
    make_folder(folder)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_qt()
    from cnnstudio.gui.tour import render_tour

    for picture in render_tour(folder, quick=quick):
        typer.echo(str(picture))
