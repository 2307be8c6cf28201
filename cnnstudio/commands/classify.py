"""`cnnstudio classify`: the best classes of pictures, for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.classification.settings import ClassifySettings
from cnnstudio.commands.options import DEVICE, JSON, MAX_MEGAPIXELS, OFFLINE, Common, default, option
from cnnstudio.commands.paths_given import path_given
from cnnstudio.commands.plain_help import PlainCommand

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.commands.naming import Item
    from cnnstudio.imaging.picture import Picture


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
    as_json: Annotated[bool, JSON] = False,
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
) -> None:
    """Tell what a trained network sees in pictures: its best classes and their scores."""
    from cnnstudio.classification import classifier_named, classify
    from cnnstudio.commands.batch import Batch, reader
    from cnnstudio.commands.fetch_progress import ensured
    from cnnstudio.commands.naming import without_targets
    from cnnstudio.engine import choose_device, run_now

    common = Common.of(context, device, max_megapixels, offline)
    settings = ClassifySettings(classifier_named(model).name, top)
    torch_device = choose_device(common.device or "cpu")
    items = without_targets([path_given("IMAGE", each) for each in images])
    ensured(settings.model)
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


def row_of(image: Path, found: Classes) -> dict[str, Any]:
    """One picture as `--json` has it."""
    top = zip(found.labels, found.indices, found.scores, strict=True)
    return {
        "image": str(image),
        "top": [{"label": label, "index": index, "score": round(score, 6)} for label, index, score in top],
    }


def lines_of(image: Path, found: Classes) -> str:
    """One picture for people: its name, then a line a class with the score in per cent."""
    lines = [f"{score:7.1%}  {label}" for label, score in zip(found.labels, found.scores, strict=True)]
    return "\n".join([str(image), *lines])
