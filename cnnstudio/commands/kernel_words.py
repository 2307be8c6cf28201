"""What `--kernel` may say: the name of a preset, a kernel file, or the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cnnstudio.errors import UsageError
from cnnstudio.filters.settings import PRESETS, Kernel

SHAPING = ("size", "sigma", "wavelength", "aspect", "phase")
"""Parameters that only some presets have; every kernel has the others (angle, normalise, divisor, offset)."""


def kernel_from_words(words: str, given: Mapping[str, int | float | bool] | None = None) -> Kernel:
    """The kernel that NAME, FILE.json or "1,0,-1;1,0,-1;1,0,-1" means; `|` separates the slices of a volume.

    `given`: the parameters of `Kernel` that were asked for; a preset keeps its own values for the rest.
    Raises UsageError for a kernel that cannot be used and for a parameter that it does not have.
    """
    given = given or {}
    kernel = _plain_kernel(words.strip())
    _refuse_idle(kernel, given)
    if kernel.preset != "own" and "size" in given:
        from cnnstudio.filters import kernel_named

        kernel = kernel_named(kernel.preset, int(given["size"]))
    return replace(kernel, **given)  # type: ignore[arg-type]


def _plain_kernel(words: str) -> Kernel:
    from cnnstudio.filters import kernel_named, parse_kernel

    if words.lower() in PRESETS and words.lower() != "own":
        return kernel_named(words.lower())
    if words.lower().endswith(".json"):
        return _from_file(Path(words))
    if words and not any(mark in words for mark in ",;| \n") and not _is_number(words):
        known = ", ".join(preset for preset in PRESETS if preset != "own")
        raise UsageError(
            f'There is no kernel {words!r}; use a file (.json), rows such as "1,0,-1;1,0,-1", or: {known}.'
        )
    return parse_kernel(words)


def _from_file(path: Path) -> Kernel:
    from cnnstudio.filters import kernel_from_json

    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: this kernel file cannot be read ({error.strerror or error}).") from None
    return kernel_from_json(text, str(path))


def _refuse_idle(kernel: Kernel, given: Mapping[str, object]) -> None:
    from cnnstudio.filters import USES

    uses = USES.get(kernel.preset, ())
    for name in given:
        # A size is refused by kernel_named, which knows the preset's own.
        if name in SHAPING and name not in uses and (name != "size" or kernel.preset == "own"):
            what = "own kernels" if kernel.preset == "own" else kernel.preset
            raise UsageError(f"--{name} has no effect on {what}; leave it out.")


def _is_number(words: str) -> bool:
    try:
        float(words)
    except ValueError:
        return False
    return True
