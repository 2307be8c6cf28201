"""The filter benchmark checks its own numbers and prints lines of the agreed form."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks import filter as benchmark
from tests.benchmarks.__main__ import main
from tests.benchmarks.timing import distribution, interleaved


@pytest.mark.parametrize("case", benchmark.CASES)
def test_line_of_a_case(case, capsys):
    benchmark.run(case, height=90, width=80)
    line = json.loads(capsys.readouterr().out)
    assert (line["name"], line["case"]) == ("filter", case)
    assert line["rounds"] >= 15
    assert line["ratio"] > 0
    assert {"ours_ms", "theirs_ms"} <= set(line)


def test_distribution_line(capsys):
    distribution("ui-gaps", "python", range(1, 101))
    line = json.loads(capsys.readouterr().out)
    assert (line["p50_ms"], line["p99_ms"], line["worst_ms"]) == (51, 100, 100)


def test_unknown_name_and_too_few_rounds(capsys):
    assert main(["nonsense"]) == 2
    assert "edit-to-paint" in capsys.readouterr().err
    with pytest.raises(ValueError, match="15"):
        interleaved({}, rounds=3)
