"""What every reader of foreign files owes: one clear line, and no memory taken on a file's word."""

from __future__ import annotations

import tracemalloc

import pytest

from cnnstudio.errors import ModelError

MEGABYTE = 1 << 20


def refusal(call) -> str:
    """The message of the ModelError that `call` raises, having taken next to no memory."""
    tracemalloc.start()
    try:
        with pytest.raises(ModelError) as caught:
            call()
        assert tracemalloc.get_traced_memory()[1] < 32 * MEGABYTE
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 300
    return message
