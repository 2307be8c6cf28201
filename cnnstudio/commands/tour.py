"""`cnnstudio tour`: every panel at work on the sample pictures, rendered off-screen to PNG files."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from cnnstudio.commands.options import OFFLINE
from cnnstudio.commands.paths_given import make_folder, path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.errors import ModelError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tour", cls=PlainCommand)(tour)


def tour(
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="DIR", help="Folder for the pictures; made if missing.")
    ],
    quick: Annotated[bool, typer.Option("--quick", help="One picture a panel.")] = False,
    offline: Annotated[bool, OFFLINE] = False,
) -> None:
    """Render every panel at work on the sample pictures to PNG files (1440×900), without a screen.

    Trained networks that are missing are fetched first; where they cannot be had, the panels show that they are empty.
    """
    from cnnstudio.launch import check_qt
    from cnnstudio.models.ensuring import set_offline

    folder = path_given("--out", out)
    make_folder(folder)
    if offline:
        set_offline(True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_qt()
    # One picture a panel needs nothing but what comes with CNN Studio.
    if not quick:
        _have_networks()
    from cnnstudio.gui.tour import render_tour

    for picture in render_tour(folder, quick=quick):
        typer.echo(str(picture))


def _have_networks() -> None:
    """Fetch what the panels need; what cannot be had is said and does not stop the tour."""
    from cnnstudio.commands.fetch_progress import ensured
    from cnnstudio.models.catalogue import recommended

    for model in recommended():
        try:
            ensured(model.name)
        except ModelError as error:
            typer.echo(f"cnnstudio: {error}", err=True)
