"""`cnnstudio nms`: suppression of boxes that any tool found."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any

import typer

from cnnstudio.commands.options import JSON, default, option
from cnnstudio.commands.paths_given import path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.detection.settings import DetectionSettings

_own = partial(default, DetectionSettings)

_FILE = typer.Argument(
    metavar="BOXES.json", show_default=False,
    help='A list of {"box": [x1, y1, x2, y2], "score", "class_id"}.',
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("nms", cls=PlainCommand)(suppress_boxes)


def suppress_boxes(
    boxes: Annotated[str, _FILE],
    score: Annotated[float, option(DetectionSettings, "score")] = _own("score"),
    iou: Annotated[float, option(DetectionSettings, "iou")] = _own("iou"),
    nms: Annotated[str, option(DetectionSettings, "method", flag="--nms")] = _own("method"),
    sigma: Annotated[float, option(DetectionSettings, "sigma")] = _own("sigma"),
    agnostic: Annotated[bool, option(DetectionSettings, "agnostic")] = _own("agnostic"),
    count: Annotated[int, option(DetectionSettings, "count")] = _own("count"),
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Keep the best of boxes that overlap, and print them, best first.

    A score equal to its threshold drops a box; an IoU equal to its threshold suppresses.
    """
    from cnnstudio.detection import suppress
    from cnnstudio.detection.from_files import as_candidates, read_boxes

    path = path_given("BOXES.json", boxes)
    given = read_boxes(path)
    settings = DetectionSettings(score=score, iou=iou, method=nms, sigma=sigma, agnostic=agnostic, count=count)
    kept = suppress(as_candidates(given), settings)
    for note in kept.notes:
        typer.echo(f"cnnstudio: {path}: {note}", err=True)
    rows: list[dict[str, Any]] = [
        {"index": index, "box": box, "score": value, "class_id": int(given.class_ids[index])}
        for index, box, value in zip(kept.index.tolist(), kept.boxes.tolist(), kept.scores.tolist(), strict=True)
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        corners = " ".join(f"{each:g}" for each in row["box"])
        typer.echo(f"{row['index']:6}  {row['score']:.4f}  class {row['class_id']}  {corners}")
