"""`python -m tests.benchmarks [NAME[:CASE]...]`: the named benchmarks, or all; one JSON line a case on
stdout.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys

NAMES = ("filter", "edit-to-paint", "ui-gaps", "startup", "load", "max-patches", "nms", "yolo", "evaluate")


def main(words: list[str]) -> int:
    """Run what is named; 2 for a name there is no benchmark for."""
    if words in (["-h"], ["--help"]):
        print(__doc__)
        print("Names:", ", ".join(NAMES))
        return 0
    for word in words or NAMES:
        name, _, case = word.partition(":")
        module = f"tests.benchmarks.{name.replace('-', '_')}"
        if name not in NAMES or importlib.util.find_spec(module) is None:
            print(f"There is no benchmark named {name!r}; the names are: {', '.join(NAMES)}.", file=sys.stderr)
            return 2
        importlib.import_module(module).run(case or None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
