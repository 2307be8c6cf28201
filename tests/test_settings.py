"""Settings as values: round trips, and refusing what was damaged or made up."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.errors import StudioError, UsageError
from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.settings import declared, from_plain, to_plain


def test_round_trip_through_json():
    settings = FilterSettings(
        filters=(Kernel(preset="own", slices=(((1.5, -2.0),),), name="mine"), Kernel(preset="gabor", angle=30.0)),
        padding="custom", pad=3, stride=2, mode="abs",
    )  # fmt: skip
    assert from_plain(FilterSettings, json.loads(json.dumps(to_plain(settings)))) == settings


def test_missing_fields_take_their_defaults_and_unknown_ones_are_ignored():
    assert from_plain(FilterSettings, {"stride": 3, "from_the_future": 1}) == FilterSettings(stride=3)


@pytest.mark.parametrize(
    "damage",
    [
        {"filters": []}, {"filters": [{}] * 9}, {"filters": "sobel"}, {"filters": [3]}, {"stride": 0}, {"stride": 1.5},
        {"stride": True}, {"stride": "2"}, {"bias": float("nan")}, {"bias": float("inf")}, {"padding": "sometimes"},
        {"flip": 1}, {"filters": [{"preset": "own"}]}, {"filters": [{"preset": "own", "slices": [[]]}]},
        {"filters": [{"preset": "own", "slices": [[[1, 2], [3]]]}]}, {"filters": [{"divisor": 0}]},
        {"filters": [{"preset": "own", "slices": [[[1]], [[1]]]}]},
        {"filters": [{"preset": "own", "slices": [[[1] * 32]]}]},
    ],
)  # fmt: skip
def test_damaged_values_are_refused(damage):
    with pytest.raises(UsageError):
        from_plain(FilterSettings, damage)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from([one.name for one in (*declared(FilterSettings), *declared(Kernel))])


@given(st.dictionaries(names, json_values | st.lists(st.dictionaries(names, json_values), max_size=3), max_size=5))
def test_anything_gives_usable_settings_or_a_usage_error(plain):
    try:
        made = from_plain(FilterSettings, plain)
    except StudioError:
        return
    assert 1 <= len(made.filters) <= 8
