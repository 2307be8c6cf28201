"""`cnnstudio classify`: the best classes of pictures, for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.classification.settings import ClassifySettings
from cnnstudio.commands.options import DEVICE, JSON, MAX_MEGAPIXELS, OFFLINE, Common, default, described, field, option
from cnnstudio.commands.paths_given import path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.errors import UsageError

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.commands.naming import Item
    from cnnstudio.imaging.picture import Picture


_ENSEMBLE = typer.Option(
    "--ensemble", metavar="A,B", show_default=False, help=described(field(ClassifySettings, "ensemble"))
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("classify", cls=PlainCommand)(classify_pictures)


def classify_pictures(
    context: typer.Context,
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE", help="Pictures, or folders of them.", show_default=False)
    ],
    model: Annotated[str, option(ClassifySettings, "model")] = default(ClassifySettings, "model"),
    top: Annotated[int, option(ClassifySettings, "top")] = default(ClassifySettings, "top"),
    ten_crop: Annotated[
        bool, typer.Option("--ten-crop", help=described(field(ClassifySettings, "ten_crop")))
    ] = default(ClassifySettings, "ten_crop"),
    ensemble: Annotated[str | None, _ENSEMBLE] = None,
    as_json: Annotated[bool, JSON] = False,
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
) -> None:
    """Tell what a trained network sees in pictures: its best classes and their scores."""
    from cnnstudio.classification import classify, members_of
    from cnnstudio.commands.batch import Batch, reader
    from cnnstudio.commands.fetch_progress import ensured
    from cnnstudio.commands.naming import without_targets
    from cnnstudio.engine import choose_device, run_now

    common = Common.of(context, device, max_megapixels, offline)
    settings = ClassifySettings(model, top, ten_crop, names_in(ensemble, model, context))
    members = members_of(settings)
    torch_device = choose_device(common.device or "cpu")
    items = without_targets([path_given("IMAGE", each) for each in images])
    for each in members:
        ensured(each.name)
    rows: list[dict[str, Any]] = []

    def compute(picture: Picture) -> Classes:
        return run_now(classify, settings, picture.pixels, device=torch_device, title=picture.name)  # type: ignore[no-any-return]

    def say(found: Classes, item: Item) -> None:
        if as_json:
            rows.append(row_of(item.source, found))
        else:
            typer.echo(lines_of(item.source, found))

    code = Batch(reader(common.max_megapixels), compute, say).run(items)
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
    if code:
        raise typer.Exit(code)


def names_in(ensemble: str | None, model: str, context: typer.Context) -> tuple[str, ...]:
    """The networks of `--ensemble A,B`; UsageError where none is named, or `--model` names another one."""
    if ensemble is None:
        return ()
    names = tuple(each.strip() for each in ensemble.split(",") if each.strip())
    if not names:
        raise UsageError("--ensemble names no network. Name two or more, such as --ensemble resnet18,vgg16.")
    said = context.get_parameter_source("model")
    if said is not None and said.name == "COMMANDLINE" and model not in names:
        raise UsageError(f"--ensemble is asked instead of --model. Leave --model out, or add {model} to the ensemble.")
    return names


def row_of(image: Path, found: Classes) -> dict[str, Any]:
    """One picture as `--json` has it."""
    row: dict[str, Any] = {"image": str(image), "top": _top(found)}
    if found.votes:
        row["votes"] = [{"model": each.model, "top": _top(each)} for each in found.votes]
    if found.crops:
        row["crops"] = [[round(value, 3) for value in box] for box in found.crops]
    return row


def _top(found: Classes) -> list[dict[str, Any]]:
    top = zip(found.labels, found.indices, found.scores, strict=True)
    return [{"label": label, "index": index, "score": round(score, 6)} for label, index, score in top]


def lines_of(image: Path, found: Classes) -> str:
    """One picture for people: its name, then a line a class with the score in per cent, then each network's vote."""
    lines = [f"{score:7.1%}  {label}" for label, score in zip(found.labels, found.scores, strict=True)]
    lines += [f"    {each.model}: {each.labels[0]} ({each.scores[0]:.1%})" for each in found.votes]
    return "\n".join([str(image), *lines])
