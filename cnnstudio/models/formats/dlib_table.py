"""Files of dlib that hold nothing but integers, decoded at once and taken in blocks.

Reading three million integers one by one takes seconds; as arrays it takes a part of one.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cnnstudio.models.formats.dlib_stream import DlibStream

# A real number is written as two integers, mantissa and power of two.
REAL = 2
_MANTISSA_BITS = 53
_LARGEST_EXPONENT = 200
_LARGEST_REAL = float(np.finfo(np.float32).max)

# Integers first, then the bytes at which they begin: (2, ...), so that a slice keeps the two together.
Tokens = NDArray[np.int64]


class Table:
    """What is left of a stream, which must be integers to its end; raises ModelError with file and byte."""

    def __init__(self, stream: DlibStream) -> None:
        self._stream = stream
        self._tokens: Tokens = np.stack(stream.integers_to_end("a number of the network"))
        self._at = 0

    def peek(self, ahead: int, what: str) -> int:
        """The integer `ahead` places further on, which counts things that take at least one integer each."""
        here = self._tokens[:, self._at + ahead : self._at + ahead + 1]
        if not here.size:
            self._stream.refuse(f"{what} was expected")
        self.require(what, here, (here[0] >= 1) & (here[0] <= self._left))
        return int(here[0, 0])

    def take(self, what: str, *shape: int) -> Tokens:
        """The next integers and their places, (2, *shape), without a copy."""
        count = math.prod(shape)
        if count > self._left:
            self._stream.refuse(f"{what} should take {count} integers, and {self._left} are left", self._place())
        self._at += count
        return self._tokens[:, self._at - count : self._at].reshape(2, *shape)

    def require(self, what: str, tokens: Tokens, good: NDArray[np.bool_], expected: str = "") -> None:
        """Refuse the first of the tokens that is not good."""
        if not good.all():
            first = tuple(np.argwhere(~good)[0])
            self._stream.refuse(f"{what} is {tokens[0][first]}{expected}", int(tokens[1][first]))

    def same(self, what: str, tokens: Tokens, value: int) -> None:
        """Refuse tokens that are not all this one value."""
        self.require(what, tokens, tokens[0] == value, f" instead of {value}")

    def reals(self, tokens: Tokens) -> NDArray[np.float32]:
        """The numbers of pairs of integers, (2, ..., 2 * n) to (..., n), all finite."""
        pairs = tokens.reshape(*tokens.shape[:-1], -1, REAL)
        mantissas, exponents = pairs[0, ..., 0], pairs[0, ..., 1]
        self.require("a mantissa", pairs[..., 0], np.abs(mantissas) < 1 << _MANTISSA_BITS)
        self.require("an exponent", pairs[..., 1], np.abs(exponents) <= _LARGEST_EXPONENT)
        values = np.ldexp(mantissas.astype(np.float64), exponents.astype(np.int32))
        self.require("a mantissa", pairs[..., 0], np.abs(values) <= _LARGEST_REAL, f" of more than {_LARGEST_REAL:g}")
        return values.astype(np.float32)

    def end(self) -> None:
        """Nothing may be left."""
        if self._left:
            self._stream.refuse(f"the network is complete, and {self._left} integers are left", self._place())

    @property
    def _left(self) -> int:
        return len(self._tokens[0]) - self._at

    def _place(self) -> int | None:
        return int(self._tokens[1, self._at]) if self._left else None
