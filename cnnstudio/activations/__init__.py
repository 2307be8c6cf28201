"""Looking inside: the maps of every layer, the patches that excite a unit most, and the evidence for a class.

May import `models`, `networks`, `imaging` and settings. Must not import Qt, the engine, or another capability. Names
are imported when first used, so that window and command line can read the settings without loading NumPy or torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnstudio.activations.dream_settings import DreamSettings
from cnnstudio.activations.explain_settings import METHODS, ExplainSettings
from cnnstudio.activations.patch_settings import PatchSettings
from cnnstudio.activations.settings import ActivationSettings

_HOMES = {
    "ablating": ("scores_without",),
    "channels": ("duplicates", "order", "silent", "statistics"),
    "contributing": ("contributions",),
    "displaying": ("arranged", "displayed", "one_map", "overlaid"),
    "dreaming": ("Dream", "check_dream", "dream"),
    "edits": ("brushed", "empty_mask", "moved", "painted"),
    "evidence": ("Evidence", "check_request", "explain", "unsupported"),
    "first_layer": ("first_kernels",),
    "grad_cam": ("chosen_layer",),
    "kept_subjects": ("kept_subject",),
    "maps": ("Pass", "run_through"),
    "merging": ("merged",),
    "own_networks": ("is_own", "own_subject"),
    "mosaics": ("Grid", "grid_for", "is_signed", "mosaic", "tiled"),
    "overlaying": ("laid_over",),
    "overlays": ("coloured_heat", "overlaid_evidence", "seen_box"),
    "patch_files": ("read_index", "write_index"),
    "patch_index": ("PatchIndex",),
    "patch_scanner": ("PatchScanner", "scanned_layers"),
    "patches": ("Patch", "cut", "patches_of", "sheet"),
    "scan_plans": ("ScanPlan", "claim", "scan_plan"),
    "scanning": ("finish", "scan", "scan_share"),
    "projections": ("Projection", "project"),
    "pointing": ("loudest", "peak", "position_at", "responding"),
    "subjects": ("SEVERAL", "Subject", "subject_named"),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["METHODS", "ActivationSettings", "DreamSettings", "ExplainSettings", "PatchSettings", *_WHERE]

if TYPE_CHECKING:
    from cnnstudio.activations.ablating import scores_without as scores_without
    from cnnstudio.activations.channels import duplicates as duplicates
    from cnnstudio.activations.channels import order as order
    from cnnstudio.activations.channels import silent as silent
    from cnnstudio.activations.channels import statistics as statistics
    from cnnstudio.activations.contributing import contributions as contributions
    from cnnstudio.activations.displaying import arranged as arranged
    from cnnstudio.activations.displaying import displayed as displayed
    from cnnstudio.activations.displaying import one_map as one_map
    from cnnstudio.activations.displaying import overlaid as overlaid
    from cnnstudio.activations.dreaming import Dream as Dream
    from cnnstudio.activations.dreaming import check_dream as check_dream
    from cnnstudio.activations.dreaming import dream as dream
    from cnnstudio.activations.edits import brushed as brushed
    from cnnstudio.activations.edits import empty_mask as empty_mask
    from cnnstudio.activations.edits import moved as moved
    from cnnstudio.activations.edits import painted as painted
    from cnnstudio.activations.evidence import Evidence as Evidence
    from cnnstudio.activations.evidence import check_request as check_request
    from cnnstudio.activations.evidence import explain as explain
    from cnnstudio.activations.evidence import unsupported as unsupported
    from cnnstudio.activations.first_layer import first_kernels as first_kernels
    from cnnstudio.activations.grad_cam import chosen_layer as chosen_layer
    from cnnstudio.activations.kept_subjects import kept_subject as kept_subject
    from cnnstudio.activations.maps import Pass as Pass
    from cnnstudio.activations.maps import run_through as run_through
    from cnnstudio.activations.merging import merged as merged
    from cnnstudio.activations.mosaics import Grid as Grid
    from cnnstudio.activations.mosaics import grid_for as grid_for
    from cnnstudio.activations.mosaics import is_signed as is_signed
    from cnnstudio.activations.mosaics import mosaic as mosaic
    from cnnstudio.activations.mosaics import tiled as tiled
    from cnnstudio.activations.overlaying import laid_over as laid_over
    from cnnstudio.activations.overlays import coloured_heat as coloured_heat
    from cnnstudio.activations.overlays import overlaid_evidence as overlaid_evidence
    from cnnstudio.activations.overlays import seen_box as seen_box
    from cnnstudio.activations.own_networks import is_own as is_own
    from cnnstudio.activations.own_networks import own_subject as own_subject
    from cnnstudio.activations.patch_files import read_index as read_index
    from cnnstudio.activations.patch_files import write_index as write_index
    from cnnstudio.activations.patch_index import PatchIndex as PatchIndex
    from cnnstudio.activations.patch_scanner import PatchScanner as PatchScanner
    from cnnstudio.activations.patch_scanner import scanned_layers as scanned_layers
    from cnnstudio.activations.patches import Patch as Patch
    from cnnstudio.activations.patches import cut as cut
    from cnnstudio.activations.patches import patches_of as patches_of
    from cnnstudio.activations.patches import sheet as sheet
    from cnnstudio.activations.pointing import loudest as loudest
    from cnnstudio.activations.pointing import peak as peak
    from cnnstudio.activations.pointing import position_at as position_at
    from cnnstudio.activations.pointing import responding as responding
    from cnnstudio.activations.projections import Projection as Projection
    from cnnstudio.activations.projections import project as project
    from cnnstudio.activations.scan_plans import ScanPlan as ScanPlan
    from cnnstudio.activations.scan_plans import claim as claim
    from cnnstudio.activations.scan_plans import scan_plan as scan_plan
    from cnnstudio.activations.scanning import finish as finish
    from cnnstudio.activations.scanning import scan as scan
    from cnnstudio.activations.scanning import scan_share as scan_share
    from cnnstudio.activations.subjects import SEVERAL as SEVERAL
    from cnnstudio.activations.subjects import Subject as Subject
    from cnnstudio.activations.subjects import subject_named as subject_named


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = made
    return made
