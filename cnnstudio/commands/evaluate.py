"""`cnnstudio evaluate`: detections against ground truth, in COCO's measure."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.commands.options import JSON, default, option
from cnnstudio.commands.paths_given import path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.detection.settings import DetectionSettings

if TYPE_CHECKING:
    from cnnstudio.detection.evaluation import ClassEvaluation, Evaluation

_own = partial(default, DetectionSettings)

_DETECTIONS = typer.Argument(
    metavar="DETECTIONS.json", show_default=False, help="A list of results in COCO's form, as `detect --export` makes."
)
_TRUTH = typer.Argument(metavar="TRUTH.json", show_default=False, help="A data set in COCO's form.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", cls=PlainCommand)(evaluate_detections)


def evaluate_detections(
    detections: Annotated[str, _DETECTIONS],
    truth: Annotated[str, _TRUTH],
    matching: Annotated[float, option(DetectionSettings, "matching", note="For F1 alone.")] = _own("matching"),
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Tell how good detections are: AP of every class and mAP, equal to pycocotools."""
    from cnnstudio.detection import evaluate, read_coco_results, read_coco_truth

    found = read_coco_results(path_given("DETECTIONS.json", detections))
    made = evaluate(found, read_coco_truth(path_given("TRUTH.json", truth)), matching=matching)
    for note in made.notes:
        typer.echo(f"cnnstudio: {note}", err=True)
    if as_json:
        typer.echo(json.dumps(plain(made), indent=1))
        return
    typer.echo(f"mAP50 {_words(made.map50)}  mAP50-95 {_words(made.map50_95)}")
    for each in made.classes:
        row = row_of(each)
        numbers = f"AP50 {_words(row['AP50'])}  AP50-95 {_words(row['AP50_95'])}"
        typer.echo(f"{each.name:<16} {numbers}  best F1 {row['best_f1']:.3f} above {row['best_score']:.3f}")


def plain(made: Evaluation) -> dict[str, Any]:
    """An evaluation as `--json` prints it; null where a class, or all, have no true object."""
    return {
        "mAP50": made.map50,
        "mAP50_95": made.map50_95,
        "classes": {each.name: row_of(each) for each in made.classes},
    }


def row_of(one: ClassEvaluation) -> dict[str, Any]:
    """A class: its AP, how many objects and detections there are, and the score threshold with the highest F1."""
    threshold, f1 = one.curve.best_f1()
    return {
        "id": one.id,
        "AP50": None if one.ap is None else float(one.ap[0]),
        "AP50_95": None if one.ap is None else float(one.ap.mean()),
        "truths": one.curve.truths,
        "detections": one.detections,
        "best_score": threshold,
        "best_f1": f1,
    }


def _words(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"
