"""The state of a network, or of several that are wanted together, and the words in which the window tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnstudio.gui import numbers_text

OFF, OFF_BY_COMMAND = "Fetching is off (Settings)", "Fetching is off (--offline)"


@dataclass(frozen=True)
class ModelState:
    """A network as the window shows it.

    size: bytes on disk once it is here, else to download from its first source. done, total: bytes of the running
    download, both None while there is none. error: why the last attempt failed.
    """

    name: str
    title: str
    task: str
    licence: str
    size: int
    installed: bool
    done: int | None = None
    total: int | None = None
    error: str = ""
    seconds_left: float | None = None
    partial: int = 0
    removable: bool = False
    licence_from: str = ""

    @property
    def fetching(self) -> bool:
        """Whether a download runs."""
        return self.done is not None


@dataclass(frozen=True)
class Together:
    """Several networks as one: bytes here and wanted, time left, what failed.

    missing: those that are not installed. size: bytes still to get.
    """

    missing: tuple[ModelState, ...]
    fetching: bool
    size: int
    done: int
    total: int
    seconds_left: float | None
    errors: tuple[str, ...]


class Batch:
    """Networks that are fetched together; remembers the size of each download, so that the sum does not jump when one
    ends."""

    def __init__(self) -> None:
        self._totals: dict[str, int] = {}

    def look(self, states: Sequence[ModelState]) -> Together:
        """The networks as one, as they are now."""
        missing = tuple(each for each in states if not each.installed)
        running = [each for each in states if each.fetching]
        if not running:
            self._totals.clear()
        for each in running:
            self._totals[each.name] = each.total or each.size
        total = sum(self._totals.values())
        done = sum(self._done(each) for each in states if each.name in self._totals)
        left = [each.seconds_left for each in running]
        known = [seconds for seconds in left if seconds is not None]
        return Together(
            missing, bool(running), sum(max(0, each.size - each.partial) for each in missing), min(done, total), total,
            max(known) if known and len(known) == len(left) else None,
            tuple(dict.fromkeys(each.error for each in states if each.error)),
        )  # fmt: skip

    def _done(self, state: ModelState) -> int:
        if state.installed:
            return self._totals[state.name]
        return state.done if state.done is not None else 0


def listed(words: Iterable[str]) -> str:
    """ "MIT", "MIT and CC0-1.0", "A, B and C"; each only once."""
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} and {last}" if first else last


def part_of(done: int, total: int) -> str:
    """ "12 of 35 MB", in the unit of the whole."""
    whole = numbers_text.byte_count(total)
    number, _, unit = whole.partition(numbers_text.NBSP)
    step = 1000 ** ("B", "kB", "MB", "GB").index(unit)
    decimals = len(number.partition(".")[2])
    part = numbers_text.number(done / step, decimals)
    return f"{part} of {whole}"


def progress_words(done: int, total: int, seconds_left: float | None) -> str:
    """ "12 of 35 MB, 8 s left"; what is said before the first byte."""
    if not done or total <= 1:
        return "Starting"
    words = part_of(done, total)
    return f"{words}, {numbers_text.time_left(seconds_left)}" if seconds_left else words


def get_words(missing: Sequence[ModelState], size: int) -> str:
    """The button that gets them: "Get YOLOv3-tiny (35 MB, MIT)"."""
    verb = "Resume" if any(each.partial for each in missing) else "Get"
    names = listed(each.title for each in missing) if len(missing) < 3 else f"{len(missing)} networks"
    licences = listed(each.licence.partition(" (")[0] for each in missing)
    return f"{verb} {names} ({numbers_text.byte_count(size)}, {licences})"
