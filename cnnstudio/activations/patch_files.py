"""An index of maximum patches as a folder of small files that any program can read.

    index.json            what was scanned how: network, preprocessing, folder of the pictures, layers with their files,
                          unreadable pictures; written last, so that a folder with it is whole
    pictures.json         the names of all pictures below that folder, in the order of their numbers
    pictures.safetensors  sizes (N, 2) int32: width and height, 0 for unseen ones; placements (N, 4) float64: scale_x,
                          scale_y, left, top with input = scale · picture + offset; sha256 (N, 32) uint8
    layers/*.safetensors  a layer each: values (C, k) float32, strongest first; pictures, rows, columns (C, k) int32, -1
                          for none; row_spans (H, 2), column_spans (W, 2) int32: the input pixels that a row and a
                          column of the map see, from the first to the one behind the last
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from cnnstudio.activations.patch_index import Array, LayerPatches, PatchIndex, Pictures, Scanned
from cnnstudio.errors import StudioError
from cnnstudio.imaging.saving import write_atomically

INDEX = "index.json"
_NAMES, _PICTURES, _LAYERS = "pictures.json", "pictures.safetensors", "layers"
_FORMAT, _VERSION = "cnnstudio maximum patches", 1
_TABLE = {"sizes": (np.int32, 2), "placements": (np.float64, 4), "sha256": (np.uint8, 32)}
_FOUND = ("pictures", "rows", "columns")


def write_index(index: PatchIndex, folder: Path) -> None:
    """Write the index into a folder, which is made; StudioError when that fails, and then there is no index.json."""
    pictures = index.pictures
    make(folder / _LAYERS)
    rows = []
    for number, (name, layer) in enumerate(index.layers.items()):
        file = f"{_LAYERS}/{number:03d}-{re.sub(r'[^A-Za-z0-9._-]', '_', name)[:80]}.safetensors"
        arrays = {key: getattr(layer, key) for key in ("values", *_FOUND, "row_spans", "column_spans")}
        write_atomically(folder / file, save_arrays(arrays))
        rows.append({"name": name, "type": layer.type, "channels": layer.channels,
                     "height": layer.height, "width": layer.width, "file": file})  # fmt: skip
    write_atomically(folder / _PICTURES, save_arrays({key: getattr(pictures, key) for key in _TABLE}))
    write_atomically(folder / _NAMES, _json(pictures.names))
    unreadable = [{"name": name, "reason": reason} for name, reason in index.unreadable]
    about = {"format": _FORMAT, "version": _VERSION, **asdict(index.scanned), "layers": rows,
             "folder": pictures.folder, "unreadable": unreadable}  # fmt: skip
    write_atomically(folder / INDEX, _json(about))


def read_index(folder: Path) -> PatchIndex:
    """The index in a folder; StudioError when there is none, or it is damaged or of a later version."""
    if not (folder / INDEX).is_file():
        unfinished = folder.is_dir() and any(folder.glob("unfinished-*.safetensors"))
        why = "holds an unfinished scan. Finish it with --resume" if unfinished else "is no index of patches"
        raise StudioError(f"{folder} {why}.")
    try:
        return _read(folder)
    except OSError as error:
        raise StudioError(f"{folder} cannot be read ({error.strerror or error}). Check the folder.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SafetensorError) as error:
        raise StudioError(f"The index {folder} is damaged ({_short(error)}). Scan or merge again.") from error


def make(folder: Path) -> None:
    """Make a folder unless it is there; StudioError when it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(
            f"{folder} cannot be made ({error.strerror or error}). Choose a folder that can be written."
        ) from error


def save_arrays(arrays: Mapping[str, Array], about: dict[str, str] | None = None) -> bytes:
    """Arrays as a safetensors file, which wants them contiguous."""
    made: bytes = save({name: np.ascontiguousarray(each) for name, each in arrays.items()}, metadata=about)
    return made


def _json(value: Any) -> bytes:
    # Names that are no text in the system's encoding survive as escapes only.
    return json.dumps(value, ensure_ascii=True, indent=1).encode("ascii")


def _read(folder: Path) -> PatchIndex:
    about = json.loads((folder / INDEX).read_bytes())
    _require(about["format"] == _FORMAT, "another format")
    if about["version"] != _VERSION:
        raise StudioError(f"The index {folder} was written by a later version of CNN Studio. Update it.")
    pictures = _pictures(folder, about)
    layers = {str(row["name"]): _layer(folder, row, len(pictures.names)) for row in about["layers"]}
    unreadable = tuple((str(row["name"]), str(row["reason"])) for row in about["unreadable"])
    scanned = Scanned(
        str(about["network"]), str(about["identity"]), int(about["side"]), dict(about["preprocessing"]),
        int(about["per_image"]), tuple(layers),
    )  # fmt: skip
    _require(len(layers) > 0, "it has no layers")
    return PatchIndex(scanned, pictures, layers, unreadable)


def _pictures(folder: Path, about: Any) -> Pictures:
    names = json.loads((folder / _NAMES).read_bytes())
    _require(isinstance(names, list) and all(isinstance(name, str) for name in names), "names that are no text")
    table = load((folder / _PICTURES).read_bytes())
    for key, (kind, width) in _TABLE.items():
        _require(table[key].dtype == kind and table[key].shape == (len(names), width), f"{key} of another shape")
    placed = table["placements"][table["sizes"][:, 0] > 0]
    _require(bool(np.isfinite(placed).all() and (placed[:, :2] > 0).all()), "placements that cannot be")
    return Pictures(str(about["folder"]), tuple(names), **{key: table[key] for key in _TABLE})


def _layer(folder: Path, row: Any, pictures: int) -> LayerPatches:
    name, channels, height, width = str(row["name"]), int(row["channels"]), int(row["height"]), int(row["width"])
    file = folder / _LAYERS / Path(str(row["file"])).name
    held = load(file.read_bytes())
    values = held["values"]
    shape = (channels, values.shape[-1])
    _require(values.dtype == np.float32 and values.shape == shape and shape[1] > 0, f"{name}: values of another shape")
    limits = {"pictures": pictures, "rows": height, "columns": width}
    for key in _FOUND:
        _require(held[key].dtype == np.int32 and held[key].shape == shape, f"{name}: {key} of another shape")
        _require(bool(((held[key] >= -1) & (held[key] < limits[key])).all()), f"{name}: {key} that cannot be")
        _require(bool(((held[key] < 0) == (held["pictures"] < 0)).all()), f"{name}: {key} for some only")
    for key, count in (("row_spans", height), ("column_spans", width)):
        _require(held[key].dtype == np.int32 and held[key].shape == (count, 2), f"{name}: {key} of another shape")
    arrays = {key: held[key] for key in ("values", *_FOUND, "row_spans", "column_spans")}
    return LayerPatches(name, str(row["type"]), height, width, **arrays)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _short(error: Exception) -> str:
    words = f"no {error}" if isinstance(error, KeyError) else str(error)
    return " ".join(words.split())[:100]


