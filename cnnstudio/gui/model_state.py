"""The state of a network, or of several that are wanted together, and the words in which the window tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnstudio.gui import numbers_text
from cnnstudio.gui.fetch_trouble import Trouble
from cnnstudio.gui.model_pace import Pace

OFF, OFF_BY_COMMAND = "Allow fetching in Settings…", "Fetching is off (--offline)"


@dataclass(frozen=True)
class ModelState:
    """A network as the window shows it.

    size: bytes on disk. least, most: bytes that are still to be downloaded, by the source that has them; the same
    once a download was begun. done, total: bytes of the running download, both None while there is none. trouble: why
    the last attempt failed. stopped, stopped_of: bytes of a download that was stopped. files, files_here: how many.
    damaged: a file is here and wrong; the network counts as not installed then.
    """

    name: str
    title: str
    task: str
    licence: str
    size: int
    installed: bool
    least: int = 0
    most: int = 0
    done: int | None = None
    total: int | None = None
    trouble: Trouble | None = None
    seconds_left: float | None = None
    stopped: int = 0
    stopped_of: int = 0
    files: int = 1
    files_here: int = 0
    damaged: bool = False
    removable: bool = False
    licence_from: str = ""

    @property
    def fetching(self) -> bool:
        """Whether a download runs."""
        return self.done is not None

    @property
    def grown(self) -> bool:
        """Whether the source in use has more to bring than the first one would have."""
        return self.fetching and self.least > 0 and (self.total or 0) > 1.05 * self.least


@dataclass(frozen=True)
class Together:
    """Several networks as one: bytes here and wanted, time left, what failed.

    missing: those that are not installed. least, most: bytes still to get. fetching: how many are. grown: how many
    of them come from a source that has more to bring than the first.
    """

    missing: tuple[ModelState, ...]
    fetching: int
    least: int
    most: int
    done: int
    total: int
    seconds_left: float | None
    troubles: tuple[Trouble, ...]
    grown: int = 0


class Batch:
    """Networks that are fetched together; remembers the size of each download, so that the sum does not jump when one
    ends. Looked at again and again, it knows the pace."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._totals: dict[str, int] = {}
        self._pace = pace or Pace()

    def look(self, states: Sequence[ModelState]) -> Together:
        """The networks as one, as they are now."""
        missing = tuple(each for each in states if not each.installed)
        running = [each for each in states if each.fetching]
        wanted = {each.name for each in states if each.fetching or each.installed}
        self._totals = {name: total for name, total in self._totals.items() if running and name in wanted}
        for each in running:
            self._totals[each.name] = each.total or each.least or each.size
        total = sum(self._totals.values())
        done = min(total, sum(self._done(each) for each in states if each.name in self._totals))
        if running:
            self._pace.tell(done)
        return Together(
            missing, len(running), sum(each.least for each in missing), sum(each.most for each in missing), done,
            total, self._pace.seconds_left(total) if running else None,
            tuple(dict.fromkeys(each.trouble for each in states if each.trouble)),
            sum(each.grown for each in running),
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


def amount(least: int, most: int) -> str:
    """ "35 MB", or "35 to 66 MB" where it depends on the source; in the unit of the larger."""
    small, large = numbers_text.byte_count(least), numbers_text.byte_count(most)
    if small == large:
        return large
    number, _, unit = small.partition(numbers_text.NBSP)
    return f"{number if unit == large.partition(numbers_text.NBSP)[2] else small} to {large}"


def get_words(missing: Sequence[ModelState], least: int, most: int) -> str:
    """The button that gets them: "Get YOLOv3-tiny (35 to 66 MB, MIT)"."""
    verb = "Resume" if any(each.stopped for each in missing) else "Get"
    names = listed(each.title for each in missing) if len(missing) < 3 else f"{len(missing)} networks"
    licences = listed(each.licence.partition(" (")[0] for each in missing)
    again = " again" if all(each.damaged for each in missing) else ""
    return f"{verb} {names}{again} ({amount(least, most)}, {licences})"
