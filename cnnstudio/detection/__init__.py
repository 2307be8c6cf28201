"""Detection: what a network proposes, which of it survives, why the rest went, and how good it is against the truth.

May import `models`, `networks`, `imaging` and settings. Must not import Qt, the engine, or another capability. Names
are imported when first used, so that window and command line can read the settings without loading NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnstudio.detection.settings import DetectionSettings

_PLACES = {
    "Candidates": "candidates",
    "ClassEvaluation": "evaluation",
    "Counted": "evaluation",
    "Curve": "evaluation",
    "Detections": "detections",
    "Encoded": "encoding",
    "Evaluation": "evaluation",
    "Fate": "suppression",
    "Head": "heads",
    "HeadOutput": "heads",
    "Origin": "candidates",
    "Prepared": "suppression",
    "Reasons": "reasons",
    "Responsible": "encoding",
    "Results": "truth",
    "Step": "reasons",
    "Survivors": "suppression",
    "Truth": "truth",
    "as_candidates": "from_files",
    "class_colour": "colours",
    "class_ids_of": "candidates",
    "detections_of": "detections",
    "detector_named": "networks",
    "drawn": "drawing",
    "encode": "encoding",
    "evaluate": "evaluation",
    "explained": "reasons",
    "export": "exporting",
    "from_coco_results": "from_files",
    "from_yolo_text": "from_files",
    "in_notes_order": "encoding",
    "iou": "boxes",
    "label_places": "labelling",
    "mask_in_picture": "drawing",
    "match": "matching",
    "prepare": "suppression",
    "propose": "proposing",
    "read_boxes": "from_files",
    "read_coco_results": "coco_files",
    "read_coco_truth": "coco_files",
    "read_labels": "from_files",
    "read_truth": "truth_files",
    "responsible": "encoding",
    "shape_iou": "encoding",
    "steps": "reasons",
    "suppress": "suppression",
    "text_colour": "colours",
    "worst_first": "evaluation",
}

__all__ = ["DetectionSettings", *_PLACES]

if TYPE_CHECKING:
    from cnnstudio.detection.boxes import iou as iou
    from cnnstudio.detection.candidates import Candidates as Candidates
    from cnnstudio.detection.candidates import Origin as Origin
    from cnnstudio.detection.candidates import class_ids_of as class_ids_of
    from cnnstudio.detection.coco_files import read_coco_results as read_coco_results
    from cnnstudio.detection.coco_files import read_coco_truth as read_coco_truth
    from cnnstudio.detection.colours import class_colour as class_colour
    from cnnstudio.detection.colours import text_colour as text_colour
    from cnnstudio.detection.detections import Detections as Detections
    from cnnstudio.detection.detections import detections_of as detections_of
    from cnnstudio.detection.drawing import drawn as drawn
    from cnnstudio.detection.drawing import mask_in_picture as mask_in_picture
    from cnnstudio.detection.encoding import Encoded as Encoded
    from cnnstudio.detection.encoding import Responsible as Responsible
    from cnnstudio.detection.encoding import encode as encode
    from cnnstudio.detection.encoding import in_notes_order as in_notes_order
    from cnnstudio.detection.encoding import responsible as responsible
    from cnnstudio.detection.encoding import shape_iou as shape_iou
    from cnnstudio.detection.evaluation import ClassEvaluation as ClassEvaluation
    from cnnstudio.detection.evaluation import Counted as Counted
    from cnnstudio.detection.evaluation import Curve as Curve
    from cnnstudio.detection.evaluation import Evaluation as Evaluation
    from cnnstudio.detection.evaluation import evaluate as evaluate
    from cnnstudio.detection.evaluation import worst_first as worst_first
    from cnnstudio.detection.exporting import export as export
    from cnnstudio.detection.from_files import as_candidates as as_candidates
    from cnnstudio.detection.from_files import from_coco_results as from_coco_results
    from cnnstudio.detection.from_files import from_yolo_text as from_yolo_text
    from cnnstudio.detection.from_files import read_boxes as read_boxes
    from cnnstudio.detection.from_files import read_labels as read_labels
    from cnnstudio.detection.heads import Head as Head
    from cnnstudio.detection.heads import HeadOutput as HeadOutput
    from cnnstudio.detection.labelling import label_places as label_places
    from cnnstudio.detection.matching import match as match
    from cnnstudio.detection.networks import detector_named as detector_named
    from cnnstudio.detection.proposing import propose as propose
    from cnnstudio.detection.reasons import Reasons as Reasons
    from cnnstudio.detection.reasons import Step as Step
    from cnnstudio.detection.reasons import explained as explained
    from cnnstudio.detection.reasons import steps as steps
    from cnnstudio.detection.suppression import Fate as Fate
    from cnnstudio.detection.suppression import Prepared as Prepared
    from cnnstudio.detection.suppression import Survivors as Survivors
    from cnnstudio.detection.suppression import prepare as prepare
    from cnnstudio.detection.suppression import suppress as suppress
    from cnnstudio.detection.truth import Results as Results
    from cnnstudio.detection.truth import Truth as Truth
    from cnnstudio.detection.truth_files import read_truth as read_truth


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
