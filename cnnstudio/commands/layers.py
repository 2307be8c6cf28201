"""`cnnstudio layers`: the layers of a network in order of execution, with shapes and receptive fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio.activations.settings import ActivationSettings
from cnnstudio.commands.options import JSON, OFFLINE, default, option
from cnnstudio.commands.plain_help import PlainCommand

if TYPE_CHECKING:
    from cnnstudio.activations import Subject
    from cnnstudio.networks.layers import Layer

MODEL = option(
    ActivationSettings, "model", note="Your own: ARCHITECTURE@FILE.pth, FILE.pt2 or FILE.py:function with --trust."
)
CODE = typer.Option(
    "--code", metavar="FILE.py:function", show_default=False, help="Your own network: Python code that returns it."
)
TRUST = typer.Option("--trust", help="Let a program of yours run: it can do anything to this computer.")
MODEL_DEFAULT: str = default(ActivationSettings, "model")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("layers", cls=PlainCommand)(layers)


def layers(
    model: Annotated[str, MODEL] = MODEL_DEFAULT,
    code: Annotated[str | None, CODE] = None,
    trust: Annotated[bool, TRUST] = False,
    as_json: Annotated[bool, JSON] = False,
    offline: Annotated[bool, OFFLINE] = False,
) -> None:
    """List the layers of a network with the shape and the receptive field of what they make."""
    subject = looked_into(code or model, "cpu", offline, trust)
    rows = [row_of(each) for each in subject.layers]
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
        return
    _print_table(subject, rows)


def looked_into(name: str, device: str, offline: bool, trust: bool = False) -> Subject:
    """The network of this name, fetched first if it is registered and missing; what is untrained is said.

    A person's own network, where the words name one; `trust` lets programs run.

    torchvision's networks are looked into untrained where their weights are not here: nobody waits for half a
    gigabyte who only wants the list of layers.
    """
    from cnnstudio.activations import is_own, own_subject, subject_named
    from cnnstudio.commands.fetch_progress import ensured
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.ensuring import set_offline

    if offline:
        set_offline(True)
    if is_own(name):
        return own_subject(name, trusted=trust, device=device)
    model = model_named(name.partition("/")[0])
    if "torchvision" not in model.input:
        ensured(model.name)
    subject = subject_named(name, device=device)
    if not subject.trained:
        typer.echo(
            f"cnnstudio: {subject.name} is untrained: its weights are random. "
            f"`cnnstudio models fetch {model.name}` gets the trained ones.",
            err=True,
        )
    return subject


def row_of(layer: Layer) -> dict[str, Any]:
    """A layer as `--json` has it. Where rows and columns differ, a number becomes [rows, columns]."""
    return {
        "name": layer.name,
        "type": layer.type,
        "channels": layer.channels,
        "height": layer.height,
        "width": layer.width,
        "receptive_field": _one(layer.receptive_field),
        "stride": _one(layer.stride),
        "offset": _one(layer.offset),
    }


def _one(pair: tuple[float, float]) -> Any:
    rows, columns = (int(each) if float(each).is_integer() else round(each, 4) for each in pair)
    return rows if rows == columns else [rows, columns]


def _print_table(subject: Subject, rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from cnnstudio.commands.tables import print_table

    table = Table(box=None, pad_edge=False)
    for heading in ("LAYER", "TYPE", "CHANNELS", "SIZE", "FIELD", "STRIDE", "OFFSET"):
        table.add_column(heading, justify="left" if heading in ("LAYER", "TYPE") else "right", no_wrap=True)
    for row in rows:
        # A single position has neither a step to the next one nor a place of its own.
        alone = row["height"] == row["width"] == 1
        steps = ("–", "–") if alone else (str(row["stride"]), str(row["offset"]))
        size = f"{row['height']}×{row['width']}"
        table.add_row(row["name"], row["type"], str(row["channels"]), size, str(row["receptive_field"]), *steps)
    print_table(
        table, f"{subject.name}, for an input of {subject.side}×{subject.side}. FIELD: pixels that a position sees, "
        "where no border clips them; i sees OFFSET + i · STRIDE onward.",
    )  # fmt: skip
    _say_parts(subject.name)


def _say_parts(name: str) -> None:
    """Name the other networks of a model that has several."""
    from cnnstudio.activations import SEVERAL

    if name in SEVERAL:
        others = ", ".join(f"{name}/{each}" for each in SEVERAL[name])
        typer.echo(f"{name} has {len(SEVERAL[name])} networks; this is the first of {others}.", err=True)
