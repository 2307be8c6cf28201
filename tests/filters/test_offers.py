"""What `cnnstudio.filters` offers: every name can be had, and the type checker knows the same ones."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import cnnstudio.filters


def typed_names() -> set[str]:
    """The names that the block for type checkers imports, read from the source."""
    tree = ast.parse(Path(cnnstudio.filters.__file__).read_text("utf-8"))
    block = next(n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")
    return {alias.name for line in block.body if isinstance(line, ast.ImportFrom) for alias in line.names}


def test_the_type_checker_knows_every_name():
    eager = {"PRESETS", "FilterSettings", "Kernel", "Matrix"}
    assert typed_names() | eager == set(cnnstudio.filters.__all__)


@pytest.mark.parametrize("name", cnnstudio.filters.__all__)
def test_every_name_can_be_had(name):
    assert not isinstance(getattr(cnnstudio.filters, name), ModuleType)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = cnnstudio.filters.nothing


def test_no_module_stands_in_a_name_s_place():
    modules = {path.stem for path in Path(cnnstudio.filters.__file__).parent.glob("*.py")}
    assert not modules & set(cnnstudio.filters.__all__)


def test_settings_are_read_without_heavy_libraries():
    code = (
        "import sys; from cnnstudio.filters import EXAMPLES, FilterSettings, LearnSettings; "
        "print(sorted({'numpy', 'cv2', 'torch', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
