"""Where the arrays of an HDF5 file lie, for files as h5py lays them out unless told otherwise.

The HDF5 library serves every file ever written: other files' data, compressed chunks, trees that a damaged byte turns
into circles, in which it runs on and takes memory without end. Weights need none of that. What is read here are groups
(symbol tables) of arrays that lie in one piece, uncompressed, in this file; each step is counted and each address
checked, so the worst that a file can do is to be refused.

Names as in the HDF5 File Format Specification 3.0: superblock version 0, object header version 1, B-tree version 1.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_ROOT_HEADER = 64

# Types of header messages.
_DATASPACE, _DATATYPE, _EXTERNAL_FILES, _LAYOUT, _FILTERS, _CONTINUATION, _SYMBOL_TABLE = 1, 3, 7, 8, 11, 16, 17
_SHARED = 2
# Little-endian IEEE single precision, bit for bit as a datatype message says it.
_FLOAT32 = struct.pack("<4BI2H4BI", 0x11, 0x20, 31, 0, 4, 0, 32, 23, 8, 0, 23, 127)
_CONTIGUOUS = (3, 1)

_READ = {_DATASPACE, _DATATYPE, _EXTERNAL_FILES, _LAYOUT, _FILTERS, _SYMBOL_TABLE}

_MOST_STEPS = 10_000
_DEEPEST = 8
_LONGEST_NAME = 63
_MOST_AXES = 8


@dataclass(frozen=True)
class Place:
    """Where an array lies: little-endian float32 in C order, from byte `offset` of the file on."""

    shape: tuple[int, ...]
    offset: int

    @property
    def count(self) -> int:
        """Number of values."""
        return math.prod(self.shape)


def arrays(data: bytes) -> dict[str, Place]:
    """The arrays in the bytes of a file by path (`block1/layers/conv2d/vars/0`); all are inside `data`.

    Raises ValueError saying what is wrong: damage, a link, or anything but float32 in one uncompressed piece.
    """
    reader = _Reader(data)
    if data[:8] != _SIGNATURE:
        raise ValueError("it is no HDF5 file")
    widths = reader.unpack("<BB", 13)
    base, end = reader.unpack("<Q8xQ", 24)
    if any(data[8:13]) or widths != (8, 8) or base != 0:
        raise ValueError("it is laid out as newer versions of HDF5 do")
    if end != len(data):
        raise ValueError(f"it has {len(data)} bytes where {end} were written")
    try:
        return dict(reader.arrays_below(reader.unpack("<Q", _ROOT_HEADER)[0], ()))
    except struct.error as error:
        raise ValueError("a description in it is too short") from error


class _Reader:
    """The bytes, and how many steps were made through them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._steps = 0

    def unpack(self, layout: str, address: int) -> tuple[Any, ...]:
        """`struct.unpack` at an address of the file."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise ValueError("its groups hold too many entries, or one another")
        if address + struct.calcsize(layout) > len(self._data):
            raise ValueError(f"an address, {address}, is past its end")
        return struct.unpack_from(layout, self._data, address)

    def arrays_below(self, header: int, path: tuple[str, ...]) -> Iterator[tuple[str, Place]]:
        """The arrays under the object whose header is at this address."""
        if len(path) > _DEEPEST:
            raise ValueError("its groups hold one another")
        messages = dict(self._messages(header))
        if _SYMBOL_TABLE not in messages:
            yield "/".join(path), self._place(messages, "/".join(path))
            return
        tree, heap = struct.unpack("<QQ", messages[_SYMBOL_TABLE][:16])
        for name, child in self._members(tree, heap):
            yield from self.arrays_below(child, (*path, name))

    def _messages(self, header: int) -> Iterator[tuple[int, bytes]]:
        """Type and content of each message of an object header."""
        version, size = self.unpack("<B7xI", header)
        if version != 1:
            raise ValueError(f"the object at {header} has a header of another version")
        blocks = [(header + 16, size)]
        for start, length in blocks:
            at = start
            while at + 8 <= start + length:
                kind, size, flags = self.unpack("<HHB3x", at)
                content = self.unpack(f"<{size}s", at + 8)[0]
                if flags & _SHARED:
                    raise ValueError(f"the object at {header} shares its description with others")
                if kind == _CONTINUATION:
                    blocks.append(struct.unpack("<QQ", content[:16]))
                elif kind in _READ:
                    yield kind, content
                at += 8 + size

    def _members(self, tree: int, heap: int) -> Iterator[tuple[str, int]]:
        """Name and header address of each member of a group."""
        signature, size, names = self.unpack("<4s4xQ8xQ", heap)
        if signature != b"HEAP":
            raise ValueError(f"the names of a group are missing at {heap}")
        for name_offset, header, cached in self._entries(tree, None):
            if cached not in (0, 1):
                raise ValueError("it holds a link")
            if name_offset >= size:
                raise ValueError(f"the name of a member is missing at {heap}")
            start = names + name_offset
            name, ended, _ = self._data[start : start + _LONGEST_NAME + 1].partition(b"\0")
            if not ended:
                raise ValueError(f"the name of a member at {start} has no end")
            yield name.decode("ascii", "backslashreplace"), header

    def _entries(self, node: int, level: int | None) -> Iterator[tuple[int, int, int]]:
        """The symbol table entries under a node of a B-tree: name's offset, header address, type of cache."""
        signature, kind, its_level, used = self.unpack("<4sBBH", node)
        if signature != b"TREE" or kind != 0 or its_level > _DEEPEST or level not in (None, its_level):
            raise ValueError(f"the list of a group is damaged at {node}")
        for index in range(used):
            child = self.unpack("<Q", node + 32 + 16 * index)[0]
            if its_level > 0:
                yield from self._entries(child, its_level - 1)
            else:
                yield from self._leaf(child)

    def _leaf(self, node: int) -> Iterator[tuple[int, int, int]]:
        signature, version, used = self.unpack("<4sBxH", node)
        if signature != b"SNOD" or version != 1:
            raise ValueError(f"the list of a group is damaged at {node}")
        for index in range(used):
            name_offset, header, cached = self.unpack("<QQI", node + 8 + 40 * index)
            yield name_offset, header, cached

    def _place(self, messages: dict[int, bytes], path: str) -> Place:
        """The place of the array that these messages describe."""
        missing = {_DATASPACE, _DATATYPE, _LAYOUT} - set(messages)
        if missing or {_EXTERNAL_FILES, _FILTERS} & set(messages):
            raise ValueError(f"{path!r} is not an array that lies in this file as it is")
        if messages[_DATATYPE][: len(_FLOAT32)] != _FLOAT32:
            raise ValueError(f"{path!r} does not hold float32")
        space, layout = messages[_DATASPACE], messages[_LAYOUT]
        if len(space) < 8 or space[0] != 1 or space[1] > _MOST_AXES or len(space) < 8 + 8 * space[1]:
            raise ValueError(f"{path!r} has a shape that cannot be read")
        if len(layout) < 18 or tuple(layout[:2]) != _CONTIGUOUS:
            raise ValueError(f"{path!r} does not lie in one piece")
        shape = struct.unpack_from(f"<{space[1]}Q", space, 8)
        offset, size = struct.unpack_from("<QQ", layout, 2)
        place = Place(shape, offset)
        if size != 4 * place.count or offset + size > len(self._data):
            raise ValueError(f"{path!r} promises {place.count} values, which its bytes do not hold")
        return place
