"""Which networks have a file that is not what its authors published: found by hashing, in the background, and kept
until the file is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cnnstudio.gui.engine_bridge import EngineBridge, nothing

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

_Mark = tuple[tuple[int, int], ...]


class Damage:
    """`changed(name)` is called when a network turned out damaged."""

    def __init__(self, bridge: EngineBridge, changed: Callable[[str], object]) -> None:
        self._bridge, self._changed = bridge, changed
        self._right: dict[str, _Mark] = {}
        self._wrong: dict[str, _Mark] = {}

    def known(self, model: Model) -> bool:
        """Whether it was found damaged, and is the same still."""
        return model.name in self._wrong and self._wrong[model.name] == _mark(model)

    def forget(self, name: str) -> None:
        """It was fetched, imported or removed."""
        self._right.pop(name, None)
        self._wrong.pop(name, None)

    def look(self, models: Iterable[Model], then: Callable[[bool], object] = nothing) -> None:
        """Hash what was not hashed since it changed; `then` is told whether any of these networks is damaged."""
        from cnnstudio.models.getting import look_through

        asked = tuple(models)
        marks = {each.name: _mark(each) for each in asked}
        open_ones = tuple(each for each in asked if marks[each.name] and self._right.get(each.name) != marks[each.name])

        def found(names: tuple[str, ...]) -> None:
            for each in open_ones:
                (self._wrong if each.name in names else self._right)[each.name] = marks[each.name]
            for name in names:
                self._changed(name)
            then(bool(names))

        if not open_ones:
            then(False)
            return
        self._bridge.submit(
            ("damage", tuple(marks)), look_through, open_ones, lane="long", quiet=True, done=found,
            failed=lambda _words: then(False),
        )  # fmt: skip


def _mark(model: Model) -> _Mark:
    """Sizes and times of its own files, which change when a file does; empty where it has none."""
    from cnnstudio.models import place

    marks = []
    for file in model.files:
        try:
            stat = place.own_path(model, file).stat()
        except OSError:
            continue
        marks.append((stat.st_size, stat.st_mtime_ns))
    return tuple(marks)
