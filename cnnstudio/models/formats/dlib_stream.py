"""The primitives that dlib's `serialize` writes, read back without dlib.

Integers have their own length in front, real numbers are two integers, and only tensors hold raw floats. A count is
compared with the bytes that are left before anything is made of it, so that no file can ask for more than it has.
Layout: dlib/serialize.h, dlib/float_details.h and dlib/cuda/tensor.h of dlib 19 and 20.
"""

from __future__ import annotations

import math
import os
from array import array
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import ModelError

_NEGATIVE = 0x80
_LENGTH = 0x0F
_LONGEST_INTEGER = 8
_MANTISSA_BITS = 53
_LARGEST_EXPONENT = 1023
_TENSOR_VERSION = 2
_ALIAS_VERSION = 1
# For each control byte: the bytes of its integer, itself included; 0 where it begins none.
_STEPS = tuple(
    1 + (byte & _LENGTH) if not byte & 0x70 and 1 <= byte & _LENGTH <= _LONGEST_INTEGER else 0 for byte in range(256)
)

Shape = tuple[int, int, int, int]


def opened(path: Path, most_bytes: int) -> DlibStream:
    """The stream of a whole file; raises ModelError when it cannot be read or is larger than its kind can be."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > most_bytes:
                raise ModelError(f"{path.name} has {size} bytes, more than such a network has. Choose another file.")
            # As many as there are: given a limit, Python makes room for the limit.
            return DlibStream(file.read(size), path.name)
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror or error}. Check the file.") from error


class DlibStream:
    """The bytes of one file and how far they have been read.

    Every method raises ModelError that names the file, the byte, and `what` was expected there.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.offset = 0
        self._data = data

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self._data) - self.offset

    def refuse(self, reason: str, offset: int | None = None) -> NoReturn:
        """Raise the ModelError that says what is wrong at a byte: where the stream stands, if none is given."""
        place = self.offset if offset is None else offset
        raise ModelError(f"{self.name} is damaged, or of another kind: at byte {place} {reason}. Download it again.")

    def integer(self, what: str) -> int:
        """A control byte (length, and the sign in its highest bit), then the magnitude, lowest byte first."""
        start = self.offset
        control = self._take(1, what)[0]
        if not _STEPS[control]:
            self.refuse(f"{what} was expected, and {control:#04x} begins no integer", start)
        magnitude = int.from_bytes(self._take(_STEPS[control] - 1, what), "little")
        return -magnitude if control & _NEGATIVE else magnitude

    def expect_integer(self, what: str, value: int) -> None:
        """Read an integer that can only be `value`."""
        start = self.offset
        found = self.integer(what)
        if found != value:
            self.refuse(f"{what} is {found} instead of {value}", start)

    def integers_to_end(self, what: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Everything that is left, as integers: their values, and the byte at which each begins."""
        starts = array("q")
        data, at, end = self._data, self.offset, len(self._data)
        while at < end:
            starts.append(at)
            step = _STEPS[data[at]]
            if not step:
                self.refuse(f"{what} was expected, and {data[at]:#04x} begins no integer", at)
            at += step
        if at > end:
            self.refuse(f"{what} was expected, and {end - starts[-1]} bytes are left", starts[-1])
        self.offset = end
        offsets = np.frombuffer(starts, np.int64)
        return self._decoded(offsets, what), offsets

    def _decoded(self, offsets: NDArray[np.int64], what: str) -> NDArray[np.int64]:
        raw = np.frombuffer(self._data, np.uint8)
        control = raw[offsets]
        values = np.zeros(len(offsets), np.int64)
        for place in range(_LONGEST_INTEGER):
            there = np.flatnonzero((control & _LENGTH) > place)
            values[there] |= raw[offsets[there] + 1 + place].astype(np.int64) << 8 * place
        if (overflown := np.flatnonzero(values < 0)).size:
            self.refuse(f"{what} does not fit 64 bits", int(offsets[overflown[0]]))
        return np.where(control & _NEGATIVE, -values, values)

    def count(self, what: str, bytes_each: int) -> int:
        """An integer that counts things which take at least `bytes_each` bytes of what is left."""
        start = self.offset
        number = self.integer(what)
        if not 0 <= number <= self.left // bytes_each:
            self.refuse(f"{what} is {number}, and {self.left} bytes are left", start)
        return number

    def flag(self, what: str) -> bool:
        """A truth value, written as the digit 0 or 1."""
        digit = self._take(1, what)
        if digit not in (b"0", b"1"):
            self.refuse(f"{what} was expected, and {digit[0]:#04x} is neither 0 nor 1", self.offset - 1)
        return digit == b"1"

    def real(self, what: str) -> float:
        """A float or double, written as mantissa and power of two; infinities and NaN are refused."""
        start = self.offset
        mantissa, exponent = self.integer(what), self.integer(what)
        if abs(mantissa) >> _MANTISSA_BITS or abs(exponent) > _LARGEST_EXPONENT - _MANTISSA_BITS:
            self.refuse(f"{what} is {mantissa} * 2^{exponent}, no number that a network holds", start)
        return math.ldexp(mantissa, exponent)

    def text(self, what: str) -> str:
        """A string: its length, then its bytes, which must be printable ASCII."""
        start = self.offset
        raw = self._take(self.count(f"the length of {what}", 1), what)
        if not (raw.isascii() and raw.decode("ascii").isprintable()):
            self.refuse(f"{what} was expected, and is no name", start)
        return raw.decode("ascii")

    def expect_text(self, what: str, value: str) -> None:
        """Read a string that can only be `value`."""
        start = self.offset
        found = self.text(what)
        if found != value:
            self.refuse(f"{what} is {found[:40]!r} instead of {value!r}", start)

    def expect_alias(self, what: str, value: Shape) -> None:
        """Read the shape of a tensor stored elsewhere, which can only be `value`: samples, channels, rows, columns."""
        start = self.offset
        self.expect_integer(f"the version of {what}", _ALIAS_VERSION)
        found = self._shape(what)
        if found != value:
            self.refuse(f"{what} are shaped {found} instead of {value}", start)

    def tensor(self, what: str) -> NDArray[np.float32]:
        """A copy of a tensor's raw float32 values, sample by sample, channel by channel, row by row."""
        self.expect_integer(f"the version of {what}", _TENSOR_VERSION)
        values = math.prod(self._shape(what))
        if values * 4 > self.left:
            self.refuse(f"{what} has {values} values, and {self.left} bytes are left")
        return np.frombuffer(self._take(values * 4, what), "<f4").astype(np.float32)

    def end(self) -> None:
        """Nothing may be left."""
        if self.left:
            self.refuse(f"the network is complete, and {self.left} bytes are left")

    def _shape(self, what: str) -> Shape:
        start = self.offset
        n, k, rows, columns = (self.integer(f"the shape of {what}") for _ in range(4))
        if min(n, k, rows, columns) < 0:
            self.refuse(f"{what} has a negative side", start)
        return n, k, rows, columns

    def _take(self, length: int, what: str) -> bytes:
        if length > self.left:
            self.refuse(f"{what} was expected, and {self.left} bytes are left")
        taken = self._data[self.offset : self.offset + length]
        self.offset += length
        return taken
