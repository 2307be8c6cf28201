"""`cnnstudio detect`: objects in pictures, for scripts and batches."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio import __version__
from cnnstudio.commands.options import (
    DEVICE,
    JSON,
    MAX_MEGAPIXELS,
    OFFLINE,
    Common,
    default,
    one_of,
    option,
)
from cnnstudio.commands.paths_given import check_file_name, path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.detection.settings import DetectionSettings
from cnnstudio.errors import UsageError
from cnnstudio.settings import to_plain

if TYPE_CHECKING:
    from cnnstudio.commands.naming import Item
    from cnnstudio.commands.sharing import Together
    from cnnstudio.detection import Candidates, Detections, Truth
    from cnnstudio.imaging.picture import Picture

_own = partial(default, DetectionSettings)

_FORMATS = ("coco", "yolo", "voc", "csv")
_OUTPUT = typer.Option(
    "--output", "-o", metavar="OUT", show_default=False,
    help="The picture with its boxes; for several pictures or a folder: a folder, made if missing.",
)  # fmt: skip
_NMS = option(DetectionSettings, "method", flag="--nms")
_CLASSES = typer.Option("--classes", metavar="person,car", show_default=False, help="Only these classes.")
_EXPORT = typer.Option(
    "--export", metavar="FILE", show_default=False,
    help="Also write all boxes as other tools read them; for yolo and voc a folder. Without --score it keeps "
         "everything above 0.001.",
)  # fmt: skip
_FORMAT = typer.Option(
    "--format", metavar="|".join(_FORMATS), parser=one_of("--format", _FORMATS), help="The form of the export."
)
_TRUTH = typer.Option(
    "--truth", metavar="TRUTH.json", show_default=False,
    help="With a coco export: take the ids of pictures and classes from this ground truth, by their names.",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What one picture became: `shown` for people, `exported` for the file, both of the same candidates."""

    picture: Picture
    shown: Detections
    exported: Detections | None
    notes: tuple[str, ...] = ()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("detect", cls=PlainCommand)(detect_objects)


def detect_objects(
    context: typer.Context,
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE", help="Pictures, or folders of them.", show_default=False)
    ],
    model: Annotated[str, option(DetectionSettings, "model")] = _own("model"),
    score: Annotated[float | None, option(DetectionSettings, "score", note="Default: 0.6.")] = None,
    iou: Annotated[float, option(DetectionSettings, "iou")] = _own("iou"),
    nms: Annotated[str, _NMS] = _own("method"),
    sigma: Annotated[float, option(DetectionSettings, "sigma")] = _own("sigma"),
    agnostic: Annotated[bool, option(DetectionSettings, "agnostic")] = _own("agnostic"),
    count: Annotated[int, option(DetectionSettings, "count")] = _own("count"),
    classes: Annotated[str | None, _CLASSES] = None,
    as_json: Annotated[bool, JSON] = False,
    output: Annotated[str | None, _OUTPUT] = None,
    export_to: Annotated[str | None, _EXPORT] = None,
    kind: Annotated[str, _FORMAT] = "coco",
    truth: Annotated[str | None, _TRUTH] = None,
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
) -> None:
    """Find objects in pictures with a trained network; under `torchrun` the processes share the pictures."""
    from cnnstudio.commands.naming import make_folders
    from cnnstudio.commands.ranks import current_rank
    from cnnstudio.commands.sharing import together
    from cnnstudio.detection import detector_named
    from cnnstudio.engine import choose_device

    common = Common.of(context, device, max_megapixels, offline)
    settings = DetectionSettings(
        model=detector_named(model).name, score=_own("score") if score is None else score, iou=iou, method=nms,
        sigma=sigma, agnostic=agnostic, count=count,
    )  # fmt: skip
    settings = replace(settings, classes_off=classes_off(settings.model, classes))
    rank = current_rank()
    torch_device = choose_device(rank.device(common.device or "cpu"))
    items = planned(images, output)
    export = _export_planned(export_to, kind, truth, score)
    with together(rank) as processes:
        processes.first(lambda: _ensure(settings.model))
        make_folders(items)
        computing = computation(settings, export, torch_device, rank.threads)
        code = _run(items, computing, settings, export, processes, as_json, output is not None, common)
    if code:
        raise typer.Exit(code)


@dataclass(frozen=True)
class Export:
    """Where the boxes of all pictures go, in which form, above which score (None: as shown), with whose ids."""

    path: Path
    kind: str
    score: float | None
    truth: Truth | None


def _export_planned(words: str | None, kind: str, truth: str | None, score: float | None) -> Export | None:
    if words is None:
        if truth is not None:
            raise UsageError("--truth gives an export its ids; name a file with --export.")
        return None
    if truth is not None and kind != "coco":
        raise UsageError(f"--truth gives a coco export its ids; a {kind} export has names instead.")
    from cnnstudio.detection import read_coco_truth
    from cnnstudio.detection.exporting import EXPORTED_SCORE

    ids = None if truth is None else read_coco_truth(path_given("--truth", truth))
    return Export(path_given("--export", words), kind, EXPORTED_SCORE if score is None else None, ids)


def classes_off(model: str, words: str | None) -> tuple[str, ...]:
    """The classes that a list of those wanted leaves out; UsageError for a name that the network does not know."""
    if words is None:
        return ()
    from cnnstudio.detection import class_ids_of
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.labels import labels_of

    wanted = tuple(word for word in words.split(",") if word.strip())
    if not wanted:
        raise UsageError('--classes is ""; name classes with commas between, such as person,car.')
    labels = labels_of(model_named(model))
    kept = set(class_ids_of(wanted, labels))
    return tuple(label for index, label in enumerate(labels) if index not in kept)


def planned(images: Sequence[str], output: str | None) -> list[Item]:
    """Which picture goes where; without `output` nothing is written for each."""
    from cnnstudio.commands.naming import plan, without_targets

    paths = [path_given("IMAGE", each) for each in images]
    if output is None:
        return without_targets(paths)
    items = plan(paths, path_given("--output", output))
    if not items[0].in_folder:
        check_file_name(items[0].targets[0])
    return items


def _ensure(model: str) -> None:
    from cnnstudio.commands.fetch_progress import ensured

    ensured(model)


def computation(
    settings: DetectionSettings, export: Export | None, device: str, threads: int | None
) -> Callable[[Picture], Result]:
    """Detection as a function of a picture; one pass of the network for what is shown and what is exported."""
    from cnnstudio.detection import detections_of, propose, suppress
    from cnnstudio.engine import run_now

    def compute(picture: Picture) -> Result:
        said: list[str] = []
        candidates: Candidates = run_now(
            propose, settings, picture.pixels, device=device, title=picture.name, threads=threads,
            on_notice=said.append,
        )  # fmt: skip
        shown = detections_of(picture.name, candidates, suppress(candidates, settings))
        exported = None
        if export is not None:
            lower = settings if export.score is None else replace(settings, score=export.score)
            exported = detections_of(picture.name, candidates, suppress(candidates, lower))
        return Result(picture, shown, exported, (*said, *shown.notes))

    return compute


def _run(
    items: list[Item], compute: Callable[[Picture], Result], settings: DetectionSettings, export: Export | None,
    processes: Together, as_json: bool, drawing: bool, common: Common,
) -> int:  # fmt: skip
    """Work through this process's share; the first process prints and exports what all of them found."""
    from cnnstudio.commands.batch import Batch, reader

    shown: dict[str, dict[str, Any]] = {}
    exported: dict[str, Detections] = {}
    plain = not (as_json or drawing or export)

    def write(result: Result, item: Item) -> None:
        _write_one(result, item, settings, plain)
        if as_json:
            from cnnstudio.detection.detections import row_of

            shown[str(item.source)] = {**row_of(result.shown), "image": str(item.source)}
        if result.exported is not None:
            exported[str(item.source)] = replace(result.exported, image=str(item.source))

    code = Batch(reader(common.max_megapixels), compute, write).run(items, rank=processes.rank)
    everything = processes.gathered((shown, exported))
    _finish(everything, items, export, processes, as_json)
    return code


def _write_one(result: Result, item: Item, settings: DetectionSettings, plain: bool) -> None:
    if item.targets:
        from cnnstudio.detection import drawn
        from cnnstudio.imaging.recipes import Recipe
        from cnnstudio.imaging.saving import save_picture

        picture = result.picture
        recipe = Recipe("detection", to_plain(settings), picture.name, picture.sha256, __version__)
        save_picture(drawn(picture.pixels, result.shown), item.targets[0], recipe=recipe)
    if plain:
        typer.echo(lines_of(item.source, result.shown))


def _finish(
    everything: list[tuple[dict[str, dict[str, Any]], dict[str, Detections]]], items: list[Item],
    export: Export | None, processes: Together, as_json: bool,
) -> None:  # fmt: skip
    """In the first process: all rows and all exported boxes, in the order of the pictures."""
    order = [str(item.source) for item in items]
    if as_json and everything:
        rows = {name: row for part, _ in everything for name, row in part.items()}
        typer.echo(json.dumps([rows[name] for name in order if name in rows], indent=1))
    if export is not None:
        held = {name: found for _, part in everything for name, found in part.items()}
        processes.first(lambda: _export([held[name] for name in order if name in held], export))


def _export(found: list[Detections], export: Export) -> None:
    from cnnstudio.detection import export as write_export

    for note in write_export(found, export.path, export.kind, export.truth):
        typer.echo(f"cnnstudio: {export.path}: {note}", err=True)


def lines_of(image: Path, found: Detections) -> str:
    """One picture for people: its name, then a line an object with score, class and box."""
    lines = []
    for number in range(len(found)):
        corners = " ".join(f"{each:.0f}" for each in found.boxes[number])
        lines.append(f"{found.scores[number]:7.1%}  {found.label(number):<14} {corners}")
    return "\n".join([str(image), *(lines or ["  no object above the score threshold"])])
