"""`cnnstudio explain`: where in pictures a network finds the evidence for a class."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.activations.explain_settings import ExplainSettings
from cnnstudio.commands.layers import MODEL, MODEL_DEFAULT, looked_into
from cnnstudio.commands.options import DEVICE, JSON, MAX_MEGAPIXELS, OFFLINE, Common, default, option
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.settings import check

if TYPE_CHECKING:
    import numpy as np

    from cnnstudio.activations import Evidence
    from cnnstudio.commands.naming import Item
    from cnnstudio.imaging.picture import Picture

_own = partial(default, ExplainSettings)

_CLASS = typer.Option("--class", "-c", metavar="N", show_default=False,
    help="The index of the class, as `classify --json` tells it. Default: the best one.")  # fmt: skip
_LAYER = typer.Option("--layer", "-l", metavar="L", show_default=False,
    help="Of Grad-CAM, as `layers` names it. Default: the last one with maps.")  # fmt: skip
_OUTPUT = typer.Option("--output", "-o", metavar="OUT", show_default=False,
    help="The photo with the evidence over it; for several photos or a folder: a folder, made if missing.")  # fmt: skip
_RAW = typer.Option("--raw", metavar="OUT.npy", show_default=False,
    help="Also the evidence (rows, columns) float32, in the pixels of the network's input.")  # fmt: skip


@dataclass(frozen=True)
class Explained:
    """A picture with its evidence. `notes`: what the person should know of how it was found."""

    picture: Picture
    evidence: Evidence
    shown: np.ndarray
    notes: tuple[str, ...]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", cls=PlainCommand)(explain_pictures)


def explain_pictures(
    context: typer.Context,
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE", help="Pictures, or folders of them.", show_default=False)
    ],
    output: Annotated[str, _OUTPUT],
    model: Annotated[str, MODEL] = MODEL_DEFAULT,
    method: Annotated[str, option(ExplainSettings, "method")] = _own("method"),
    target: Annotated[int | None, _CLASS] = None,
    layer: Annotated[str, _LAYER] = "",
    opacity: Annotated[float, option(ExplainSettings, "opacity")] = _own("opacity"),
    window: Annotated[int, option(ExplainSettings, "window")] = _own("window"),
    step: Annotated[int, option(ExplainSettings, "step")] = _own("step"),
    raw: Annotated[str | None, _RAW] = None,
    as_json: Annotated[bool, JSON] = False,
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
) -> None:
    """Show which places of a picture speak for a class, by Grad-CAM, occlusion or gradients."""
    from cnnstudio.activations import check_request, explain, overlaid_evidence
    from cnnstudio.commands.batch import Batch, reader
    from cnnstudio.commands.filters import planned
    from cnnstudio.commands.naming import make_folders
    from cnnstudio.commands.results import write_result
    from cnnstudio.engine import choose_device, run_now

    common = Common.of(context, device, max_megapixels, offline)
    items = planned(images, output, raw)
    torch_device = choose_device(common.device or "cpu")
    given = -1 if target is None else check_index(target)
    settings = ExplainSettings(model, method, given, layer, opacity, window, step)
    check(settings)
    subject = looked_into(model, torch_device, offline)
    settings = replace(settings, model=subject.name)
    check_request(settings, subject)
    make_folders(items)
    rows: list[dict[str, Any]] = []

    def compute(picture: Picture) -> Explained:
        said: list[str] = []
        evidence = run_now(
            explain, settings, subject, picture.pixels, device=torch_device, title=picture.name, on_notice=said.append
        )
        notes = (*said, *_in_words(evidence))
        return Explained(picture, evidence, overlaid_evidence(evidence, picture.pixels, settings.opacity), notes)

    def write(made: Explained, item: Item) -> None:
        told = replace(settings, target=made.evidence.target.index, layer=made.evidence.layer)
        write_result("activations", told, made.picture, made.shown, item.targets, made.evidence.heat)
        rows.append(row_of(made, item))

    code = Batch(reader(common.max_megapixels), compute, write).run(items)
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
    if code:
        raise typer.Exit(code)


def check_index(target: int) -> int:
    """A class's index as it was given; UsageError for a negative one, which means "the best" only inside."""
    from cnnstudio.errors import UsageError

    if target < 0:
        raise UsageError(f"--class is {target}; it must be 0 or more.")
    return target


def row_of(made: Explained, item: Item) -> dict[str, Any]:
    """One picture as `--json` has it."""
    evidence = made.evidence
    target = evidence.target
    row: dict[str, Any] = {
        "image": str(item.source), "model": evidence.model, "method": evidence.method,
        "class": {"label": target.label, "index": target.index, "score": round(target.score, 6)},
        "output": str(item.targets[0]),
    }  # fmt: skip
    return row | ({"layer": evidence.layer} if evidence.layer else {})


def _in_words(evidence: Evidence) -> tuple[str, ...]:
    said = f"evidence for {evidence.target.label} ({evidence.target.score:.1%})"
    return (f"{said} in {evidence.layer}" if evidence.layer else said,)
