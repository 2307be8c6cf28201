"""`cnnstudio dream`: the picture that excites a unit or a class of a network most."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cnnstudio.activations.dream_settings import DreamSettings
from cnnstudio.commands.layers import MODEL, MODEL_DEFAULT, looked_into
from cnnstudio.commands.options import DEVICE, JSON, OFFLINE, Common, default, option
from cnnstudio.commands.paths_given import check_file_name, path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.errors import UsageError
from cnnstudio.settings import check

if TYPE_CHECKING:
    from cnnstudio.activations import Dream

_own = partial(default, DreamSettings)

_LAYER = typer.Option("--layer", "-l", metavar="L", help="As `layers` names it.", show_default=False)
_UNIT = typer.Option("--unit", "-u", metavar="K", help="The channel of the layer.", show_default=False)
_CLASS = typer.Option("--class", "-c", metavar="N", help="A class instead of a unit.", show_default=False)
_OUTPUT = typer.Option("--output", "-o", metavar="OUT.png", help="The picture.", show_default=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dream", cls=PlainCommand)(dream_picture)


def dream_picture(
    context: typer.Context,
    output: Annotated[str, _OUTPUT],
    model: Annotated[str, MODEL] = MODEL_DEFAULT,
    layer: Annotated[str | None, _LAYER] = None,
    unit: Annotated[int | None, _UNIT] = None,
    target: Annotated[int | None, _CLASS] = None,
    steps: Annotated[int, option(DreamSettings, "steps")] = _own("steps"),
    rate: Annotated[float, option(DreamSettings, "rate")] = _own("rate"),
    size: Annotated[int, option(DreamSettings, "size")] = _own("size"),
    seed: Annotated[int, option(DreamSettings, "seed")] = _own("seed"),
    decorrelate: Annotated[
        bool, typer.Option("--decorrelate/--no-decorrelate", help="Colours change together as in photos.")
    ] = _own("decorrelate"),
    jitter: Annotated[int, option(DreamSettings, "jitter")] = _own("jitter"),
    scale: Annotated[float, option(DreamSettings, "scale")] = _own("scale"),
    turn: Annotated[float, option(DreamSettings, "turn")] = _own("turn"),
    as_json: Annotated[bool, JSON] = False,
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
) -> None:
    """Make the picture that excites a unit of a layer, or a class, as much as possible."""
    from cnnstudio.activations import check_dream, dream
    from cnnstudio.commands.results import write_result
    from cnnstudio.engine import choose_device, run_now

    check_goal(layer, unit, target)
    out = path_given("--output", output)
    check_file_name(out)
    torch_device = choose_device(Common.of(context, device, None, offline).device or "cpu")
    subject = looked_into(model, torch_device, offline)
    settings = DreamSettings(
        subject.name, layer or "", unit or 0, -1 if target is None else target, steps, rate, size, seed, decorrelate,
        jitter, scale, turn,
    )  # fmt: skip
    check(settings)
    check_dream(settings, subject)
    said: list[str] = []
    made: Dream = run_now(dream, settings, subject, device=torch_device, title=out.name, on_notice=said.append)
    write_result("activations", settings, None, made.pixels, [out])
    for words in said:
        typer.echo(f"cnnstudio: {words}", err=True)
    goal = subject.labels[settings.target] if target is not None else f"unit {settings.unit} of {settings.layer}"
    if as_json:
        row = {
            "model": subject.name, "goal": goal, "steps": made.step, "start": round(made.start, 6),
            "activation": round(made.activation, 6), "output": str(out),
        }  # fmt: skip
        typer.echo(json.dumps(row, indent=1))
    else:
        typer.echo(f"{goal}: {made.start:.4g} → {made.activation:.4g}, {out}")


def check_goal(layer: str | None, unit: int | None, target: int | None) -> None:
    """Raise UsageError unless there is a layer and a unit, or a class."""
    if target is not None:
        if layer is not None or unit is not None:
            raise UsageError("--class goes without --layer and --unit. Leave one or the other out.")
        if target < 0:
            raise UsageError(f"--class is {target}; it must be 0 or more.")
    elif layer is None or unit is None:
        raise UsageError("Give --layer and --unit, or --class. See: cnnstudio layers.")
    elif unit < 0:
        raise UsageError(f"--unit is {unit}; it must be 0 or more.")
