"""A small colour profile written out by hand (ICC.1, matrix and gamma), with primaries wider than sRGB's."""

from __future__ import annotations

import struct


def wide_gamut() -> bytes:
    """An RGB profile of gamma 2.2 and ProPhoto-like primaries, called "Wide test"."""
    primaries = {
        "rXYZ": (0.7977, 0.2880, 0.0),
        "gXYZ": (0.1352, 0.7119, 0.0),
        "bXYZ": (0.0313, 0.0001, 0.8249),
    }
    tags = {name: _xyz(*values) for name, values in primaries.items()}
    tags["wtpt"] = _xyz(0.9642, 1.0, 0.8249)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    tags |= dict.fromkeys(("rTRC", "gTRC", "bTRC"), curve)
    words = b"Wide test\0"
    tags["desc"] = b"desc" + bytes(4) + struct.pack(">I", len(words)) + words + bytes(78)
    tags["cprt"] = b"text" + bytes(4) + b"none\0\0\0\0"
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name.encode() + struct.pack(">II", start + len(body), len(data))
        body += data
    header = struct.pack(
        ">I4sI4s4s4s12s4s",
        start + len(body),
        b"none",
        0x02100000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        bytes(12),
        b"acsp",
    )
    header += bytes(28) + struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)
    return header + bytes(128 - len(header)) + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(value * 65536)) for value in values)
