"""`cnnstudio where` and `cnnstudio clear-cache`: the folders that are kept between runs."""

from __future__ import annotations

import typer

from cnnstudio import paths
from cnnstudio.commands.plain_help import PlainCommand


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("where", cls=PlainCommand)(where)
    app.command("clear-cache", cls=PlainCommand)(clear_cache)


def where() -> None:
    """Show the folders of settings, data, cache and log."""
    for name, folder in paths.folders().named().items():
        typer.echo(f"{name + ':':8}{folder}{'' if folder.exists() else '  (not there yet)'}")
    typer.echo(f"Set {paths.HOME_VARIABLE} to move them all under one folder.")


def clear_cache() -> None:
    """Empty the cache. Settings, session, own kernels and models stay."""
    places = paths.folders()
    freed = paths.clear_caches(places)
    typer.echo(f"Freed {freed / 1e6:.1f} MB in {places.cache}.")
