"""`cnnstudio activations`: the maps of a layer for a picture, as the window's mosaic or as raw values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cnnstudio.activations.settings import ActivationSettings
from cnnstudio.commands.layers import CODE, MODEL, MODEL_DEFAULT, TRUST, looked_into
from cnnstudio.commands.options import DEVICE, MAX_MEGAPIXELS, OFFLINE, Common, default, option
from cnnstudio.commands.paths_given import check_file_name, path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.errors import UsageError

if TYPE_CHECKING:
    from cnnstudio.activations import Pass

_ASPECT = 1.5
_own = partial(default, ActivationSettings)

_LAYER = typer.Option("--layer", "-l", metavar="L", help="As `layers` names it.", show_default=False)
_OUTPUT = typer.Option("--output", "-o", metavar="OUT.png", help="The maps as a picture.", show_default=False)
_UNIT = typer.Option("--unit", "-u", metavar="K", help="Only this channel.", show_default=False)
_RAW = typer.Option("--raw", metavar="OUT.npy", help="Also the layer's whole output (C, H, W) float32.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("activations", cls=PlainCommand)(activations)


def activations(
    context: typer.Context,
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="The picture.", show_default=False)],
    layer: Annotated[str, _LAYER],
    output: Annotated[str, _OUTPUT],
    model: Annotated[str, MODEL] = MODEL_DEFAULT,
    unit: Annotated[int | None, _UNIT] = None,
    raw: Annotated[str | None, _RAW] = None,
    scale: Annotated[str, option(ActivationSettings, "scale")] = _own("scale"),
    sort: Annotated[str, option(ActivationSettings, "sort")] = _own("sort"),
    gamma: Annotated[float, option(ActivationSettings, "gamma")] = _own("gamma"),
    code: Annotated[str | None, CODE] = None,
    trust: Annotated[bool, TRUST] = False,
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
) -> None:
    """Show what a layer of a network makes of a picture: all its maps, or the one of a unit."""
    from cnnstudio.activations import contributions, displayed, run_through
    from cnnstudio.commands.batch import reader
    from cnnstudio.commands.results import write_result
    from cnnstudio.engine import choose_device, run_now

    common = Common.of(context, device, max_megapixels)
    out = path_given("--output", output)
    check_file_name(out)
    raw_out = None if raw is None else path_given("--raw", raw)
    if raw_out is not None:
        check_file_name(raw_out, [".npy"])
    torch_device = choose_device(common.device or "cpu")
    subject = looked_into(code or model, torch_device, offline, trust)
    found = subject.layer(layer)
    if unit is not None and not 0 <= unit < found.channels:
        raise UsageError(f"--unit is {unit}; {layer} has the units 0 to {found.channels - 1}.")
    settings = ActivationSettings(
        model=subject.name, layer=layer, unit=-1 if unit is None else unit, scale=scale, sort=sort, gamma=gamma
    )
    picture = reader(common.max_megapixels)(path_given("IMAGE", image))
    made: Pass = run_now(run_through, subject, picture.pixels, frozenset([layer]), device=torch_device)
    added = None
    if sort == "contribution" and unit is None:
        added = run_now(contributions, subject, picture.pixels, layer, settings.target, device=torch_device)
    shown = displayed(settings, made, _ASPECT, added)
    targets = (out,) if raw_out is None else (out, raw_out)
    write_result("activations", settings, picture, shown, targets, made.maps[layer])
