"""One picture with the layer applied to it, as a value: what every job of the picture's page is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cnnstudio.errors import StudioError
from cnnstudio.filters import FilterSettings

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture


@dataclass(frozen=True, eq=False)
class Filtering:
    """`settings` applied to `picture`; `shown` is the index of the one map shown, None for the mean of all."""

    settings: FilterSettings
    picture: Picture
    shown: int | None = None

    @property
    def output_size(self) -> tuple[int, int] | None:
        """Height and width of the result; None when the settings do not fit the picture."""
        return self._fit if isinstance(self._fit, tuple) else None

    @property
    def misfit(self) -> str:
        """Why there is no result, and what to do about it; "" when there is one."""
        return self._fit if isinstance(self._fit, str) else ""

    @cached_property
    def _fit(self) -> tuple[int, int] | str:
        from cnnstudio.filters import output_size

        try:
            return output_size(self.settings, self.picture.height, self.picture.width)
        except StudioError as error:
            return str(error)

    def same_as(self, other: Filtering | None) -> bool:
        """Whether both give the same pixels. Pictures are compared by identity: two are never read into one."""
        return (
            other is not None and self.picture is other.picture
            and (self.settings, self.shown) == (other.settings, other.shown)
        )  # fmt: skip
