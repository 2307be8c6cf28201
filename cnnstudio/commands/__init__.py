"""The command line: a file a capability, which turns words into settings and calls the computation.

May import settings, `imaging` and the capabilities, but numpy, torch and OpenCV only inside functions,
because `cnnstudio --help` answers without them. Must not import Qt. `COMMANDS` is plain data, so that the
entry point can tell a command from a picture before Typer is imported.
"""

from __future__ import annotations

COMMANDS = {
    "filter": "cnnstudio.commands.filters",
    "activations": "cnnstudio.commands.activations",
    "layers": "cnnstudio.commands.layers",
    "classify": "cnnstudio.commands.classify",
    "detect": "cnnstudio.commands.detect",
    "evaluate": "cnnstudio.commands.evaluate",
    "explain": "cnnstudio.commands.explain",
    "dream": "cnnstudio.commands.dream",
    "max-patches": "cnnstudio.commands.max_patches",
    "models": "cnnstudio.commands.models",
    "nms": "cnnstudio.commands.nms",
    "tour": "cnnstudio.commands.tour",
    "where": "cnnstudio.commands.folders",
    "clear-cache": "cnnstudio.commands.folders",
}
"""Each command and the module whose `register(app)` adds it."""
