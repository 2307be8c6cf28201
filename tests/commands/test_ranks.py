"""Sharing a batch among processes."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.commands.ranks import Rank, current_rank
from cnnstudio.errors import UsageError


@given(st.lists(st.integers()), st.integers(1, 9))
def test_the_shares_are_the_whole(items: list[int], world: int) -> None:
    shares = [Rank(index, world).share(list(enumerate(items))) for index in range(world)]
    assert sorted(item for share in shares for item in share) == list(enumerate(items))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_alone_without_torchrun() -> None:
    rank = current_rank({"RANK": "1"})
    assert rank == Rank(0, 1)
    assert rank.threads is None
    assert rank.device("cuda") == "cuda"


def test_the_words_of_torchrun() -> None:
    env = {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"}
    rank = current_rank(env)
    assert rank == Rank(5, 8, 1, 4)
    assert rank.device("cuda") == "cuda:1"
    assert rank.device("cpu") == "cpu"
    assert rank.threads == max(1, (os.cpu_count() or 1) // 4)


@pytest.mark.parametrize(("rank", "world"), [("2", "2"), ("-1", "2"), ("0", "0"), ("a", "2"), ("0", "")])
def test_ranks_that_cannot_be(rank: str, world: str) -> None:
    with pytest.raises(UsageError):
        current_rank({"RANK": rank, "WORLD_SIZE": world})
