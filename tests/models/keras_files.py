"""Files as Keras 3 writes HED's weights, made by h5py, whole and wrong in one place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

CHANNELS = {1: (3, 64, 64), 2: (64, 128, 128), 3: (128, 256, 256, 256), 4: (256, 512, 512, 512), 5: (512,) * 4}


def arrays_of_hed() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Name in PyTorch, path in the file, and shape in the file of each array."""
    for block, channels in CHANNELS.items():
        for index, (inputs, outputs) in enumerate(zip(channels, channels[1:], strict=False)):
            path = f"block{block}/layers/conv2d{f'_{index}' if index else ''}/vars"
            yield f"trunk.conv{block}_{index + 1}.weight", f"{path}/0", (3, 3, inputs, outputs)
            yield f"trunk.conv{block}_{index + 1}.bias", f"{path}/1", (outputs,)
        yield f"dsn{block}.weight", f"dsn{block}/vars/0", (1, 1, channels[-1], 1)
        yield f"dsn{block}.bias", f"dsn{block}/vars/1", (1,)
    yield "fuse.weight", "fuse/vars/0", (1, 1, 5, 1)
    yield "fuse.bias", "fuse/vars/1", (1,)


def write_whole(path: Path) -> None:
    """A file with every array of HED, random, laid out like the released one."""
    rng = np.random.default_rng(5)
    with h5py.File(path, "w") as file:
        for _, place, shape in arrays_of_hed():
            file[place] = rng.standard_normal(shape, np.float32)
        for block in range(2, 6):
            file.create_group(f"block{block}/layers/max_pooling2d/vars").attrs["name"] = "max_pooling2d"


def _replace(file: h5py.File, path: str, **options) -> None:
    del file[path]
    file.create_dataset(path, **options)


def _terabytes(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", shape=(1 << 20, 1 << 21), dtype="<f4")


def _huge_and_packed(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", shape=(1 << 16, 1 << 16), dtype="<f4", chunks=(1, 1 << 16), compression="gzip")


def _right_shape_and_packed(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", data=np.zeros((1, 1, 64, 1), "f4"), compression="gzip")


def _without_bytes(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", shape=(1, 1, 64, 1), dtype="<f4")


def _doubles(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", data=np.zeros((1, 1, 64, 1), "<f8"))


def _big_endian(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", data=np.zeros((1, 1, 64, 1), ">f4"))


def _integers(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", data=np.zeros((1, 1, 64, 1), "<i4"))


def _text(file: h5py.File) -> None:
    del file["dsn1/vars/0"]
    file["dsn1/vars/0"] = "text of any length"


def _other_shape(file: h5py.File) -> None:
    _replace(file, "dsn1/vars/0", data=np.zeros((1, 1, 1, 64), "f4"))


def _not_finite(file: h5py.File) -> None:
    file["block2/layers/conv2d/vars/0"][0, 1, 2, 3] = np.nan


def _missing_array(file: h5py.File) -> None:
    del file["fuse/vars/1"]


def _missing_group(file: h5py.File) -> None:
    del file["block4"]


def _extra_array(file: h5py.File) -> None:
    file["dsn6/vars/0"] = np.zeros((1, 1, 512, 1), "f4")


def _group_for_array(file: h5py.File) -> None:
    del file["fuse/vars/1"]
    file.create_group("fuse/vars/1")


def _soft_link(file: h5py.File) -> None:
    del file["dsn5/vars/0"]
    file["dsn5/vars/0"] = h5py.SoftLink("/dsn4/vars/0")


def _external_link(file: h5py.File) -> None:
    with h5py.File(Path(file.filename).with_name("other.h5"), "w") as other:
        other["array"] = np.zeros((1, 1, 512, 1), "f4")
    del file["dsn5/vars/0"]
    file["dsn5/vars/0"] = h5py.ExternalLink("other.h5", "/array")


def _external_bytes(file: h5py.File) -> None:
    other = Path(file.filename).with_name("other.bin")
    other.write_bytes(bytes(4 * 512))
    _replace(file, "dsn5/vars/0", shape=(1, 1, 512, 1), dtype="<f4", external=[(str(other), 0, 4 * 512)])


def _virtual_array(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((1, 1, 512, 1), "<f4")
    layout[:] = h5py.VirtualSource(file["dsn4/vars/0"])
    del file["dsn5/vars/0"]
    file.create_virtual_dataset("dsn5/vars/0", layout)


def _group_in_itself(file: h5py.File) -> None:
    file["block1/layers/again"] = file["block1"]


def _many_names(file: h5py.File) -> None:
    for index in range(2500):
        file.create_group(f"group {index}")


WRONG = {
    _terabytes: "promises 2199023255552 values",
    _huge_and_packed: "does not lie in one piece|lies in this file as it is",
    _right_shape_and_packed: "lies in this file as it is",
    _without_bytes: "promises 64 values",
    _doubles: "does not hold float32",
    _big_endian: "does not hold float32",
    _integers: "does not hold float32",
    _text: "does not hold float32",
    _other_shape: r"has shape \(1, 1, 1, 64\) instead of \(1, 1, 64, 1\)",
    _not_finite: r"trunk\.conv2_1\.weight holds values that are no numbers",
    _missing_array: "lacks the array 'fuse/vars/1'",
    _missing_group: "lacks the array 'block4/layers/conv2d/vars/0'",
    _extra_array: "unknown array 'dsn6/vars/0'",
    _group_for_array: "lacks the array 'fuse/vars/1'",
    _soft_link: "holds a link",
    _external_link: "'dsn5/vars' is not an array",
    _external_bytes: "lies in this file as it is",
    _virtual_array: "does not lie in one piece",
    _group_in_itself: "groups hold one another",
    _many_names: "too many entries",
}
