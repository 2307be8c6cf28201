"""What commands write: the picture with its recipe, and the raw numbers beside it, both or neither."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnstudio import __version__
from cnnstudio.settings import to_plain

if TYPE_CHECKING:
    import numpy.typing as npt

    from cnnstudio.imaging.picture import Picture


def write_result(
    capability: str, settings: Any, source: Picture | None, shown: npt.NDArray[Any], targets: Sequence[Path],
    raw: npt.NDArray[Any] | None = None,
) -> None:  # fmt: skip
    """Write `shown` (H, W, 3) to the first target with its recipe, and `raw` as .npy to the second, where there is one.

    source: the picture that it was made from, None for one that was made from nothing. Raises PictureError, with the
    old files as they were.
    """
    import numpy as np

    from cnnstudio.commands.all_or_none import all_or_none
    from cnnstudio.imaging.recipes import Recipe
    from cnnstudio.imaging.saving import save_picture, write_atomically

    name, sha256 = (source.name, source.sha256) if source is not None else ("", "")
    recipe = Recipe(capability, to_plain(settings), name, sha256, __version__)
    out, *more = targets
    with all_or_none(targets if more else ()):
        save_picture(shown, out, recipe=recipe)
        if raw is not None and more:
            data = io.BytesIO()
            np.save(data, raw)
            write_atomically(more[0], data.getvalue())
