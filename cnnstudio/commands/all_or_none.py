"""Several files that belong together are written all, or none: a result and its raw numbers."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def all_or_none(targets: Sequence[Path]) -> Iterator[None]:
    """When the body raises, every target is again what it was before: its old content, or not there."""
    places = [Path(os.path.realpath(target)) for target in targets]
    absent = [place for place in places if not os.path.lexists(place)]
    kept: dict[Path, Path] = {}
    try:
        for place in places:
            if place.is_file():
                kept[place] = _second_name(place)
        yield
    except BaseException:
        for place, backup in kept.items():
            with suppress(OSError):
                backup.replace(place)
        for place in absent:
            with suppress(OSError):
                place.unlink()
        raise
    finally:
        for backup in kept.values():
            with suppress(OSError):
                backup.unlink()


def _second_name(place: Path) -> Path:
    """Another name for the same content, which stays when the file is replaced."""
    backup = place.with_name(f".{place.name[:60]}.{secrets.token_hex(6)}.part")
    with suppress(OSError):
        try:
            os.link(place, backup)
        except OSError:
            # File systems without links; a folder that may not be written refuses the copy too, and the result.
            shutil.copy2(place, backup)
    return backup
