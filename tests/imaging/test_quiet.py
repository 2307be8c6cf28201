"""What decoders in C print does not reach the person; what others print does."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from cnnstudio.errors import PictureError
from cnnstudio.imaging import large
from cnnstudio.imaging.quiet import decoders_silenced
from cnnstudio.imaging.reading import read_bytes
from tests.imaging.files import file_of, photo


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def lying_png(width: int, height: int) -> bytes:
    """A PNG whose header promises far more pixels than follow."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = _chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + data + _chunk(b"IEND", b"")


def test_a_header_that_lies_is_told_in_our_words_only(capfd, monkeypatch) -> None:
    monkeypatch.setattr(large, "LARGE_PIXELS", 1)
    with pytest.raises(PictureError, match="cut off"):
        read_bytes(lying_png(600, 600), "lie.png")
    assert capfd.readouterr().err == ""


def test_a_damaged_jpeg_is_silent(capfd, monkeypatch) -> None:
    monkeypatch.setattr(large, "LARGE_PIXELS", 1)
    whole = file_of(photo(200, 200), "JPEG")
    damaged = whole[: len(whole) // 2] + b"\xff\xd9"
    # The reference: without us, this file makes libjpeg talk.
    cv2.imdecode(np.frombuffer(damaged, np.uint8), cv2.IMREAD_COLOR)
    assert "JPEG" in capfd.readouterr().err
    read_bytes(damaged, "half.jpg")
    assert capfd.readouterr().err == ""


def test_everything_else_passes_in_order(capfd) -> None:
    with decoders_silenced():
        os.write(2, b"one\nlibpng error: no\ntwo\rli")
        os.write(2, b"bpng warning: no\nlib")
        os.write(2, b"erty\nhalf a line")
    os.write(2, b" and the rest\n")
    assert capfd.readouterr().err == "one\ntwo\rliberty\nhalf a line and the rest\n"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


def test_many_threads_share_it(capfd) -> None:
    def work(number: int) -> None:
        for _ in range(20):
            with decoders_silenced():
                os.write(2, b"libpng error: no\n")
        with decoders_silenced():
            os.write(2, b"yes %d\n" % number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    before = open_files()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(capfd.readouterr().err.split("\n")[:-1]) == [f"yes {number}" for number in range(4)]
    assert open_files() == before


def test_a_program_started_meanwhile_keeps_its_voice(capfd) -> None:
    code = "import sys, time; time.sleep(0.7); sys.stderr.write('late\\n')"
    with decoders_silenced():
        child = subprocess.Popen([sys.executable, "-c", code])
    assert child.wait() == 0
    seen = ""
    for _ in range(100):
        seen += capfd.readouterr().err
        if seen:
            break
        threading.Event().wait(0.05)
    assert seen == "late\n"
