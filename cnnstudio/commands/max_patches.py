"""`cnnstudio max-patches`: the patches of a folder's pictures that excite every unit of a network most."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.activations.patch_settings import PatchSettings
from cnnstudio.activations.settings import ActivationSettings
from cnnstudio.commands.layers import looked_into
from cnnstudio.commands.options import DEVICE, JSON, MAX_MEGAPIXELS, OFFLINE, Common, default, option
from cnnstudio.commands.paths_given import check_file_name, path_given
from cnnstudio.commands.plain_help import PlainCommand, PlainGroup
from cnnstudio.errors import StudioError, UsageError

if TYPE_CHECKING:
    from cnnstudio.activations import Subject
    from cnnstudio.activations.patch_index import PatchIndex
    from cnnstudio.activations.patches import Patch
    from cnnstudio.activations.scan_plans import ScanPlan
    from cnnstudio.commands.sharing import Together

_own = partial(default, PatchSettings)

_INDEX = typer.Argument(metavar="INDEX", help="A folder that `scan` or `merge` made.", show_default=False)
_LAYERS = typer.Option(
    "--layers", metavar="L1,L2", show_default=False, help="As `layers` names them. Default: all convolutions."
)
_TARGET = typer.Option("--output", "-o", metavar="INDEX", help="A new folder for the index.", show_default=False)
_RESUME = typer.Option("--resume", help="Go on with a scan that was cut off.")


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(
        cls=PlainGroup, no_args_is_help=True, help="The patches that excite a network's units most: scan, show, merge."
    )
    for name, command in (("scan", scan), ("show", show), ("merge", merge)):
        group.command(name, cls=PlainCommand)(command)
    app.add_typer(group, name="max-patches")


def scan(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="A folder of pictures.", show_default=False)],
    output: Annotated[str, _TARGET],
    model: Annotated[str, option(PatchSettings, "model")] = _own("model"),
    layers: Annotated[str | None, _LAYERS] = None,
    resume: Annotated[bool, _RESUME] = False,
    per_image: Annotated[int, option(PatchSettings, "per_image")] = _own("per_image"),
    batch: Annotated[int, option(PatchSettings, "batch")] = _own("batch"),
    offline: Annotated[bool, OFFLINE] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
) -> None:
    """Find the nine strongest positions of every unit in one pass over a folder.

    Under `torchrun` the processes share the pictures out and write one index.
    """
    from cnnstudio.activations.scan_plans import scan_plan
    from cnnstudio.commands.ranks import current_rank
    from cnnstudio.commands.sharing import together
    from cnnstudio.engine import choose_device

    common = Common.of(context, device, max_megapixels)
    settings = PatchSettings(model, _named(layers), per_image, batch)
    rank = current_rank()
    torch_device = choose_device(rank.device(common.device or "cpu"))
    limit = None if common.max_megapixels is None else max(1, round(common.max_megapixels * 1e6))
    plan = scan_plan(
        settings, path_given("FOLDER", folder), path_given("--output", output),
        rank=rank.index, world=rank.world, max_pixels=limit,
    )  # fmt: skip
    with together(rank) as processes:
        _scan(plan, processes, torch_device, resume, offline)


def _named(layers: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (layers or "").split(",") if name.strip())
    if layers is not None and not names:
        raise UsageError('--layers is ""; name layers, as `cnnstudio layers` lists them, with commas between.')
    return names


def _scan(plan: ScanPlan, processes: Together, device: str, resume: bool, offline: bool) -> None:
    from cnnstudio.activations.merging import merged
    from cnnstudio.activations.patch_scanner import scanned_layers
    from cnnstudio.activations.scan_plans import claim
    from cnnstudio.activations.scanning import finish, scan_share
    from cnnstudio.commands.scan_progress import scan_shown
    from cnnstudio.engine import run_now

    rank = processes.rank
    names = processes.gathered(plan.names)
    processes.first(lambda: _check_same(names))
    subject = looked_into(plan.settings.model, device, offline)
    # Before the folder is made, so that a wrong name leaves nothing behind.
    scanned_layers(subject, plan.settings.layers)
    if not processes.first(lambda: claim(plan, resume)):
        typer.echo(f"cnnstudio: {plan.target} is finished already.", err=True)
        return

    def subject_on(name: str) -> Subject:
        return subject if name == device else looked_into(plan.settings.model, name, offline)

    prefix = f"[rank {rank.index}/{rank.world}] " if rank.world > 1 else ""
    with scan_shown(prefix) as (progress, say):
        part: PatchIndex = run_now(
            scan_share, plan, subject_on, device=device, title="Maximum patches", threads=rank.threads,
            on_progress=progress, on_notice=say,
        )  # fmt: skip
    parts = processes.gathered(part)
    processes.first(lambda: finish(plan, merged(parts)))
    if rank.index == 0:
        left = sum(len(each.unreadable) for each in parts)
        rest = f"; {left} could not be read, see index.json" if left else ""
        typer.echo(f"{plan.target}: {len(plan.names) - left} pictures{rest}", err=True)


def _check_same(names: list[tuple[str, ...]]) -> None:
    if any(each != names[0] for each in names):
        raise StudioError("The processes see different pictures in the folder. Give all the same ones.")


def show(
    index: Annotated[str, _INDEX],
    layer: Annotated[str, typer.Option("--layer", "-l", metavar="L", help="One of the scanned.", show_default=False)],
    unit: Annotated[int, typer.Option("--unit", "-u", metavar="K", help="Its channel, from 0.", show_default=False)],
    as_json: Annotated[bool, JSON] = False,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="OUT.png", help="The patches as a picture, three by three.")
    ] = None,
) -> None:
    """Show where a unit is excited most: picture, part of the picture, position in the map, activation."""
    from cnnstudio.activations.patch_files import read_index
    from cnnstudio.activations.patches import patches_of

    held = read_index(path_given("INDEX", index))
    found = patches_of(held, layer, unit)
    if output is not None:
        out = path_given("--output", output)
        check_file_name(out)
        _paint(held, layer, unit, found, out)
    if as_json:
        typer.echo(json.dumps([row_of(each) for each in found], indent=1))
    elif output is None:
        for each in found:
            typer.echo(f"{each.activation:12.6g}  {each.image}  {'×'.join(map(str, each.position))}  {list(each.box)}")


def row_of(patch: Patch) -> dict[str, Any]:
    """A patch as `--json` has it."""
    return {
        "image": str(patch.image),
        "box": list(patch.box),
        "position": list(patch.position),
        "activation": patch.activation,
    }


def _paint(index: PatchIndex, layer: str, unit: int, patches: list[Patch], out: Path) -> None:
    from cnnstudio import __version__
    from cnnstudio.activations.patches import sheet
    from cnnstudio.imaging.recipes import Recipe
    from cnnstudio.imaging.saving import save_picture
    from cnnstudio.settings import to_plain

    if not patches:
        raise StudioError(f"Unit {unit} of {layer} has no patches in this index.")
    settings = ActivationSettings(model=index.scanned.network, layer=layer, unit=unit)
    strongest = patches[0]
    sha256 = index.pictures.sha256[strongest.number].tobytes().hex()
    recipe = Recipe("activations", to_plain(settings), strongest.image.name, sha256, __version__)
    save_picture(sheet(index, patches), out, recipe=recipe)


def merge(
    indexes: Annotated[list[str], typer.Argument(metavar="INDEX", help="Two or more indexes.", show_default=False)],
    output: Annotated[str, _TARGET],
) -> None:
    """Join indexes of one network and the same layers: those of parts give that of the whole."""
    from cnnstudio.activations.merging import merged
    from cnnstudio.activations.patch_files import read_index, write_index

    target = path_given("--output", output)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{target} exists. Name a new folder.")
    parts = [read_index(path_given("INDEX", each)) for each in indexes]
    if len(parts) < 2:
        raise UsageError("Name two or more indexes to join.")
    joined = merged(parts)
    write_index(joined, target)
    seen = int((joined.pictures.sizes[:, 0] > 0).sum())
    typer.echo(f"{target}: {seen} pictures", err=True)
