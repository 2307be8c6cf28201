"""`cnnstudio filter`: the filter panel's computation for scripts and batches."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnstudio import __version__
from cnnstudio.commands.kernel_words import kernel_from_words
from cnnstudio.commands.options import (
    DEVICE,
    MAX_MEGAPIXELS,
    SKIP_EXISTING,
    Common,
    default,
    described,
    field,
    option,
)
from cnnstudio.commands.paths_given import check_file_name, path_given
from cnnstudio.commands.plain_help import PlainCommand
from cnnstudio.errors import PictureError, UsageError
from cnnstudio.filters.settings import PRESETS, FilterSettings, Kernel
from cnnstudio.settings import check, to_plain

if TYPE_CHECKING:
    import numpy as np

    from cnnstudio.commands.naming import Item
    from cnnstudio.imaging.picture import Picture

_NAMES = ", ".join(name for name in PRESETS if name != "own")
_OWN = "Default: the preset's own."
_layer = partial(default, FilterSettings)
_kernel = partial(default, Kernel)

_KERNEL = typer.Option(
    "--kernel", "-k", metavar='NAME|FILE.json|"1,0,-1;1,0,-1;1,0,-1"', rich_help_panel="Kernel",
    show_default=False, help=f"A preset, a kernel file, or rows of numbers. Presets: {_NAMES}.",
)  # fmt: skip
_OUTPUT = typer.Option(
    "--output", "-o", metavar="OUT", show_default=False,
    help="The result; for several pictures or a folder: a folder, made if missing.",
)  # fmt: skip
_RAW = typer.Option(
    "--raw", metavar="OUT.npy", help="Also write the float32 result (C, H, W); a folder where OUT is one."
)
_PADDING = typer.Option(
    "--padding", metavar="valid|same|full|N", rich_help_panel="Convolution",
    help=described(field(FilterSettings, "padding")),
)  # fmt: skip
_VOLUME = typer.Option(
    "--volume", rich_help_panel="Convolution", help="Sum the three filtered channels to one map."
)
_POOL = typer.Option(
    "--pool", metavar="max:F:S|average:F:S", rich_help_panel="After", show_default=False,
    help=described(field(FilterSettings, "pool")),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What one picture became: `shown` (H, W, 3) uint8 for OUT, `maps` (C, H, W) float32 for --raw.

    `notes`: what the person should know of how it was computed.
    """

    picture: Picture
    shown: np.ndarray
    maps: np.ndarray
    notes: tuple[str, ...] = ()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("filter", cls=PlainCommand)(filter_pictures)


def filter_pictures(
    context: typer.Context,
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE", help="Pictures, or folders of them.", show_default=False)
    ],
    kernel: Annotated[str, _KERNEL],
    output: Annotated[str, _OUTPUT],
    raw: Annotated[str | None, _RAW] = None,
    skip_existing: Annotated[bool, SKIP_EXISTING] = False,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
    size: Annotated[int | None, option(Kernel, "size", note=_OWN)] = None,
    sigma: Annotated[float | None, option(Kernel, "sigma", note=_OWN)] = None,
    wavelength: Annotated[float | None, option(Kernel, "wavelength", note=_OWN)] = None,
    aspect: Annotated[float | None, option(Kernel, "aspect", note=_OWN)] = None,
    phase: Annotated[float | None, option(Kernel, "phase", note=_OWN)] = None,
    angle: Annotated[float, option(Kernel, "angle")] = _kernel("angle"),
    normalise: Annotated[bool, option(Kernel, "normalise")] = _kernel("normalise"),
    divisor: Annotated[float, option(Kernel, "divisor")] = _kernel("divisor"),
    offset: Annotated[float, option(Kernel, "offset")] = _kernel("offset"),
    padding: Annotated[str, _PADDING] = "same",
    border: Annotated[str, option(FilterSettings, "border")] = _layer("border"),
    stride: Annotated[int, option(FilterSettings, "stride")] = _layer("stride"),
    dilation: Annotated[int, option(FilterSettings, "dilation")] = _layer("dilation"),
    flip: Annotated[bool, option(FilterSettings, "flip")] = _layer("flip"),
    volume: Annotated[bool, _VOLUME] = False,
    transposed: Annotated[bool, option(FilterSettings, "transposed")] = _layer("transposed"),
    bias: Annotated[float, option(FilterSettings, "bias")] = _layer("bias"),
    activation: Annotated[str, option(FilterSettings, "activation")] = _layer("activation"),
    pool: Annotated[str, _POOL] = "none",
    mode: Annotated[str, option(FilterSettings, "mode")] = _layer("mode"),
    shown_range: Annotated[float, option(FilterSettings, "range")] = _layer("range"),
) -> None:
    """Filter pictures with a kernel, exactly as the window's filter panel does.

    Default: cross-correlation, same size, zero border; kernels that keep the picture give a photo, others signed
    colours.
    """
    from cnnstudio.commands.batch import Batch, reader
    from cnnstudio.commands.naming import make_folders
    from cnnstudio.commands.ranks import current_rank
    from cnnstudio.filters import weights

    shaping = {"size": size, "sigma": sigma, "wavelength": wavelength, "aspect": aspect, "phase": phase}
    given = {name: value for name, value in shaping.items() if value is not None}
    given |= {"angle": angle, "normalise": normalise, "divisor": divisor, "offset": offset}
    if divisor == 0:
        raise UsageError("--divisor is 0; it must be another number.")
    pad, pixels = padding_from_words(padding)
    pooled, pool_size, pool_stride = pool_from_words(pool)
    settings = FilterSettings(
        filters=(kernel_from_words(kernel, given),), channels="volume" if volume else "each", flip=flip,
        transposed=transposed, padding=pad, pad=pixels, border=border, stride=stride, dilation=dilation,
        bias=bias, activation=activation, pool=pooled, pool_size=pool_size, pool_stride=pool_stride,
        mode=mode, range=shown_range,
    )  # fmt: skip
    check(settings)
    weights(settings.filters[0])
    common = Common.of(context, device, max_megapixels)
    rank = current_rank()
    items = planned(images, output, raw)
    make_folders(items)
    batch = Batch(
        reader(common.max_megapixels),
        computation(settings, rank.device(common.device or "cpu"), rank.threads),
        writer(settings),
    )
    code = batch.run(items, skip_existing=skip_existing, rank=rank)
    if code:
        raise typer.Exit(code)


def planned(images: Sequence[str], output: str, raw: str | None) -> list[Item]:
    """Which picture goes where; UsageError for empty names and for files that cannot be written as such."""
    from cnnstudio.commands.naming import plan

    extras = {} if raw is None else {".npy": path_given("--raw", raw)}
    items = plan([path_given("IMAGE", each) for each in images], path_given("--output", output), extras=extras)
    if not items[0].in_folder:
        out, *more = items[0].targets
        check_file_name(out)
        for each in more:
            check_file_name(each, [".npy"])
    return items


def padding_from_words(words: str) -> tuple[str, int]:
    """`valid`, `same`, `full` or a number of pixels as the settings' (padding, pad)."""
    name = words.strip().lower()
    if name in ("valid", "same", "full"):
        return name, _layer("pad")
    if name.isdecimal() and int(name) <= _high("pad"):
        return "custom", int(name)
    raise UsageError(
        f"--padding is {words!r}; use valid, same, full or a whole number between 0 and {_high('pad')}."
    )


def pool_from_words(words: str) -> tuple[str, int, int]:
    """`max:2:2` or `average:3:1` as (kind, size, stride); the stride is the size when it is left out."""
    kind, *numbers = words.strip().lower().split(":")
    if kind == "none" and not numbers:
        return kind, _layer("pool_size"), _layer("pool_stride")
    most = _high("pool_size")
    fitting = all(each.isdecimal() and 1 <= int(each) <= most for each in numbers)
    if kind not in ("max", "average") or len(numbers) > 2 or not fitting:
        raise UsageError(
            f"--pool is {words!r}; use max:F:S or average:F:S, such as max:2:2, F and S between 1 and {most}."
        )
    size = int(numbers[0]) if numbers else _layer("pool_size")
    return kind, size, int(numbers[1]) if len(numbers) > 1 else size


def _high(name: str) -> int:
    return int(field(FilterSettings, name).maximum or 0)


def computation(settings: FilterSettings, device: str, threads: int | None) -> Callable[[Picture], Result]:
    """The filter as a function of a picture; on the CPU, with a note, where the device's memory is too small.

    Raises UsageError at once for a device this machine does not have.
    """
    from cnnstudio.engine import choose_device, run_now

    torch_device = choose_device(device)

    def work(picture: Picture, job: Any) -> Result:
        from cnnstudio.filters import apply, to_display

        maps = apply(
            settings, picture.pixels, threads=job.threads, device=job.device, checkpoint=job.checkpoint
        )
        return Result(picture, to_display(settings, maps), maps)

    def compute(picture: Picture) -> Result:
        said: list[str] = []
        made: Result = run_now(
            work, picture, device=torch_device, title=picture.name, threads=threads, on_notice=said.append
        )
        return replace(made, notes=tuple(said))

    return compute


def writer(settings: FilterSettings) -> Callable[[Result, Item], None]:
    """Writes OUT with its recipe, and the raw maps where they are wanted: both, whole, or neither."""

    def write(result: Result, item: Item) -> None:
        from cnnstudio.commands.all_or_none import all_or_none
        from cnnstudio.imaging.recipes import Recipe
        from cnnstudio.imaging.saving import save_picture

        recipe = Recipe(
            "filters", to_plain(settings), result.picture.name, result.picture.sha256, __version__
        )
        out, *raw = item.targets
        with all_or_none(item.targets if raw else ()):
            with _refusals_told(out):
                save_picture(result.shown, out, recipe=recipe)
            for target in raw:
                with _refusals_told(target):
                    _save_raw(result.maps, target)

    return write


def _save_raw(maps: np.ndarray, target: Path) -> None:
    import numpy as np

    from cnnstudio.imaging.saving import write_atomically

    data = io.BytesIO()
    np.save(data, maps)
    write_atomically(target, data.getvalue())


@contextmanager
def _refusals_told(target: Path) -> Iterator[None]:
    """Tell a folder that takes no files, as /proc, from one that is not there: the system's answer is the same."""
    try:
        yield
    except PictureError as error:
        if isinstance(error.__cause__, FileNotFoundError) and target.absolute().parent.is_dir():
            raise PictureError(f"{target} cannot be written there. Save to another folder.") from error
        raise
