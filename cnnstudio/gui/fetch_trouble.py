"""Why a network could not be had, as the window says it: one plain sentence, and the details for who wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.models.failures import Failure

_WHO = {"official": "the authors' site", "archive": "the package index"}
REMEDY = "Check the connection, or import a file."


@dataclass(frozen=True)
class Trouble:
    """words: what is wrong and what to do, plain. details: a line a source. connection: nobody could be reached,
    which concerns every network alike."""

    words: str
    details: tuple[str, ...] = ()
    connection: bool = False


def trouble_of(error: BaseException | None, words: str) -> Trouble:
    """The trouble that an error is; `words` is its message."""
    failures: tuple[Failure, ...] = getattr(error, "failures", ())
    tried = tuple(each for each in failures if each.kind != "shipped")
    if not tried:
        return Trouble(words)
    details = tuple(f"{_capital(each.source)}: {each.reason}." for each in tried)
    if all(each.out_of_reach for each in tried):
        return Trouble(f"{_nobody(tried)} be reached. {REMEDY}", details, True)
    if any(each.no_room for each in tried):
        return Trouble("There is no room for it, or its folder cannot be written. Free some space.", details)
    return Trouble(f"None of its sources has the right file now. {REMEDY}", details)


def _nobody(tried: tuple[Failure, ...]) -> str:
    """ "Neither the authors' site nor the package index", or the one that was tried alone, and its "cannot"."""
    who = list(dict.fromkeys(_WHO[each.kind] for each in tried))
    return f"Neither {who[0]} nor {who[1]} can" if len(who) == 2 else f"{_capital(who[0])} cannot"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
