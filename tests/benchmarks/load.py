"""A cached network from disk to its first result, against a bare `load_state_dict` of the same file and one pass.

The contender reads the same safetensors file into a network that stands already, as PyTorch makes it, so it neither
looks for the file, nor checks it, nor builds anything, nor lays the weights out for the processor.
"""

from __future__ import annotations

import os

from tests.benchmarks.timing import compare

NAME = "load"
CASES = ("efficientnet-lite0", "vgg16-hed", "yolov3-tiny")


def run(case: str | None = None) -> None:
    """Print one line for each network, or for the named one."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for each in (case,) if case else CASES:
        _run(each)


def _run(case: str) -> None:
    import torch
    from safetensors.torch import load_file

    from cnnstudio.models.building import empty_network
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.converting import converted
    from cnnstudio.models.ensuring import ensure
    from cnnstudio.models.inputs import prepared
    from cnnstudio.models.loading import load_network
    from tests.benchmarks.pictures import photo

    model = model_named(case)
    ensure(model)
    path = converted(model, model.files[0])
    picture = prepared(model, photo(224, 224)).tensor
    standing = empty_network(model.files[0].name).eval()

    def product() -> None:
        with torch.inference_mode():
            load_network(model)(picture)

    def bare() -> None:
        with torch.inference_mode():
            standing.load_state_dict(load_file(path))
            standing(picture)

    compare(NAME, case, product, bare, megabytes=round(path.stat().st_size / 1e6, 1))
