"""The three networks of MTCNN: proposals anywhere in a picture, then two that look closer at each.

Zhang, Zhang, Li & Qiao, "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional Networks", 2016.
All take RGB as (N, 3, height, width), scaled to (value - 127.5) / 128, and give the probability of a face and four
offsets: how far left, top, right and bottom lie from the window's own, in widths and heights of the window.
The names of parameters are those of the files in common use. Their training framework kept pictures column by column,
so features are flattened width, height, channel, and pooling windows may stand out over the border (`ceil_mode`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ProposalNet(nn.Module):
    """P-Net: fully convolutional; each output cell judges a window of 12 x 12 pixels, 2 pixels from the next."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 10, 3)
        self.prelu1 = nn.PReLU(10)
        self.pool1 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv2 = nn.Conv2d(10, 16, 3)
        self.prelu2 = nn.PReLU(16)
        self.conv3 = nn.Conv2d(16, 32, 3)
        self.prelu3 = nn.PReLU(32)
        self.conv4_1 = nn.Conv2d(32, 2, 1)
        self.conv4_2 = nn.Conv2d(32, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """From (N, 3, H, W), at least 12 x 12: probability (N, h, w) and offsets (N, 4, h, w), where h is
        ceil(H / 2) - 5 and w is ceil(W / 2) - 5.
        """
        x = self.pool1(self.prelu1(self.conv1(x)))
        x = self.prelu2(self.conv2(x))
        x = self.prelu3(self.conv3(x))
        return _probability(self.conv4_1(x)), self.conv4_2(x)


class RefineNet(nn.Module):
    """R-Net: one verdict on each proposal, cut out and resized to 24 x 24 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 28, 3)
        self.prelu1 = nn.PReLU(28)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = nn.Conv2d(28, 48, 3)
        self.prelu2 = nn.PReLU(48)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3 = nn.Conv2d(48, 64, 2)
        self.prelu3 = nn.PReLU(64)
        self.dense4 = nn.Linear(64 * 3 * 3, 128)
        self.prelu4 = nn.PReLU(128)
        self.dense5_1 = nn.Linear(128, 2)
        self.dense5_2 = nn.Linear(128, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """From (N, 3, 24, 24): probability (N,) and offsets (N, 4)."""
        x = self.pool1(self.prelu1(self.conv1(x)))
        x = self.pool2(self.prelu2(self.conv2(x)))
        x = self.prelu3(self.conv3(x))
        x = self.prelu4(self.dense4(_flat_by_columns(x)))
        return _probability(self.dense5_1(x)), self.dense5_2(x)


class OutputNet(nn.Module):
    """O-Net: the last verdict, on 48 x 48 pixels, and the five landmarks."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3)
        self.prelu1 = nn.PReLU(32)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.prelu2 = nn.PReLU(64)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3 = nn.Conv2d(64, 64, 3)
        self.prelu3 = nn.PReLU(64)
        self.pool3 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv4 = nn.Conv2d(64, 128, 2)
        self.prelu4 = nn.PReLU(128)
        self.dense5 = nn.Linear(128 * 3 * 3, 256)
        self.prelu5 = nn.PReLU(256)
        self.dense6_1 = nn.Linear(256, 2)
        self.dense6_2 = nn.Linear(256, 4)
        self.dense6_3 = nn.Linear(256, 10)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From (N, 3, 48, 48): probability (N,), offsets (N, 4) and landmarks (N, 10).

        Landmarks: the five x, then the five y, from the window's left top in its widths and heights; eye on the
        picture's left, eye on its right, tip of the nose, corner of the mouth on the left, on the right.
        """
        x = self.pool1(self.prelu1(self.conv1(x)))
        x = self.pool2(self.prelu2(self.conv2(x)))
        x = self.pool3(self.prelu3(self.conv3(x)))
        x = self.prelu4(self.conv4(x))
        x = self.prelu5(self.dense5(_flat_by_columns(x)))
        return _probability(self.dense6_1(x)), self.dense6_2(x), self.dense6_3(x)


def _probability(scores: Tensor) -> Tensor:
    """Softmax over "no face" and "face", of which the second is kept."""
    return torch.softmax(scores, 1)[:, 1]


def _flat_by_columns(x: Tensor) -> Tensor:
    return x.permute(0, 3, 2, 1).flatten(1)
