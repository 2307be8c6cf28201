"""Networks of the Darknet family (YOLOv3, YOLOv3-tiny, YOLOv4-tiny and their kin) as PyTorch modules.

J. Redmon, A. Farhadi, "YOLOv3: An Incremental Improvement", 2018.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cnnstudio.networks.darknet_config import PICTURE, DarknetConfig, Yolo, shapes, sources
from cnnstudio.networks.darknet_layers import ConvolutionLayer, layer


class DarknetNetwork(nn.Module):
    """One module per section in `layers`, numbered as in the file: `layers.0.conv`, `layers.0.bn`, ….

    It is made for looking, not for training, and starts in evaluation mode. State dicts come from
    `models.formats.darknet_weights`; made on the device "meta" and loaded with `assign=True` it takes their memory
    over instead of copying it.
    """

    def __init__(self, config: DarknetConfig) -> None:
        super().__init__()
        self.config = config
        sizes = shapes(config)
        self._sources = [sources(section, index) for index, section in enumerate(config.sections)]
        self.layers = nn.ModuleList(
            layer(section, sizes[taken[0]].channels)
            for section, taken in zip(config.sections, self._sources, strict=True)
        )
        self._last_use = {taken: index for index, each in enumerate(self._sources) for taken in each}
        self.eval()

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """RGB pictures (N, 3, H, W) from 0 to 1 to the raw maps (N, anchors * (5 + classes), h, w) of the heads.

        Heads come in the order of the file; nothing is decoded. H and W may differ from the file's where they are
        multiples of the network's largest stride (32 in YOLOv3).
        """
        heads = []
        maps = {PICTURE: pictures}
        for index, module in enumerate(self.layers):
            maps[index] = module(*(maps[taken] for taken in self._sources[index]))
            if isinstance(self.config.sections[index], Yolo):
                heads.append(maps[index])
            # Kept to the end, the maps of YOLOv3 at 608 pixels would take 490 MB instead of 70.
            for done in [each for each in maps if self._last_use.get(each, -1) <= index]:
                del maps[done]
        return heads

    def fuse(self) -> None:
        """Fold every batch norm into its convolution: the same maps up to rounding, in less time.

        Afterwards `conv` has a bias, `bn` is nothing, and state dicts of the file no longer fit.
        """
        for module in self.layers:
            if isinstance(module, ConvolutionLayer) and isinstance(module.bn, nn.BatchNorm2d):
                module.conv = fuse_conv_bn_eval(module.conv, module.bn)
                module.bn = nn.Identity()
